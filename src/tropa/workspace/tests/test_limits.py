"""Tries at secrets: ten in fifteen minutes, per account and per address, before anything is hashed."""

import threading
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings

from tropa.workspace import attempts
from tropa.workspace.limits import MOST_TRIES, WINDOW, Counted, Limited, count, first_use, forget_old, give_back
from tropa.workspace.models import AuditEntry, Tries
from tropa.workspace.tests import people

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_it_works(client: Client) -> None:
    people.make_user("owner@example.com")
    for _ in range(MOST_TRIES):
        assert attempt(client).status_code == 200
    limited = attempt(client, people.PASSWORD)
    assert limited.status_code == 429
    assert 0 < int(limited.headers["Retry-After"]) <= WINDOW.total_seconds() + 1
    page = people.text_of(limited)
    assert "через 15 минут" in page.replace("\xa0", " ")
    assert 'value="owner@example.com"' in page


def attempt(client: Client, password: str = "не тот", email: str = "owner@example.com", **headers: str):  # type: ignore[no-untyped-def]
    return client.post("/login/", {"login": email, "password": password}, headers=headers)


@pytest.mark.django_db
def test_a_limited_try_costs_no_hash(client: Client) -> None:
    people.make_user("owner@example.com")
    for _ in range(MOST_TRIES):
        attempt(client)
    with patch.object(MD5PasswordHasher, "verify") as verify, patch.object(MD5PasswordHasher, "encode") as encode:
        assert attempt(client).status_code == 429
    assert not verify.called
    assert not encode.called


@pytest.mark.django_db
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_thousand_forged_addresses_stay_limited(
    client: Client, proxies: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a trusted proxy the header counts for nothing; behind one, only what the proxy itself added."""
    # A thousand pages need not be drawn to be counted.
    monkeypatch.setattr(attempts, "render", lambda request, template, context, status: HttpResponse(status=status))
    answers = []
    with override_settings(TRUSTED_PROXIES=proxies):
        for number in range(1000):
            forged = f"10.0.{number // 250}.{number % 250}" + (", 192.0.2.7" if proxies else "")
            answer = attempt(client, email=f"person{number}@example.com", **{"X-Forwarded-For": forged})
            answers.append(answer.status_code)
    assert answers.count(429) == 1000 - MOST_TRIES
    assert AuditEntry.objects.filter(action="sign_in.limited").count() == 1000 - MOST_TRIES
    # The address and ten accounts: whoever is limited cannot fill the table.
    assert Tries.objects.count() == 1 + MOST_TRIES


@pytest.mark.django_db
def test_an_account_is_limited_from_many_addresses(client: Client) -> None:
    with override_settings(TRUSTED_PROXIES=1):
        answers = [attempt(client, **{"X-Forwarded-For": f"192.0.2.{number}"}).status_code for number in range(12)]
    assert answers == [200] * MOST_TRIES + [429] * 2


@pytest.mark.django_db
def test_one_network_of_ipv6_counts_as_one_address(client: Client) -> None:
    with override_settings(TRUSTED_PROXIES=1):
        answers = [
            attempt(client, email=f"p{n}@example.com", **{"X-Forwarded-For": f"2001:db8::{n:x}"}).status_code
            for n in range(1, 13)
        ]
    assert answers.count(429) == 2


@pytest.mark.django_db
def test_successes_do_not_add_up(client: Client) -> None:
    people.make_user("owner@example.com")
    for _ in range(MOST_TRIES + 2):
        assert attempt(Client(), people.PASSWORD).status_code == 302


@pytest.mark.django_db
def test_the_window_slides() -> None:
    for minute in range(MOST_TRIES):
        assert isinstance(count(["a"], now=NOW + timedelta(minutes=minute)), Counted)
    refused = count(["a"], now=NOW + timedelta(minutes=10))
    assert refused == Limited(timedelta(minutes=5))
    assert isinstance(count(["a"], now=NOW + WINDOW), Counted)
    assert isinstance(count(["a"], now=NOW + WINDOW), Limited)


@pytest.mark.django_db
def test_what_is_given_back_is_one_try() -> None:
    for _ in range(MOST_TRIES - 1):
        count(["a", "b"], now=NOW)
    last = count(["a", "b"], now=NOW + timedelta(seconds=1))
    assert isinstance(last, Counted)
    give_back(last)
    give_back(last)
    assert {len(row.stamps) for row in Tries.objects.all()} == {MOST_TRIES - 1}


@pytest.mark.django_db
def test_rows_tell_nobody_who_tried() -> None:
    count(["sign_in:account:owner@example.com"], now=NOW)
    assert "owner" not in Tries.objects.get().key


@pytest.mark.django_db
def test_what_is_over_is_swept_up() -> None:
    count(["a"], now=NOW)
    assert first_use("code", now=NOW)
    assert not first_use("code", now=NOW)
    assert forget_old(now=NOW + WINDOW) == 0
    assert forget_old(now=NOW + WINDOW + timedelta(seconds=1)) == 2


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_however_many_try_at_once() -> None:
    found: list[object] = []

    def try_often() -> None:
        for _ in range(5):
            found.append(count(["address", "account"], now=NOW))
        connection.close()

    threads = [threading.Thread(target=try_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40
    assert sum(isinstance(each, Counted) for each in found) == MOST_TRIES
