"""The companies behind a figure: where their list is, and the list. It is asked for with the question of the figure, as
of the same moment, and chosen by the same mask, so it has as many rows as the figure says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from tropa.customers import export
from tropa.facts.models import TouchType
from tropa.insights.asked import Asked
from tropa.insights.moment import ask, moment_of
from tropa.insights.question import Question
from tropa.insights.rows import SORTS, Rows
from tropa.journeys import definition, queries
from tropa.journeys.models import Journey, JourneyVersion, State
from tropa.web import typography
from tropa.workspace.models import Workspace

ROWS: Final = 50
_CHUNK: Final = 1_000
_FIRST_BY: Final = {"tail": "-days", "lost_money": "-money"}


def address(workspace: Workspace, journey: Journey, question: Question, *, what: str, **parts: Any) -> str:
    """Where the rows behind a figure are. what: a name of `asked` (entered, reached, not_reached, here, lost, dropped,
    gone, completed, mature, mature_reached, tail, nps, point, reason, path, transition, trips, open, bought,
    to_purchase, onboarded, lost_money, …). parts: stage, type (of a point), reason (without it: those with none
    recorded), path (keys of stages joined by `>`), source, target; and changes to the question, as `who` (None takes
    a filter back)."""
    return reverse("behind", args=[workspace.slug, journey.pk]) + question.query(what=what, **parts)


def converted(question: Question) -> str:
    """The `what` of those whom the conversion of the question's measure counts as gone on; an estimate has no such
    list, only what it rests on."""
    return {"mature": "mature_reached", "estimate": "dated"}.get(question.measure, "reached")


@dataclass(frozen=True, slots=True)
class Row:
    """One trip, stay or move as the list shows it. where: the stage it is on or ended on; money: of the deals that went
    with its loss, None without any. score: from 0 to 10, of an answer; then entered is when it was given."""

    unit_id: int
    name: str
    account_id: int | None
    account: str
    trip: int
    where: str
    state: State
    entered: datetime | None
    days: float
    active: datetime | None
    visits: int
    money: float | None
    score: int | None

    @property
    def whole_days(self) -> int:
        """As the card counts them."""
        return int(self.days)


@dataclass(frozen=True, slots=True)
class Found:
    """counted: what the figure says; total: what of it the search found."""

    counted: int
    total: int
    companies: int
    unknown: int
    number: int
    as_of: datetime
    rows: Sequence[Row]


def sort_of(asked: Asked, given: str) -> str:
    """What the list is sorted by: a key of rows.SORTS, with a minus when descending."""
    return given if given.removeprefix("-") in SORTS else _FIRST_BY.get(asked.what, "-entered")


def find(
    version: JourneyVersion, question: Question, asked: Asked, *, words: str, sort: str, page: int
) -> Found | None:
    """A page of the list; None while the version has no visits. Raises EngineError."""
    moment = moment_of(version)
    if moment is None:
        return None
    found: Rows = ask(
        "rows_behind", question=question, as_of_us=moment.as_of_us, asked=asked, words=words, sort=sort, page=page,
        size=ROWS,
    )  # fmt: skip
    as_of = queries.moment_of(moment.as_of_us)
    assert as_of is not None
    rows = list(_rows(version, found.columns, 0, ROWS))
    return Found(found.counted, found.total, found.split.companies, found.split.unknown, found.number, as_of, rows)


def sheet(
    version: JourneyVersion, question: Question, asked: Asked, *, words: str, sort: str
) -> tuple[export.Sheet, int] | None:
    """The whole list as a sheet, and how many rows it has; None while there are no visits. Raises EngineError."""
    moment = moment_of(version)
    if moment is None:
        return None
    found: Rows = ask("rows_behind", question=question, as_of_us=moment.as_of_us, asked=asked, words=words, sort=sort)
    return export.Sheet(_heads(asked), _cells(version, found, asked)), found.total


def type_labels(version: JourneyVersion, asked: Asked) -> Mapping[str, str]:
    """What the type of a drop-off point is called."""
    label = "label_en" if typography.language() == "en" else "label_ru"
    rows = TouchType.objects.of(version.workspace).filter(key=asked.type.replace("\0", ""))
    return dict(rows.values_list("key", label))


def _rows(version: JourneyVersion, columns: Mapping[str, Sequence[Any]], first: int, size: int) -> Iterator[Row]:
    part = {name: column[first : first + size] for name, column in columns.items()}
    names = queries.unit_names(version, part["unit"])
    is_account = version.document["journey"]["unit"] == "account"
    accounts = names if is_account else queries.account_names(version.workspace, part["account"])
    stages = {stage["key"]: definition.label_of(stage, typography.language()) for stage in queries.ranked(version)}
    for place, unit in enumerate(part["unit"]):
        account = part["account"][place]
        yield Row(
            unit_id=unit,
            name=names.get(unit, f"№ {unit}"),
            account_id=account if account in accounts else None,
            account=accounts.get(account, ""),
            trip=part["trip"][place],
            where=stages[part["stage"][place]],
            state=State(part["state"][place]),
            entered=queries.moment_of(part["entered"][place]),
            days=part["days"][place],
            active=queries.moment_of(part["active"][place]),
            visits=part["visits"][place],
            money=part["money"][place] or None,
            score=int(part["score"][place]) if part["score"][place] >= 0 else None,
        )


def _heads(asked: Asked) -> list[str]:
    score = [_("Балл")] if asked.what == "nps" else []
    return [
        *score,
        _("Название"),
        _("Компания"),
        _("Этап"),
        _("Состояние"),
        _("Прохождение"),
        _("Когда"),
        _("Дней"),
        _("Последний признак жизни"),
        _("Посещений этапов"),
        _("Ушло сделок на сумму"),
    ]


def _cells(version: JourneyVersion, found: Rows, asked: Asked) -> Iterator[list[export.Cell]]:
    for first in range(0, found.total, _CHUNK):
        for row in _rows(version, found.columns, first, _CHUNK):
            money = None if row.money is None else Decimal(str(row.money))
            score = [row.score] if asked.what == "nps" else []
            yield [
                *score, row.name, row.account, row.where, str(row.state.label), row.trip, row.entered,
                Decimal(f"{row.days:.2f}"), row.active, row.visits, money,
            ]  # fmt: skip
