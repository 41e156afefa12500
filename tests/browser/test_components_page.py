"""The showcase of components in Chromium: every state of the design, in both themes and widths, by mouse and keyboard."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tropa.web import assets
from tropa.workspace.models import Member, Role
from tropa.workspace.tests import people

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(242, 244, 243)", "rgb(15, 20, 18)"

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
    pytest.mark.skipif(not assets.built() or not AXE.exists(), reason="the front end is not built (scripts/front.sh)"),
    pytest.mark.django_db(transaction=True),
]

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; the tests use the database beside it, never within.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def person() -> Member:
    workspace = people.make_workspace("Пример")
    member = people.make_member(workspace, Role.EDITOR)
    member.position = "Руководитель маркетинга"
    member.save()
    return member


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, person: Member) -> Iterator[Open]:
    """Opens a page as a signed-in person; the test fails if the page reports an error or breaks its own policy."""
    complaints: list[str] = []
    contexts = []

    def open_page(path: str = "/components/", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        session = people.sign_in(Client(), person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda it: None if it.url.startswith(live_server.url) else complaints.append(it.url))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_everybody_can_use_it(opened: Open, theme: str, width: int) -> None:
    page = opened(color_scheme=theme, viewport={"width": width, "height": 900})

    assert page.evaluate(BACKGROUND) == (DARK if theme == "dark" else LIGHT)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert serious(page) == []


def serious(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page: rule and first element."""
    # Run through the debugger, which the page's policy does not concern.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
    )
    bad = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
    return [f"{each['id']}: {node['html'][:200]}" for each in bad for node in each["nodes"]]
