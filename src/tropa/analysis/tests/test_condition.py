"""The condition language in memory: what each form means, and what a person is told about mistakes."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tropa.analysis import condition
from tropa.analysis.condition import Compare, Facts, Not, evaluate, fields, parse
from tropa.analysis.condition.operators import OPERATORS
from tropa.analysis.problem import InputError

DAY = 86_400_000_000

DEMO: dict[str, object] = {
    "occurred_at": 10 * DAY,
    "type": "demo_held",
    "channel": "email",
    "campaign": None,
    "value": 250.0,
    "contact_id": "anna",
    "p_screen": "report",
    "p_seats": "12",
    "p_price": "1,5",
    "p_trial": "true",
}
FACTS = Facts(
    now=10 * DAY,
    touch=DEMO,
    touches=(
        {"occurred_at": 2 * DAY, "type": "blog_visit", "channel": "website"},
        {"occurred_at": 7 * DAY, "type": "blog_visit", "channel": "email"},
        DEMO,
        {"occurred_at": 10 * DAY, "type": "proposal_view"},
        {"occurred_at": 11 * DAY, "type": "deal_lost"},
    ),
    account={"size": 120, "vip": True, "sum": Decimal("10.5"), "huge": 10**400},
    contact={"role": "buyer"},
    deal={"pipeline": "new"},
    stage="decision",
)


def holds(node: object, facts: Facts = FACTS) -> bool:
    return evaluate(parse(node), facts)


@pytest.mark.parametrize(
    "node",
    [
        {"touch": "demo_held"},
        {"touch": ["blog_visit", "demo_held"]},
        {"field": "touch.channel", "is": "email"},
        {"field": "touch.channel", "is_not": "phone"},
        {"field": "touch.channel", "in": ["phone", "email"]},
        {"field": "touch.channel", "not_in": ["phone", "website"]},
        {"field": "touch.value", "is": 250},
        {"field": "touch.value", "at_least": 250},
        {"field": "touch.value", "more_than": 249.9},
        {"field": "touch.value", "at_most": 250},
        {"field": "touch.value", "less_than": 251},
        {"field": "touch.value", "in": [100, 250]},
        {"field": "touch.contact", "is": "anna"},
        {"field": "touch.screen", "contains": "por"},
        {"field": "touch.screen", "starts_with": "rep"},
        {"field": "touch.seats", "more_than": 9},
        {"field": "touch.seats", "is": 12.0},
        {"field": "touch.seats", "is": "12"},
        {"field": "touch.trial", "is": True},
        {"field": "touch.campaign", "known": False},
        {"field": "touch.channel", "known": True},
        {"field": "account.size", "at_least": 100},
        {"field": "account.sum", "is": 10.5},
        {"field": "account.vip", "is": True},
        {"field": "contact.role", "is": "buyer"},
        {"field": "deal.pipeline", "is": "new"},
        {"field": "stage", "in": ["decision", "purchase"]},
        {"all": [{"touch": "demo_held"}, {"not": {"touch": "blog_visit"}}]},
        {"any": [{"touch": "blog_visit"}, {"touch": "demo_held"}]},
    ],
)
def test_it_holds(node: object) -> None:
    assert holds(node)
    assert not holds({"not": node})


@pytest.mark.parametrize(
    "node",
    [
        {"field": "touch.campaign", "is": "spring"},
        {"field": "touch.campaign", "is_not": "spring"},
        {"field": "touch.campaign", "not_in": ["spring"]},
        {"field": "touch.nowhere", "less_than": 5},
        {"field": "deal.absent", "is_not": "x"},
        {"field": "touch.price", "at_least": 0},
        {"field": "touch.price", "is_not": 7},
        {"field": "account.size", "is": "120"},
        {"field": "account.size", "is_not": "120"},
        {"field": "account.vip", "is": 1},
        {"field": "account.huge", "more_than": 1},
        {"field": "touch.seats", "is": True},
        {"field": "touch.channel", "contains": "EMAIL"},
    ],
)
def test_a_comparison_with_a_missing_or_foreign_value_is_false_and_its_negation_true(node: object) -> None:
    assert not holds(node)
    assert holds({"not": node})


@pytest.mark.parametrize(
    ("within_days", "number"), [(1, 0), (3, 0), (3.0001, 1), (8, 1), (8.0001, 2), (9, 2), (None, 2)]
)
def test_a_count_looks_at_a_window_that_is_open_at_its_beginning(within_days: float | None, number: int) -> None:
    window = {} if within_days is None else {"within_days": within_days}

    assert holds({"count": {"of": {"touch": "blog_visit"}, **window, "at_least": number}})
    assert not holds({"count": {"of": {"touch": "blog_visit"}, **window, "more_than": number}})


def test_touches_of_the_same_instant_count_and_later_ones_do_not() -> None:
    assert holds({"count": {"of": {"touch": ["proposal_view", "demo_held"]}, "within_days": 1, "at_least": 2}})
    assert holds({"count": {"of": {"touch": "deal_lost"}, "less_than": 1}})


@pytest.mark.parametrize(
    ("bound", "days", "expected"),
    [
        ("more_than_days", 3, False),
        ("at_least_days", 3, True),
        ("more_than_days", 2.9, True),
        ("less_than_days", 3, False),
        ("at_most_days", 3, True),
        ("less_than_days", 3.1, True),
    ],
)
def test_last_is_the_age_of_the_latest_matching_touch(bound: str, days: float, expected: bool) -> None:
    assert holds({"last": {"of": {"touch": "blog_visit"}, bound: days}}) is expected


@pytest.mark.parametrize("bound", ["more_than_days", "less_than_days", "at_least_days", "at_most_days"])
def test_without_a_matching_touch_last_is_false_and_its_negation_true(bound: str) -> None:
    node = {"last": {"of": {"touch": "deal_lost"}, bound: 1}}

    assert not holds(node)
    assert holds({"not": node})


def test_of_sees_only_the_touch_it_looks_at() -> None:
    by_mail = {"all": [{"touch": "blog_visit"}, {"field": "touch.channel", "is": "email"}]}

    assert holds({"count": {"of": by_mail, "at_least": 1}})
    assert not holds({"count": {"of": by_mail, "at_least": 2}})


def test_a_moment_without_a_touch_has_no_touch_fields() -> None:
    moment = Facts(now=10 * DAY, touches=FACTS.touches)

    assert not holds({"touch": "demo_held"}, moment)
    assert holds({"not": {"touch": "demo_held"}}, moment)
    assert holds({"last": {"of": {"touch": "demo_held"}, "at_most_days": 1}}, moment)
    assert not holds({"field": "account.size", "at_least": 0}, moment)


def test_touches_need_their_time_in_whole_microseconds() -> None:
    with pytest.raises(TypeError, match="needed integer microseconds"):
        holds({"count": {"of": {"touch": "a"}, "at_least": 1}}, Facts(now=0, touches=({"occurred_at": 1.5},)))


def test_the_fields_of_a_condition_are_known() -> None:
    node = {"any": [{"touch": "a"}, {"count": {"of": {"not": {"field": "touch.x", "is": 1}}, "at_least": 1}}]}

    assert fields(parse(node)) == {"touch.type", "touch.x"}


def test_numbers_keep_fifteen_digits() -> None:
    assert parse({"field": "touch.x", "is": 0.1 + 0.2}) == Compare("touch.x", "is", 0.3)


def test_the_short_form_is_a_list_of_types() -> None:
    assert parse({"not": {"touch": "a"}}) == Not(Compare("touch.type", "in", ("a",)))


@pytest.mark.parametrize(
    ("node", "told"),
    [
        (None, "given null, needed: a condition such as {touch: demo_held}"),
        ({}, "given {}, needed: a condition"),
        ({"tuch": "a"}, "tuch: unknown key 'tuch'; did you mean 'touch'?"),
        ({"touch": "a", "not": {"touch": "b"}}, "one condition holds touch, not; join them with all or any"),
        ({"touch": "a", "within_days": 5}, "within_days: unknown key 'within_days'; allowed: touch"),
        ({"touch": []}, "touch: given [], needed: a touch type as text"),
        ({"touch": 5}, "touch: given 5, needed: a touch type as text"),
        ({"all": []}, "all: given [], needed: a list of conditions, not empty"),
        ({"all": {"touch": "a"}}, "all: given {touch}, needed: a list of conditions"),
        ({"any": [{"touch": "a"}, 5]}, "any[2]: given 5, needed: a condition"),
        ({"field": "touch.type"}, "beside field exactly one comparison is needed, of: is, is_not"),
        ({"field": "touch.x", "is": 1, "in": [1]}, "beside field exactly one comparison is needed"),
        ({"field": "touch.x", "at_leest": 1}, "at_leest: unknown key 'at_leest'; did you mean 'at_least'?"),
        ({"field": "channel", "is": "a"}, "field: given 'channel'; did you mean 'touch.channel'?"),
        ({"field": "touch.", "is": "a"}, "field: given 'touch.'"),
        ({"field": "stage.x", "is": "a"}, "field: given 'stage.x'"),
        ({"field": 5, "is": "a"}, "field: given 5; allowed: touch.type"),
        ({"field": "touch.x", "is": None}, "is: given null, needed: a text, not empty or a number or true or false"),
        ({"field": "touch.x", "is": ""}, "is: given '', needed: a text, not empty"),
        ({"field": "touch.x", "is": float("nan")}, "is: given nan"),
        ({"field": "touch.x", "is": 1e16}, "is: given 1e+16"),
        ({"field": "touch.x", "in": "a"}, "in: given 'a', needed: a list, not empty"),
        ({"field": "touch.x", "in": []}, "in: given [], needed: a list, not empty"),
        ({"field": "touch.x", "in": ["a", 5]}, "in: the list mixes texts and numbers"),
        ({"field": "touch.x", "at_least": "5"}, "at_least: given '5', needed: a number"),
        ({"field": "touch.x", "contains": 5}, "contains: given 5, needed: a text, not empty"),
        ({"field": "touch.x", "known": "yes"}, "known: given 'yes', needed: true or false"),
        ({"field": "touch.value", "is": "5"}, "is: given '5', needed: a number: value holds numbers"),
        ({"count": 5}, "count: given 5, needed: the keys of, within_days"),
        ({"count": {"at_least": 1}}, "count.of: the required key 'of' is missing"),
        ({"count": {"of": {"touch": "a"}}}, "count: exactly one bound is needed, of: at_least, more_than"),
        ({"count": {"of": {"touch": "a"}, "at_least": 1, "at_most": 2}}, "count: exactly one bound is needed"),
        (
            {"count": {"of": {"touch": "a"}, "at_least": 1.5}},
            "count.at_least: given 1.5, needed: a whole number from 0",
        ),
        ({"count": {"of": {"touch": "a"}, "at_least": True}}, "count.at_least: given true, needed: a whole number"),
        ({"count": {"of": {"touch": "a"}, "at_least": 1, "within_day": 3}}, "did you mean 'within_days'?"),
        (
            {"count": {"of": {"touch": "a"}, "at_least": 1, "within_days": 0}},
            "within_days: given 0, needed: days above 0",
        ),
        (
            {"count": {"of": {"touch": "a"}, "at_least": 1, "within_days": 1e9}},
            "needed: days above 0 and at most 36525",
        ),
        ({"count": {"of": {"last": {}}, "at_least": 1}}, "count.of.last: last cannot stand inside of"),
        (
            {"last": {"of": {"not": {"count": {}}}, "more_than_days": 1}},
            "last.of.not.count: count cannot stand inside of",
        ),
        ({"last": {"of": {"field": "account.x", "is": 1}, "more_than_days": 1}}, "last.of.field: given 'account.x'"),
        ({"last": {"of": {"field": "stage", "is": "a"}, "more_than_days": 1}}, "last.of.field: given 'stage'"),
        ({"last": {"of": {"touch": "a"}, "more_than": 1}}, "did you mean 'more_than_days'?"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_is_allowed(node: object, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(node)

    assert caught.value.code == "bad_condition"
    assert told in caught.value.en
    assert caught.value.ru


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        parse({"all": [{"touch": []}, {"field": "x", "is": None}]})

    assert len(caught.value.en.splitlines()) == 3
    assert len(caught.value.ru.splitlines()) == 3


def test_a_bound_of_counts_and_ages_is_an_operator_that_orders() -> None:
    ordering = [name for name, entry in OPERATORS.items() if entry.orders]

    assert ordering == ["at_least", "more_than", "at_most", "less_than"]


def test_the_tree_needs_no_engine_no_yaml_and_no_clock() -> None:
    # The package itself opens the whole library, so the module is loaded past it.
    program = (
        "import sys, types; package = types.ModuleType('tropa.analysis'); package.__path__ = [sys.argv[1]]; "
        "sys.modules['tropa.analysis'] = package; before = {*sys.modules}; import tropa.analysis.condition; "
        "print(*({'ibis', 'duckdb', 'yaml', 'datetime', 'random'} & ({*sys.modules} - before)))"
    )
    folder = str(Path(condition.__file__).parents[1])
    loaded = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)

    assert loaded.stdout.split() == []
