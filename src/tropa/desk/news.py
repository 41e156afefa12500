"""What changed in a workspace: every count is of the rows that its link opens."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tropa.capture.models import Import
from tropa.customers import queries as customers
from tropa.customers.models import Account
from tropa.facts.domain import microseconds
from tropa.journeys import definition, queries
from tropa.journeys.models import JourneyVersion, Placement, StageChange, State
from tropa.maps.models import JourneyMap, MapChange
from tropa.web import typography
from tropa.workspace.models import Member

MINE, ALL = "mine", "all"
# What is learned later than it happened is told too, if it is not older than this.
LEARNED_LATE: Final = timedelta(days=30)
_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, since when, and about whose companies: `mine` or `all`."""

    member: Member
    since: datetime
    whose: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One row. url: what it is about, empty without."""

    at: datetime
    title: str
    url: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of news: its rows, newest first, and how they are told."""

    key: str
    icon: str
    label: Callable[[], str]
    rows: Callable[[Asked], QuerySet[Any]]
    lines: Callable[[Asked, Sequence[Any]], list[Line]]


def whose_of(member: Member, asked: str) -> str:
    """Whose companies: as asked, else one's own for whoever has any."""
    if asked in (MINE, ALL):
        return asked
    return MINE if customers.live_accounts(member.workspace).filter(owner=member).exists() else ALL


def moves(asked: Asked) -> QuerySet[StageChange]:
    """Companies that came from one stage to another."""
    return _changes(asked).exclude(to_stage="").exclude(from_stage="")


def lost(asked: Asked) -> QuerySet[StageChange]:
    """Companies that left the journey, or went silent."""
    return _changes(asked).filter(to_stage="", state__in=(State.LOST, State.DROPPED))


def companies(asked: Asked) -> QuerySet[Account]:
    """Companies that were added."""
    rows = customers.live_accounts(asked.member.workspace).filter(kind=Account.Kind.COMPANY)
    rows = rows.filter(owner=asked.member) if asked.whose == MINE else rows
    return rows.filter(created_at__gte=asked.since, created_at__lte=asked.now).order_by("-created_at", "-pk")


def imports(asked: Asked) -> QuerySet[Import]:
    """Files that were loaded, or failed to."""
    over = (Import.Status.DONE, Import.Status.FAILED, Import.Status.STOPPED, Import.Status.UNDONE)
    rows = Import.objects.of(asked.member.workspace).filter(status__in=over)
    return rows.filter(finished_at__gte=asked.since).order_by("-finished_at", "-pk")


def map_changes(asked: Asked) -> QuerySet[MapChange]:
    """Changes of maps that others made."""
    rows = MapChange.objects.of(asked.member.workspace).filter(at__gte=asked.since, by__isnull=False)
    rows = rows.exclude(by=asked.member)
    live = rows.exclude(map__publication=JourneyMap.Publication.ARCHIVED)
    return live.select_related("map", "by__user").order_by("-at", "-pk")


def late(asked: Asked) -> QuerySet[Placement]:
    """Companies that are on their stage for longer than its target, the longest there first."""
    over, now_us = Q(pk__in=()), microseconds(asked.now)
    for version in queries.serving_versions(asked.member.workspace):
        for stage in queries.ranked(version):
            if stage.get("target_days") is not None:
                due = now_us - int(stage["target_days"] * _DAY_US)
                over |= Q(version=version, stage=stage["key"], entered_us__lt=due)
    rows = Placement.objects.of(asked.member.workspace).filter(over, state=State.OPEN)
    return _of_companies(rows, asked).select_related("version__journey").order_by("entered_us", "pk")


def _changes(asked: Asked) -> QuerySet[StageChange]:
    """Changes of stage that hold, of companies, that happened or were learned since."""
    versions = queries.serving_versions(asked.member.workspace)
    happened, learned = microseconds(asked.since), microseconds(asked.since - LEARNED_LATE)
    new = Q(at_us__gte=happened) | Q(kind=StageChange.Kind.NEW, recorded_at__gte=asked.since)
    rows = StageChange.objects.of(asked.member.workspace).filter(
        new, at_us__gte=learned, at_us__lte=microseconds(asked.now), version__in=versions, superseded_by=None
    )
    told = _of_companies(rows.exclude(kind=StageChange.Kind.WITHDRAWN), asked)
    return told.select_related("version__journey").order_by("-at_us", "-pk")


def _of_companies(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    known = customers.live_accounts(asked.member.workspace).filter(pk=OuterRef("account_id"))
    known = known.filter(kind=Account.Kind.COMPANY)
    return rows.filter(Exists(known.filter(owner=asked.member) if asked.whose == MINE else known))


def _told_changes(asked: Asked, rows: Sequence[StageChange]) -> list[Line]:
    names = queries.account_names(asked.member.workspace, [row.account_id for row in rows if row.account_id])
    labels = _labels(row.version for row in rows)
    return [
        Line(
            _moment(row.at_us),
            names.get(row.account_id or 0, ""),
            reverse("account", args=[asked.member.workspace.slug, row.account_id]),
            _told_change(row, labels[row.version_id]),
            _tone(row, labels[row.version_id]),
        )
        for row in rows
    ]


def _told_change(row: StageChange, labels: dict[str, str]) -> str:
    if not row.to_stage:
        told = _("%(how)s на этапе «%(stage)s»")
        return told % {"how": State(row.state).label, "stage": labels.get(row.from_stage, row.from_stage)}
    return f"{labels.get(row.from_stage, row.from_stage)} → {labels.get(row.to_stage, row.to_stage)}"


def _tone(row: StageChange, labels: dict[str, str]) -> str:
    """labels: in the order of the stages."""
    if not row.to_stage:
        return "warn"
    order = list(labels)
    both = row.from_stage in labels and row.to_stage in labels
    return "back" if both and order.index(row.from_stage) > order.index(row.to_stage) else ""


def _told_late(asked: Asked, rows: Sequence[Placement]) -> list[Line]:
    names = queries.account_names(asked.member.workspace, [row.account_id for row in rows if row.account_id])
    labels = _labels(row.version for row in rows)
    told = _("%(stage)s: %(day)s-й день при цели %(target)s")
    lines = []
    for row in rows:
        entered = _moment(row.entered_us)
        target = next(stage["target_days"] for stage in row.version.document["stages"] if stage["key"] == row.stage)
        words = {
            "stage": labels[row.version_id][row.stage],
            "day": typography.number((asked.now - entered).days + 1),
            "target": typography.number(target),
        }
        url = reverse("account", args=[asked.member.workspace.slug, row.account_id])
        lines.append(Line(entered, names.get(row.account_id or 0, ""), url, told % words, "warn"))
    return lines


def _told_companies(asked: Asked, rows: Sequence[Account]) -> list[Line]:
    slug = asked.member.workspace.slug
    return [
        Line(
            row.created_at,
            row.name,
            reverse("account", args=[slug, row.pk]),
            " · ".join(part for part in (row.industry, row.city) if part),
        )
        for row in rows
    ]


def _told_imports(asked: Asked, rows: Sequence[Import]) -> list[Line]:
    slug = asked.member.workspace.slug
    bad = (Import.Status.FAILED, Import.Status.STOPPED)
    return [
        Line(
            row.finished_at or row.created_at,
            row.file_name,
            reverse("import", args=[slug, row.pk]),
            str(row.get_status_display()),
            "warn" if row.status in bad else "",
        )
        for row in rows
    ]


def _told_map_changes(asked: Asked, rows: Sequence[MapChange]) -> list[Line]:
    words = {"card": _("карточка"), "lane": _("дорожка"), "evidence": _("источник"), "map": _("карта")}
    return [
        Line(
            row.at,
            row.map.name,
            address("map", asked.member.workspace.slug, row.map_id),
            " · ".join(
                part
                for part in (
                    words.get(row.kind, row.kind),
                    str(row.after.get("text") or "")[:120],
                    str(row.by) if row.by else "",
                )
                if part
            ),
        )
        for row in rows
    ]


def _labels(versions: Iterable[JourneyVersion]) -> dict[int, dict[str, str]]:
    """Per version the labels of its stages, in order."""
    language = typography.language()
    return {
        version.pk: {stage["key"]: definition.label_of(stage, language) for stage in queries.ranked(version)}
        for version in versions
    }


def _moment(microseconds_: int) -> datetime:
    found = queries.moment_of(microseconds_)
    assert found is not None
    return found


def address(name: str, *args: object) -> str:
    """The address of a page, empty when there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


KINDS: Final = (
    Kind("late", "clock", lambda: _("Дольше цели на этапе"), late, _told_late),
    Kind("moves", "paths", lambda: _("Сменили этап"), moves, _told_changes),
    Kind("lost", "exit", lambda: _("Ушли или замолчали"), lost, _told_changes),
    Kind("companies", "clients", lambda: _("Новые компании"), companies, _told_companies),
    Kind("maps", "map", lambda: _("Правки карт коллегами"), map_changes, _told_map_changes),
    Kind("imports", "upload", lambda: _("Загрузки"), imports, _told_imports),
)
