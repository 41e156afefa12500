"""Pictures of the pages of the demo workspace, taken from a server that is started for them: `python scripts/pages.py`.

Into docs/pictures: the board, the dashboard and the journey, in both languages, for the READMEs. Into var/pages: every
page in both themes at 1440, 1920 and 390 pixels, and the main ones in English, to be looked at beside the design.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.chromium import launch

ROOT = Path(__file__).parent.parent
PICTURES, PAGES = ROOT / "docs" / "pictures", ROOT / "var" / "pages"
TROPA = Path(sys.executable).parent / "tropa"
LOGIN, PASSWORD = "owner@demo.example", "tropa-demo"
WIDTHS = {1440: 900, 1920: 1080, 390: 844}
START_SECONDS, PAGE_SECONDS = 120, 60
ENGLISH = ("home", "start", "map-board", "map-card", "dashboard", "behind", "account")
OTHERS = (
    "accounts/",
    "deals/",
    "journeys/",
    "journeys/1/",
    "journeys/1/stages/",
    "imports/",
    "settings/members/",
)
README = (
    ("map-board", "board", (1440, 900)),
    ("dashboard", "dashboard", (1440, 900)),
    ("journeys-1", "journey", (1280, 800)),
)
# A page is complete once its figures are there; the board draws them before it says that it is ready.
BOARD = "tropa-board[data-ready] #b-head .conv"
PANEL = "tropa-board[data-ready] #panel .pn-g .pn-v"
FIGURES = "#dash .fn-t"
TRAIL = ".hm-trail .river"
LATE = ".cc-risk.note-pain:not(:has([hx-get]))"
MOST_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class View:
    """A page of the workspace. ready: what is on it once it is complete."""

    name: str
    path: str
    ready: str = "main"


def main() -> None:
    """Load the demo world, serve it, take the pictures."""
    PAGES.mkdir(parents=True, exist_ok=True)
    with server() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        views = views_of(signed_in(browser, address, size=(1440, 900)), address)
        for language in ("ru", "en"):
            for_readme(browser, address, views, language)
        for theme in ("light", "dark"):
            for width, height in WIDTHS.items():
                page = signed_in(browser, address, theme=theme, size=(width, height))
                take_all(page, address, views, f"{width}-{theme}")
        english = [view for view in views if view.name in ENGLISH]
        take_all(signed_in(browser, address, language="en", size=(1440, 900)), address, english, "1440-light-en")
        browser.close()


def views_of(page: Page, address: str) -> list[View]:
    """Every page to be seen; a map, a persona and a company are looked up in their lists."""
    board = first(page, f"{address}/w/demo/maps/", "table a[href*='/maps/']")
    persona = first(page, f"{address}/w/demo/personas/", "article a[href*='/personas/']")
    behind = "/w/demo/figures/1/behind/?what={}&who=company&sort={}"
    account = late_company(page, address, behind.format("here", "-visits") + "&stage=decision")
    save_version(page, f"{address}{board}versions/")
    # The figures are asked for once; from then on they come with the page.
    card = first(page, address + board, "[data-cell='pains|decision'] a.jc", ready=BOARD)
    return [
        View("start", "/w/demo/start/"),
        View("home", "/w/demo/home/", TRAIL),
        View("maps", "/w/demo/maps/"),
        View("map-new", "/w/demo/maps/new/"),
        View("map-board", board, BOARD),
        View("map-card", board + card.removeprefix(board), PANEL),
        View("map-versions", f"{board}versions/"),
        View("map-publish", f"{board}publish/"),
        View("personas", "/w/demo/personas/"),
        View("persona", persona),
        View("dashboard", "/w/demo/dashboard/?journey=1", FIGURES),
        View("behind", behind.format("gone", "-days") + "&stage=decision", "main table"),
        View("account", account, LATE),
        *(View(path.strip("/").replace("/", "-"), f"/w/demo/{path}") for path in OTHERS),
    ]


def first(page: Page, address: str, selector: str, *, ready: str = "main") -> str:
    """Where the first such link of a page leads. Raises LookupError."""
    opened(page, address, ready)
    found = page.locator(selector).first.get_attribute("href")
    if not found:
        raise LookupError(f"{address}: nothing like {selector}")
    return found


def late_company(page: Page, address: str, companies: str) -> str:
    """The first company of a list that is on its stage for longer than its target. Raises LookupError."""
    opened(page, address + companies, "main table")
    for link in page.locator("table a[href*='/accounts/']").all()[:MOST_LOOKED_AT]:
        found = link.get_attribute("href") or ""
        looked = page.context.request.get(address + found)
        if "note-pain cc-risk" in looked.text():
            return found
    raise LookupError(f"{companies}: nobody is late")


def save_version(page: Page, address: str) -> None:
    """A version of the map, once, so that the page of versions has something to show."""
    opened(page, address, "main")
    if page.locator("main table").count() == 0:
        page.locator("form[action*='/versions/save/'] input[name=name]").fill("Первый набросок")
        page.locator("form[action*='/versions/save/'] button[type=submit]").click()
        page.locator("main table").wait_for()


def for_readme(browser: Browser, address: str, views: Sequence[View], language: str) -> None:
    """The board, the dashboard and the journey in one language."""
    named = {view.name: view for view in views}
    suffix = ".ru" if language == "ru" else ""
    for view, name, size in README:
        page = signed_in(browser, address, language=language, size=size)
        opened(page, address + named[view].path, named[view].ready)
        page.screenshot(path=PICTURES / f"{name}{suffix}.png")


def take_all(page: Page, address: str, views: Sequence[View], suffix: str) -> None:
    """The pages as they stand in one window."""
    for view in views:
        opened(page, address + view.path, view.ready)
        page.screenshot(path=PAGES / f"{view.name}-{suffix}.png")


def opened(page: Page, address: str, ready: str) -> None:
    """Open a page and wait until what it is about is there."""
    page.goto(address)
    page.locator(ready).first.wait_for(state="attached", timeout=PAGE_SECONDS * 1000)


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
def server(data: Path = ROOT / "var" / "pages-data") -> Iterator[str]:
    """The demo world served on a free port, from a folder that is kept for the next time."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    # A busy machine may need longer for the figures than a person would wait.
    variables = os.environ | {
        "TROPA_DATA": str(data),
        "TROPA_URL": address,
        "TROPA_FIGURES_SECONDS": str(PAGE_SECONDS),
    }
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
