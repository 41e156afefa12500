"""Rules as rows of a form, and back."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from tropa.journeys import rule_form
from tropa.journeys.rules import Group, Row, RowProblem, Rule, group_of, rule_of, types_of


def test_rows_say_the_rule_they_were_made_of() -> None:
    rule: Rule = {
        "all": [
            {"touch": ["demo_held", "proposal_view"]},
            {"not": {"field": "touch.value", "at_least": 5}},
            {"count": {"of": {"touch": ["site"]}, "within_days": 14, "at_least": 3}},
            {"field": "touch.plan", "is": "pro"},
            {"field": "touch.channel", "in": ["email", "phone"]},
        ]
    }
    group = group_of(rule)
    assert group is not None
    assert rule_of(group) == rule


@pytest.mark.parametrize(
    "rule",
    [
        {"any": [{"all": [{"touch": "a"}, {"touch": "b"}]}, {"touch": "c"}]},
        {"last": {"of": {"touch": "a"}, "more_than_days": 3}},
        {"field": "account.segment", "is": "a"},
        {"field": "touch.code", "is": "007"},
        {"count": {"of": {"field": "touch.value", "at_least": 1}, "at_least": 1}},
    ],
)
def test_what_rows_cannot_show_stays_yaml(rule: Rule) -> None:
    assert group_of(rule) is None
    assert rule_form.of_rule(rule).as_text


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (Row("types"), "types"),
        (Row("value", operator="at_least", operand="много"), "number"),
        (Row("property", name="", operator="is", operand="a"), "name"),
        (Row("campaign", operator="is", operand=" "), "operand"),
        (Row("count", types=("a",), operator="at_least", number="два"), "number"),
        (Row("count", types=("a",), operator="at_least", number="2", days="0"), "days"),
    ],
)
def test_a_row_that_is_no_condition_says_why(row: Row, code: str) -> None:
    with pytest.raises(RowProblem) as problem:
        rule_of(Group("any", (row,)))
    assert problem.value.code == code


def test_numbers_are_taken_as_people_write_them() -> None:
    assert rule_of(Group("any", (Row("value", operator="at_least", operand="1 000,5"),))) == {
        "field": "touch.value",
        "at_least": 1000.5,
    }


def test_yaml_mistakes_name_line_and_key() -> None:
    form = rule_form.posted(QueryDict("mode=yaml&text=touch: [demo]%0Afoo: 1"))
    rule, checked = rule_form.read(form)
    assert rule is None
    assert checked.errors == ["2: foo: неизвестный ключ «foo»; допустимо: touch"]


def test_types_of_a_rule_are_found_at_any_depth() -> None:
    assert types_of({"all": [{"touch": "a"}, {"not": {"count": {"of": {"touch": ["b"]}, "at_least": 1}}}]}) == {
        "a",
        "b",
    }


@given(st.text(max_size=40), st.sampled_from(["channel", "campaign", "value", "property", "count", "types", "x"]))
def test_no_posted_form_breaks_the_editor(text: str, kind: str) -> None:
    data = QueryDict(mutable=True)
    for name in ("operand", "operator", "number", "days", "name", "types"):
        data[f"0-{name}"] = text
    data.update({"rows": "1", "0-kind": kind})
    rule_form.read(rule_form.posted(data))
    for do in ("add:types", "remove:0", "yaml", "rows", text):
        rule_form.changed(rule_form.posted(data), do)
