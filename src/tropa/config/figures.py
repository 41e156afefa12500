"""Figures asked for by the product: which handlers there are, and where they are computed.

Under `tropa serve` and `tropa web` in the figures process, which the others reach by TROPA_FIGURES_SOCKET; in commands
and tests in the calling process. Rooms call `import_string(settings.FIGURES)(handler, **arguments)`.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tropa.engine.figures import Client, Inline, Orders

# Every question the pages ask: "module:function", called with an engine and keyword arguments.
JOURNEYS = ("matching", "seen_types", "stage_figures", "moved_units")
DESK = ("stays",)
MAPS = ("touch_counts",)
INSIGHTS = ("counted", "rows_behind")
HANDLERS: frozenset[str] = frozenset(
    f"tropa.{room}.questions:{name}"
    for room, names in (("journeys", JOURNEYS), ("desk", DESK), ("maps", MAPS), ("insights", INSIGHTS))
    for name in names
)
PREPARE = f"{__name__}:prepare"
WAITING_SECONDS = 3.0


def ask(handler: str, /, **arguments: Any) -> Any:
    """The value that the handler returns. Raises what it raises, TooSlow, and the errors of tropa.engine.figures."""
    return _asker().ask(handler, **arguments)


def orders() -> Orders:
    """Limits of one figures child: the memory of the settings is that of all of them together."""
    return Orders(
        handlers=HANDLERS,
        prepare=PREPARE,
        memory_mb=max(128, settings.FIGURES_MEMORY_MB // settings.FIGURES_PROCESSES),
        threads=settings.FIGURES_THREADS,
        seconds=settings.FIGURES_SECONDS,
        waiting_seconds=WAITING_SECONDS * settings.FIGURES_SECONDS,
        # A handler that asks again is answered where it is.
        environment={"TROPA_FIGURES_SOCKET": ""},
    )


def prepare() -> Callable[[], None]:
    """Make a new child ready for handlers that read the database; called before every question is what it returns."""
    import django

    django.setup()
    from django.db import close_old_connections

    return close_old_connections


def key() -> bytes:
    """What both sides of the socket know."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"figures", hashlib.sha256)


@cache
def _asker() -> Client | Inline:
    if settings.FIGURES_SOCKET:
        return Client(Path(settings.FIGURES_SOCKET), key(), orders())
    return Inline(orders())
