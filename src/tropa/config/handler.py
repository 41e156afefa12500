"""Requests are answered by a fixed number of threads, each with an open connection to the database of its own.

Django gives every request a thread that ends with it, and the connection that is kept in that thread is lost: on
PostgreSQL they pile up until the database refuses more, on SQLite each request opens the file anew. Reading the request
and sending the answer hold no thread, so slow callers keep nobody waiting.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from asgiref.sync import ThreadSensitiveContext
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse


class Handler(ASGIHandler):
    """threads: how many requests are worked on at the same time; the others wait."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._free: asyncio.LifoQueue[ThreadPoolExecutor] = asyncio.LifoQueue()
        for number in range(threads):
            self._free.put_nowait(ThreadPoolExecutor(1, thread_name_prefix=f"web-{number}"))

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        """The response, worked out on a free thread. A connection that broke is replaced before and after."""
        thread = await self._free.get()
        loop = asyncio.get_running_loop()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await loop.run_in_executor(thread, close_old_connections)
                try:
                    return await super().run_get_response(request)
                finally:
                    # Straight to the thread: a caller who hung up leaves `sync_to_async` with an executor that ended.
                    await loop.run_in_executor(thread, close_old_connections)
        finally:
            self._free.put_nowait(thread)

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        """Send the answer; a file is read block by block, not as a whole into memory as Django would."""
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = blocks(cast("Iterable[bytes]", response.streaming_content))
        await super().send_response(response, send)


async def blocks(content: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The blocks of a plain iterator, read on threads, so that a slow disk holds nobody else up."""
    iterator = iter(content)
    while (block := await asyncio.to_thread(next, iterator, None)) is not None:
        yield block
