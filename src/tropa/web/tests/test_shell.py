"""The shell of a page: where one is, where one can go, messages, and what it does without its parts."""

import json
from pathlib import Path

import pytest
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from tropa.web import assets, errors, slots, toasts
from tropa.workspace.models import Member
from tropa.workspace.tests import people


@pytest.fixture
def owner(client: Client) -> Member:
    owner = people.world().owner
    people.sign_in(client, owner)
    return owner


@pytest.mark.django_db
def test_it_works(client: Client, owner: Member) -> None:
    html = client.get("/components/").content.decode()

    assert '<html lang="ru" data-theme="light" data-theme-choice="auto"' in html
    assert '<a class="skip" href="#main">К содержанию</a>' in html
    assert owner.user.email in html
    assert 'action="/logout/"' in html


@pytest.mark.django_db
def test_a_chosen_theme_comes_from_the_server(client: Client, owner: Member) -> None:
    owner.user.theme = "dark"
    owner.user.save()

    assert 'data-theme="dark"' in client.get("/components/").content.decode()


@pytest.mark.django_db
def test_the_shell_speaks_english(client: Client, owner: Member) -> None:
    owner.user.language = "en"
    owner.user.save()
    html = client.get("/components/").content.decode()

    assert '<html lang="en"' in html
    assert "Skip to content" in html


@pytest.mark.django_db
def test_a_stranger_gets_the_page_to_sign_in(client: Client) -> None:
    assert client.get("/components/").headers["Location"].startswith("/login/")


@pytest.mark.django_db
def test_what_is_not_there_is_told_in_words(client: Client, owner: Member) -> None:
    response = client.get("/nothing/here")

    assert response.status_code == 404
    assert "Здесь ничего нет" in response.content.decode()


@pytest.mark.django_db
def test_a_form_of_another_site_is_refused_in_words(owner: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/language/", {"language": "en"})

    assert response.status_code == 403
    assert "Страница устарела" in response.content.decode()


def test_the_page_of_a_failure_needs_no_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    # No database mark: a query would fail this test.
    response = errors.failed(RequestFactory().get("/w/acme/deals/"))

    assert response.status_code == 500
    assert "/w/acme/deals/" in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_without_the_built_front_end_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    html = errors.failed(RequestFactory().get("/")).content.decode()

    assert "make run" in html
    assert "stylesheet" not in html


def test_assets_are_named_by_their_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    manifest = {assets.MAIN: {"file": "main.0a.js", "css": ["main.1b.css"]}, assets.ICONS: {"file": "i.2c.svg"}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    html = errors.failed(RequestFactory().get("/")).content.decode()

    assert 'href="/static/web/main.1b.css"' in html
    assert 'src="/static/web/main.0a.js"' in html
    assert '<use href="/static/web/i.2c.svg#i-logo"/>' in html


def test_a_slot_holds_what_was_put_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_FILLED", {})
    slots.fill("shell.foot", lambda context: f"<i>{context['n']}</i>")

    assert slots.render("shell.foot", {"n": 3}) == "<i>3</i>"
    assert slots.render("nobody.fills.it", {}) == ""


def test_the_pager_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/list?q=север&page=2")
    context = {"page": Paginator(range(100), 25).page(2)}
    html = render_to_string("web/_pager.html", context, request)

    assert "26–50 из 100" in html
    assert "q=%D1%81%D0%B5%D0%B2%D0%B5%D1%80&amp;page=1" in html
    assert "page=3" in html


def test_a_short_list_has_no_pager() -> None:
    context = {"page": Paginator(range(10), 25).page(1)}
    assert render_to_string("web/_pager.html", context, RequestFactory().get("/list")).strip() == ""


@pytest.mark.parametrize(
    ("sort", "state", "link"),
    [("name", "ascending", "sort=-name"), ("-name", "descending", "sort=name"), ("days", "none", "sort=name")],
)
def test_a_head_cell_sorts_both_ways(sort: str, state: str, link: str) -> None:
    request = RequestFactory().get("/list?page=4")
    html = render_to_string("web/_sort.html", {"key": "name", "label": "Компания", "sort": sort}, request)

    assert f'aria-sort="{state}"' in html
    assert f'href="?{link}"' in html


def answered(response: HttpResponse) -> HttpResponse:
    """The response after a message with something to undo was left for the person."""
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]  # what the storage needs of a session
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # set by the middleware
    messages.success(request, "Сделка удалена", extra_tags=toasts.undo("/deals/7/restore/"))
    toasts.send_with_fragment(request, response)
    return response


def test_messages_go_with_a_fragment() -> None:
    header = answered(HttpResponse("<tr></tr>")).headers["HX-Trigger"]

    assert '"undo": "/deals/7/restore/"' in header
    assert header.isascii()


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("<!doctype html><html>"),
        HttpResponse(status=302),
        HttpResponse(headers={"HX-Redirect": "/"}),
    ],
)
def test_messages_wait_for_a_whole_page(response: HttpResponse) -> None:
    assert "HX-Trigger" not in answered(response).headers


def test_browsers_find_the_picture_by_themselves(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assert client.get("/favicon.ico").status_code == 204

    (tmp_path / "manifest.json").write_text(json.dumps({assets.FAVICON: {"file": "favicon.0a.svg"}}))
    assert client.get("/favicon.ico").headers["Location"] == "/static/web/favicon.0a.svg"
