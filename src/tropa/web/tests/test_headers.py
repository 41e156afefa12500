"""Headers of every answer: a strict policy with a nonce; pages are not framed, guessed or kept."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client

from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    return people.sign_in(client, people.world().owner)


def policy(response: object) -> dict[str, list[str]]:
    header: str = response.headers["Content-Security-Policy"]  # type: ignore[attr-defined]  # a test response
    return {name: values for name, *values in (part.split() for part in header.split(";") if part.strip())}


def test_it_works(signed_in: Client) -> None:
    response = signed_in.get("/components/")
    nonce = re.search(r'<script nonce="([^"]+)"', response.content.decode())

    assert response.status_code == 200
    assert nonce
    assert f"'nonce-{nonce[1]}'" in policy(response)["script-src"]


@pytest.mark.parametrize("path", ["/components/", "/nothing/here", "/login/"])
def test_the_policy_allows_nothing_inline_and_nothing_foreign(signed_in: Client, path: str) -> None:
    directives = policy(signed_in.get(path))
    sources = {source for values in directives.values() for source in values}

    assert directives["default-src"] == ["'none'"]
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert directives[name] == ["'none'"]
    assert {source for source in sources if not source.startswith("'nonce-")} == {"'none'", "'self'", "data:"}
    assert "data:" not in directives["script-src"]


def test_every_page_has_a_nonce_of_its_own(signed_in: Client) -> None:
    first, second = (policy(signed_in.get("/components/"))["script-src"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("path", ["/components/", "/nothing/here"])
def test_pages_are_neither_framed_nor_guessed_nor_kept(signed_in: Client, path: str) -> None:
    headers = signed_in.get(path).headers

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]


def test_no_template_of_the_product_has_inline_styles_or_handlers() -> None:
    ours = [config.path for config in apps.get_app_configs() if config.name.startswith("tropa.")]
    found = [
        f"{path.name}: {match[0]}"
        for folder in ours
        for path in sorted(Path(folder).glob("templates/**/*.html"))
        for match in re.finditer(r"""\s(style|on\w+)=["']|<style|javascript:""", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_an_address_for_forms_opened_as_a_page_says_so(client: Client) -> None:
    owner = people.world().owner
    people.sign_in(client, owner)
    told = client.get(f"/w/{owner.workspace.slug}/accounts/bulk/", headers={"accept": "text/html"})
    assert told.status_code == 405
    assert told["Allow"] == "POST"
    assert "Вернитесь назад" in told.content.decode()
    assert not client.get(f"/w/{owner.workspace.slug}/accounts/bulk/", headers={"accept": "application/json"}).content
