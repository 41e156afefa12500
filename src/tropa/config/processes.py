"""What runs in the processes of the server: `python -m tropa.config.processes NAME LIFE [SOCKET]`.

LIFE is the number of an inherited pipe that ends when the supervisor does: then this process stops too, so that a
killed supervisor leaves nobody behind. SOCKET is the number of the inherited socket that the web process serves.
"""

import gc
import os
import signal
import socket
import sys
import threading
from pathlib import Path

# The supervisor allows ten seconds for a stop; requests that run longer than this are given up.
WEB_STOP_SECONDS = 7
ORPHAN_SECONDS = 10.0


def main() -> None:
    """Run one process until it is told to stop."""
    name, life, *rest = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tropa.config.settings")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=_end_with_the_supervisor, args=(int(life),), daemon=True).start()
    gc.disable()
    if name == "web":
        web(int(rest[0]))
    else:
        {"worker": worker, "figures": figures}[name](stop)


def web(number: int) -> None:
    """Serve the pages on an inherited socket. The server has signal handlers of its own."""
    import uvicorn
    from django.urls import get_resolver

    from tropa.config.asgi import application

    # Every view is imported before anybody waits for one.
    _ = get_resolver().url_patterns
    _loaded()
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            access_log=False,
            lifespan="off",
            log_level="warning",
            # Which proxies are believed is a setting (TROPA_PROXIES), not a matter of the address they come from.
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=WEB_STOP_SECONDS,
        )
    )
    server.run(sockets=[socket.socket(fileno=number)])


def worker(stop: threading.Event) -> None:
    """Do background work."""
    import django

    django.setup()
    from tropa.config.schedule import SCHEDULE
    from tropa.jobs.worker import run

    _loaded()
    run(stop, schedule=SCHEDULE)


def figures(stop: threading.Event) -> None:
    """Answer questions over the columnar copy."""
    from django.conf import settings

    from tropa.config.figures import key, orders
    from tropa.engine.figures import serve

    _loaded()
    serve(Path(os.environ["TROPA_FIGURES_SOCKET"]), key(), orders(), stop, processes=settings.FIGURES_PROCESSES)


def _loaded() -> None:
    """What stands now stays to the end. The collector of garbage need not look at it: hundreds of thousands of objects
    would hold up a page for a tenth of a second now and then."""
    gc.freeze()
    gc.enable()


def _end_with_the_supervisor(life: int) -> None:
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(ORPHAN_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
