"""Questions over the columnar copy, answered by child processes of their own: a heavy question is stopped at its time
cap, and one that takes its process down takes nothing else with it.

    pool     children, each with a warm engine; replaces what dies or does not stop
    server   a pool behind a unix socket: the figures process of `tropa serve`
    client   asks it; Inline answers in the calling process (commands, tests)

A question names a handler, "module:function" from an allow-list. The function takes an engine and keyword arguments
and returns plain values that can be pickled.
"""

from tropa.engine.figures.client import Client, Inline
from tropa.engine.figures.errors import FiguresBusy, FiguresGone, UnknownHandler
from tropa.engine.figures.orders import Orders
from tropa.engine.figures.pool import Pool
from tropa.engine.figures.server import serve

__all__ = ["Client", "FiguresBusy", "FiguresGone", "Inline", "Orders", "Pool", "UnknownHandler", "serve"]
