"""What goes into the log, and what is counted, kept or refused on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tropa.facts import actions, queries
from tropa.facts.domain import LATEST_US, MOST_PAYLOAD_BYTES
from tropa.facts.ledger import hours as ledger_hours
from tropa.facts.models import LedgerHour, Quarantined, Touch, TouchType
from tropa.facts.tests.makers import NOW, NOW_US, ledger, source, touch, touches, workspace
from tropa.facts.touches import Appended, Rejection

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    site = source()
    done = actions.append(site, touches(0, 100), now=NOW)
    again = actions.append(site, touches(50, 150), now=NOW)
    assert (done, again) == (Appended(100, 0, 0), Appended(50, 50, 0))
    assert queries.count(site.workspace) == 150
    assert ledger(site) == {
        "received": 200, "stored": 150, "duplicate": 50, "rejected": 0, "suppressed": 0, "removed": 0
    }  # fmt: skip


def test_every_field_comes_back() -> None:
    site = source()
    given_touch = touch(
        "m1", type="demo_held", account_id=2**40, contact_id=5, deal_id=6, ended_us=NOW_US + 1, sent_us=-5, client_us=7,
        channel="phone", campaign="весна", page="https://example.com/цены", value=12.5, properties={"б": "2", "а": "1"},
    )  # fmt: skip
    actions.append(site, [given_touch], now=NOW)
    row = queries.touches_of(site.workspace, 2**40)[0]
    assert (row.type, row.contact_id, row.deal_id, row.occurred_us, row.ended_us) == (
        "demo_held", 5, 6, NOW_US, NOW_US + 1
    )  # fmt: skip
    assert (row.channel, row.campaign, row.page, row.value) == ("phone", "весна", "https://example.com/цены", 12.5)
    assert (row.properties, row.received_us) == ({"а": "1", "б": "2"}, NOW_US)


def test_a_message_is_known_within_its_source_alone() -> None:
    first = source()
    beside, foreign = source(first.workspace, "crm"), source(workspace("Вторая"))
    assert [actions.append(each, [touch("m")], now=NOW).stored for each in (first, beside, foreign)] == [1, 1, 1]


def test_a_message_twice_in_a_batch_counts_once() -> None:
    done = actions.append(source(), [touch("a"), touch("b"), touch("a"), touch("a")], now=NOW)
    assert done == Appended(2, 2, 0)


def test_ids_follow_the_order_of_the_batch() -> None:
    site = source()
    actions.append(site, touches(0, 500), now=NOW)
    stored = Touch.objects.filter(source=site).order_by("id").values_list("message_id", flat=True)
    assert list(stored) == [str(n) for n in range(500)]


def test_an_unknown_type_becomes_one_of_the_workspace() -> None:
    site = source()
    actions.append(site, [touch(1, type="ours")], now=NOW)
    actions.append(site, [touch(2, type="ours")], now=NOW)
    assert TouchType.objects.of(site.workspace).get(key="ours").is_shipped is False


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no message id": ({"message_id": ""}, "no_message_id"),
    "long message id": ({"message_id": "я" * 201}, "too_long"),
    "NUL": ({"message_id": "a\x00b"}, "bad_characters"),
    "half a character": ({"campaign": "\ud800"}, "bad_characters"),
    "no type": ({"type": ""}, "no_type"),
    "long page": ({"page": "p" * 1001}, "too_long"),
    "a number as text": ({"channel": 5}, "not_text"),
    "seconds with a slip": ({"occurred_us": LATEST_US + 1}, "moment_out_of_range"),
    "beyond 64 bits": ({"client_us": 2**63}, "moment_out_of_range"),
    "no moment": ({"occurred_us": None}, "not_a_moment"),
    "a fraction": ({"occurred_us": 1.5}, "not_a_moment"),
    "account 0": ({"account_id": 0}, "bad_id"),
    "account beyond 64 bits": ({"account_id": 2**63}, "bad_id"),
    "no number": ({"value": float("nan")}, "bad_value"),
    "no end": ({"value": 10**400}, "bad_value"),
    "a property that is no text": ({"properties": {"a": 1}}, "not_text"),
    "NUL in a property": ({"properties": {"a": "\x00"}}, "bad_characters"),
    "too many properties": ({"properties": {str(n): "" for n in range(301)}}, "too_many_properties"),
    "too large": ({"properties": {"a": "я" * 20_000}}, "too_large"),
}


@pytest.mark.parametrize(("fields", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_touch_is_kept_with_its_reason_and_stops_nothing(fields: dict[str, Any], reason: str) -> None:
    site = source()
    done = actions.append(site, [touch(1), touch(**({"message_id": "x"} | fields)), touch(2)], batch="b7", now=NOW)
    assert (done.stored, done.rejected, [each.reason for each in done.refused]) == (2, 1, [reason])
    kept = Quarantined.objects.of(site.workspace).get()
    assert (kept.reason, kept.position, kept.batch, kept.received_at) == (reason, 1, "b7", NOW)
    assert 0 < len(kept.payload.encode()) <= MOST_PAYLOAD_BYTES


def test_at_the_limits_a_touch_is_good() -> None:
    widest = touch(
        "я" * 200, type="t" * 80, channel="c" * 40, campaign="c" * 200, page="p" * 1000, occurred_us=LATEST_US,
        account_id=2**63 - 1, client_us=2**63 - 1, properties={str(n): "" for n in range(300)},
    )  # fmt: skip
    assert actions.append(source(), [widest], now=NOW) == Appended(1, 0, 0)


def test_what_the_caller_refused_is_counted_and_cut() -> None:
    site = source()
    refused = [Rejection(7, "bad_date", "я" * 40_000, {"line": 9}), Rejection(8, "bad_date", "a\x00\ud800")]
    done = actions.append(site, [touch(1)], rejected=refused, suppressed=3, now=NOW)
    assert (done, done.received) == (Appended(1, 0, 2, 3), 6)
    kept = Quarantined.objects.of(site.workspace).order_by("position")
    assert [(each.position, len(each.payload.encode())) for each in kept] == [(7, MOST_PAYLOAD_BYTES), (8, 5)]
    assert ledger(site)["received"] == 6


def test_the_ledger_has_a_line_per_hour() -> None:
    site = source()
    for minutes in (0, 10, 40, 100):
        actions.append(site, [touch(minutes)], now=NOW + timedelta(minutes=minutes))
    rows = ledger_hours(site.workspace)
    assert [(row.hour.hour, row.stored) for row in rows] == [(14, 1), (13, 1), (12, 2)]


def test_the_database_refuses_a_ledger_that_does_not_add_up() -> None:
    site = source()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerHour.objects.create(workspace=site.workspace, source=site, hour=NOW, received=2, stored=1)


def test_a_callers_failure_takes_all_of_it_back() -> None:
    site = source()

    @transaction.atomic
    def fail() -> None:
        actions.append(site, [touch(1), touch("")], now=NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (Touch.objects.count(), LedgerHour.objects.count(), Quarantined.objects.count()) == (0, 0, 0)
    assert actions.append(site, [touch(1)], now=NOW).stored == 1


def test_what_was_removed_can_come_again() -> None:
    site, other = source(), source(key="other")
    actions.append(site, touches(0, 30), now=NOW)
    actions.append(other, touches(0, 5), now=NOW)
    assert actions.remove_of_source(site, now=NOW) == 30
    assert (ledger(site)["stored"], ledger(site)["removed"], Touch.objects.count()) == (30, 30, 5)
    assert actions.append(site, touches(0, 30), now=NOW).stored == 30


def test_the_catalogue_is_loaded_once_and_keeps_own_changes() -> None:
    tenant = workspace()
    assert actions.load_catalogue(tenant) > 90
    TouchType.objects.of(tenant).filter(key="deal_stage").update(label_ru="Наше")
    assert actions.load_catalogue(tenant) == 0
    moved = TouchType.objects.of(tenant).get(key="deal_stage")
    assert (moved.label_ru, moved.client_activity, moved.is_shipped) == ("Наше", False, True)


class AnyMixture(TestCase):
    """Batches with any mixture of new, known and bad touches add up, and each message is stored once."""

    @given(st.lists(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=12), max_size=6))
    def test_counts_add_up(self, batches: list[list[tuple[int, bool]]]) -> None:
        site = source()
        for batch in batches:
            sent = [touch(n, value=1.0 if good else float("inf")) for n, good in batch]
            assert actions.append(site, sent, now=NOW).received == len(batch)
        good = [n for batch in batches for n, is_good in batch if is_good]
        assert queries.count(site.workspace) == len(set(good))
        counted = ledger(site)
        assert counted["stored"] + counted["duplicate"] == len(good)
        assert counted["received"] == sum(map(len, batches))
        assert Quarantined.objects.of(site.workspace).count() == counted["rejected"]


def test_the_hot_table_has_no_foreign_keys_to_check() -> None:
    """Each would cost a look-up per row; see docs/adr/0006."""
    with connection.cursor() as sql:
        assert connection.introspection.get_relations(sql, Touch._meta.db_table) == {}
