"""Pictures of the pages of the demo workspace, taken from a server that is started for them: `python scripts/pages.py`.

Into docs/pictures: the journey, in both languages, for the READMEs. Into var/pages: every page in both themes at 1440,
1920 and 390 pixels, to be looked at beside the design.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.picture import chromium

ROOT = Path(__file__).parent.parent
TROPA = Path(sys.executable).parent / "tropa"
LOGIN, PASSWORD = "owner@demo.example", "tropa-demo"
WIDTHS = {1440: 900, 1920: 1080, 390: 844}
PAGES = (
    "start/",
    "home/",
    "accounts/",
    "dashboard/",
    "deals/",
    "journeys/",
    "journeys/1/",
    "journeys/1/stages/",
    "imports/",
    "settings/members/",
)
START_SECONDS = 120


def main() -> None:
    """Load the demo world, serve it, take the pictures."""
    with server() as address, sync_playwright() as playwright:
        browser = chromium(playwright)
        for language in ("ru", "en"):
            page = signed_in(browser, address, language=language, size=(1280, 800))
            page.goto(f"{address}/w/demo/journeys/1/")
            suffix = ".ru" if language == "ru" else ""
            page.screenshot(path=ROOT / "docs" / "pictures" / f"journey{suffix}.png")
        for theme in ("light", "dark"):
            for width, height in WIDTHS.items():
                page = signed_in(browser, address, theme=theme, size=(width, height))
                take_all(page, address, f"{width}-{theme}")
        browser.close()


def take_all(page: Page, address: str, suffix: str) -> None:
    """Every page as it stands in one window."""
    folder = ROOT / "var" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    page.goto(f"{address}/w/demo/accounts/")
    account = page.locator("table a[href*='/accounts/']").first.get_attribute("href") or ""
    for path in [*(f"/w/demo/{each}" for each in PAGES), account]:
        page.goto(address + path)
        name = path.removeprefix("/w/demo/").strip("/").replace("/", "-")
        page.screenshot(path=folder / f"{name}-{suffix}.png")


def signed_in(
    browser: Browser, address: str, *, language: str = "ru", theme: str = "light", size: tuple[int, int]
) -> Page:
    """A window of the demo's owner. size: width and height in pixels."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if theme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(address)
    page.locator("input[name=login]").fill(LOGIN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/w/**")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    context.request.post(
        f"{address}/language/", form={"language": language, "csrfmiddlewaretoken": token}, headers={"Referer": address}
    )
    return page


@contextmanager
def server() -> Iterator[str]:
    """The demo world served on a free port, from a folder of its own that is kept for the next time."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    variables = os.environ | {"TROPA_DATA": str(ROOT / "var" / "pages-data"), "TROPA_URL": address}
    for command in (["migrate"], ["demo", "--load"]):
        subprocess.run([TROPA, *command], env=variables, check=True)
    served = subprocess.Popen([TROPA, "serve", "--port", str(port)], env=variables)
    try:
        wait(address)
        yield address
    finally:
        served.terminate()
        served.wait(30)


def wait(address: str) -> None:
    """Until the server is ready. Raises TimeoutError."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(f"{address} is not ready after {START_SECONDS} s")


if __name__ == "__main__":
    main()
