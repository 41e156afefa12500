"""A browser, and pages of the server opened in it as a member of a workspace."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from scripts.chromium import launch
from tests.browser.contexts import Contexts
from tests.browser.pages import Open

if TYPE_CHECKING:
    from tropa.workspace.models import Member


# Nothing slides or fades, so that a test does not wait for it.
STILL: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}

# The machine of the tests has other work meanwhile: patience costs nothing where a test passes.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; the tests use the database beside it, never within.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Contexts:
    return Contexts(browser)


@pytest.fixture
def person() -> "Member":
    # Models cannot be imported before Django is set up, which happens after this file is read.
    from tropa.workspace.models import Role
    from tropa.workspace.tests import people

    workspace = people.make_workspace("Пример")
    member = people.make_member(workspace, Role.EDITOR)
    member.position = "Руководитель маркетинга"
    member.save()
    return member


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of the test have complained of; a test that provokes something takes it out."""
    return []


@pytest.fixture
def opened(contexts: Contexts, live_server: LiveServer, person: "Member", complaints: list[str]) -> Iterator[Open]:
    """Opens a page as a signed-in person; the test fails if the page reports an error or breaks its own policy."""
    from tropa.workspace.tests import people

    pages = []

    def open_page(path: str = "/components/", **options: Any) -> Page:
        context = contexts.take(**{**STILL, **options})
        session = people.sign_in(Client(), person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        pages.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda it: None if it.url.startswith(live_server.url) else complaints.append(it.url))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for page in pages:
        contexts.give_back(page)
    assert complaints == []
