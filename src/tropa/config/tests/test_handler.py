"""The entry of the web server, asked as uvicorn asks it."""

import asyncio
from typing import Any

import pytest
from django.http import FileResponse, StreamingHttpResponse

from tropa.config.handler import Handler, blocks

# A response that closes tells so, and connections of this thread are looked at then.
pytestmark = pytest.mark.django_db


class Answer:
    """Takes what a handler sends."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def __call__(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


def answered(response: StreamingHttpResponse) -> Answer:
    answer = Answer()
    asyncio.run(Handler(1).send_response(response, answer))
    response.close()  # as the handler does when the answer has gone out
    return answer


def test_a_file_is_sent_whole_and_in_blocks(tmp_path: Any) -> None:
    file = tmp_path / "long.bin"
    file.write_bytes(bytes(range(256)) * 1_000)
    answer = answered(FileResponse(file.open("rb")))
    assert answer.body == file.read_bytes()
    assert len([message for message in answer.sent if message.get("body")]) > 10


def test_a_stream_is_read_only_as_fast_as_it_is_sent() -> None:
    read: list[int] = []

    def numbers() -> Any:
        for number in range(5):
            read.append(number)
            yield b"%d" % number

    async def first() -> bytes:
        stream = blocks(numbers())
        block = await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]  # an asynchronous generator
        return block

    assert asyncio.run(first()) == b"0"
    assert read == [0]
    assert answered(StreamingHttpResponse(numbers())).body == b"01234"
