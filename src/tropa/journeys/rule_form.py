"""The editor of a rule: rows out of a posted form and back, what is wrong with them, the same rule as YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import yaml
from django.http import QueryDict
from django.utils.translation import gettext as _

from tropa.analysis import InputError
from tropa.journeys import definition
from tropa.journeys.rule_words import operator_word
from tropa.journeys.rules import KINDS, OPERATORS_OF, Group, Row, RowProblem, Rule, group_of, rule_of
from tropa.web import typography

MOST_ROWS: Final = 20
MOST_TYPES: Final = 500


@dataclass(frozen=True, slots=True)
class RuleForm:
    """What stands in the editor. group: None when the rule is nested too deeply for rows. problems: by row number, −1
    for the whole."""

    group: Group | None
    text: str
    as_text: bool
    problems: Mapping[int, list[str]] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[int, Row, list[str]]]:
        group = self.group or Group()
        return [(number, row, list(self.problems.get(number, ()))) for number, row in enumerate(group.rows)]

    @property
    def errors(self) -> list[str]:
        return list(self.problems.get(-1, ()))


def of_rule(rule: Rule | None, *, as_text: bool = False) -> RuleForm:
    """The editor of a stored rule."""
    group = group_of(rule)
    return RuleForm(group, as_yaml(rule), as_text or group is None)


def posted(data: QueryDict) -> RuleForm:
    """The editor as it was posted."""
    as_text = data.get("mode") == "yaml"
    rows = tuple(_row(data, number) for number in range(_count(data)))
    join: Any = "all" if data.get("join") == "all" else "any"
    return RuleForm(Group(join, rows), data.get("text", ""), as_text)


def changed(form: RuleForm, do: str) -> RuleForm:
    """The editor after a button that saves nothing: add:<kind>, remove:<row>, yaml, rows."""
    verb, _colon, what = do.partition(":")
    group = form.group or Group()
    if verb == "add" and what in KINDS and len(group.rows) < MOST_ROWS:
        kind: Any = what
        row = Row(kind, operator=OPERATORS_OF[kind][0])
        return replace(form, group=Group(group.join, (*group.rows, row)))
    if verb == "remove" and what.isdecimal():
        kept = tuple(row for number, row in enumerate(group.rows) if number != int(what))
        return replace(form, group=Group(group.join, kept))
    if verb in ("yaml", "rows"):
        rule, checked = read(form)
        if checked.problems:
            return checked
        return of_rule(rule, as_text=verb == "yaml")
    return form


def read(form: RuleForm) -> tuple[Rule | None, RuleForm]:
    """The rule that stands in the editor (None: empty), and the editor with what is wrong."""
    return _read_text(form) if form.as_text else _read_rows(form)


def as_yaml(rule: Rule | None) -> str:
    if rule is None:
        return ""
    return yaml.safe_dump(dict(rule), allow_unicode=True, sort_keys=False, width=100)


def _read_text(form: RuleForm) -> tuple[Rule | None, RuleForm]:
    try:
        return definition.rule_from_yaml(form.text), form
    except InputError as error:
        told = error.text(typography.language()).splitlines()
        return None, replace(form, problems={-1: [line.removeprefix(":") for line in told]})


def _read_rows(form: RuleForm) -> tuple[Rule | None, RuleForm]:
    group = form.group or Group()
    problems: dict[int, list[str]] = {}
    for number, row in enumerate(group.rows):
        try:
            rule_of(Group("any", (row,)))
        except RowProblem as problem:
            problems[number] = [problem_text(problem.code)]
    if problems:
        return None, replace(form, problems=problems)
    rule = rule_of(group)
    try:
        if rule is not None:
            definition.check_rule(rule)
    except InputError as error:
        return None, replace(form, problems={-1: error.text(typography.language()).splitlines()})
    return rule, form


def _count(data: QueryDict) -> int:
    given = data.get("rows", "0")
    return min(int(given), MOST_ROWS) if given.isdecimal() and len(given) < 4 else 0


def _row(data: QueryDict, number: int) -> Row:
    def one(name: str) -> str:
        return data.get(f"{number}-{name}", "")[:500].replace("\0", "")

    kind: Any = one("kind") if one("kind") in KINDS else "types"
    operator = one("operator") if one("operator") in OPERATORS_OF[kind] else OPERATORS_OF[kind][0]
    return Row(
        kind=kind,
        types=tuple(key.replace("\0", "") for key in data.getlist(f"{number}-types")[:MOST_TYPES]),
        name=one("name"),
        operator=operator,
        operand=one("operand"),
        number=one("number"),
        days=one("days"),
        negated=bool(one("negated")),
    )


def problem_text(code: str) -> str:
    """What is wrong with a row, and what to do."""
    return {
        "types": _("Отметьте хотя бы одну точку контакта"),
        "name": _("Назовите свойство касания, например plan"),
        "operand": _("Впишите, с чем сравнивать"),
        "number": _("Нужно число, например 3"),
        "days": _("Нужно число дней больше 0 и не больше 36 525, например 30"),
        "operator": _("Выберите сравнение"),
    }[code]


def kind_words() -> list[tuple[str, str]]:
    """What can be added, and what it is called."""
    return [
        ("types", _("точка контакта")),
        ("channel", _("канал")),
        ("campaign", _("кампания")),
        ("value", _("сумма")),
        ("property", _("свойство")),
        ("count", _("сколько раз")),
    ]


def operator_words() -> dict[str, list[tuple[str, str]]]:
    """Per kind of row its comparisons."""
    return {kind: [(name, operator_word(name)) for name in names] for kind, names in OPERATORS_OF.items()}


__all__ = ["RuleForm", "as_yaml", "changed", "of_rule", "posted", "read"]
