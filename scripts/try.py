"""Start the product as a newcomer does (`make run`), from a fresh copy of its sources and on data of its own, wait
until it serves, look at the page to sign in, and stop it: try.py. Exit 1 with its output when anything is missing.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_SECONDS = 900
# What a newcomer does not have.
MADE = (".git", ".venv", ".env-*", ".work", ".*_cache", "__pycache__", "node_modules", "var")


def main() -> int:
    """Run `make run` once. Returns the exit code."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as data, (Path(data) / "output").open("wb+") as output:
        sources = Path(shutil.copytree(ROOT, f"{data}/sources", ignore=shutil.ignore_patterns(*MADE)))
        variables = os.environ | {"TROPA_DATA": f"{data}/data", "TROPA_PORT": str(port), "TROPA_URL": address}
        server = subprocess.Popen(
            ["make", "run"], cwd=sources, env=variables, stdout=output, stderr=output, start_new_session=True
        )
        try:
            problem = look(address, server)
        finally:
            stop(server)
        output.seek(0)
        said = output.read().decode(errors="replace")
    if problem is None and "demo" not in said:
        problem = "make run does not say how to sign in to the demo world"
    if problem is not None:
        print(said, problem, sep="\n", file=sys.stderr)
        return 1
    print(f"make run serves on {address}")
    return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def look(address: str, server: "subprocess.Popen[bytes]") -> str | None:
    """Wait for the server and read its first page. Returns what is wrong, None when nothing is."""
    end = time.monotonic() + MOST_SECONDS
    while not answers(f"{address}/readyz"):
        if server.poll() is not None:
            return f"make run ended with {server.returncode}"
        if time.monotonic() > end:
            return f"make run does not serve after {MOST_SECONDS} s"
        time.sleep(0.5)
    page = answers(f"{address}/")
    return None if "csrfmiddlewaretoken" in page else "the first page is not the one to sign in"


def answers(address: str) -> str:
    """The page at an address, empty when it does not answer."""
    try:
        with urllib.request.urlopen(address, timeout=10) as response:
            return str(response.read().decode())
    except (urllib.error.URLError, OSError):
        return ""


def stop(server: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C in a terminal does; whoever does not stop in 30 s is killed."""
    os.killpg(server.pid, signal.SIGINT)
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
