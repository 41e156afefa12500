"""What is stale or stands still: maps nobody looked at, data that stopped, files and journeys that failed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from tropa.capture.models import Import
from tropa.desk.news import address
from tropa.facts import queries as facts
from tropa.facts.models import LedgerHour, Source
from tropa.journeys.models import JourneyVersion
from tropa.maps import domain
from tropa.maps.models import JourneyMap
from tropa.web import typography
from tropa.workspace.models import Workspace

SILENT: Final = timedelta(days=3)
OLD_DATA: Final = timedelta(days=7)
BEHIND: Final = timedelta(hours=6)
_RECENT: Final = timedelta(days=30)
# Sources that send by themselves; files and hands come when they come.
_SENDING: Final = (Source.Kind.API, Source.Kind.SITE, Source.Kind.CRM)
_BY_HAND: Final = "crm-manual"


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to look at. tone: `pain` or `warn`. url: where it is put right, empty without."""

    icon: str
    tone: str
    title: str
    text: str
    url: str


def matters(workspace: Workspace, *, now: datetime) -> list[Matter]:
    """Everything that wants attention, the worst first."""
    found = [*_imports(workspace, now), *_journeys(workspace, now), *_sources(workspace, now), *_maps(workspace, now)]
    return sorted(found, key=lambda each: each.tone != "pain")


def last_received(workspace: Workspace) -> datetime | None:
    """The hour in which the last touch was stored."""
    found: datetime | None = LedgerHour.objects.of(workspace).filter(stored__gt=0).aggregate(at=Max("hour"))["at"]
    return found


def _maps(workspace: Workspace, now: datetime) -> Iterator[Matter]:
    due = now - timedelta(days=domain.REVIEW_DAYS)
    rows = JourneyMap.objects.of(workspace).filter(reviewed_at__lte=due)
    for row in rows.exclude(publication=JourneyMap.Publication.ARCHIVED).order_by("reviewed_at"):
        is_stale = domain.age(row.reviewed_at, now) == domain.Age.STALE
        title = _("Карта «%(name)s» устарела") if is_stale else _("Пора пересмотреть карту «%(name)s»")
        text = _("Смотрели %(ago)s") % {"ago": typography.ago(row.reviewed_at, now)}
        url = address("map", workspace.slug, row.pk)
        yield Matter("map", "pain" if is_stale else "warn", title % {"name": row.name}, text, url)


def _imports(workspace: Workspace, now: datetime) -> Iterator[Matter]:
    bad = {
        Import.Status.FAILED: _("Файл «%(name)s» не загрузился"),
        Import.Status.STOPPED: _("Загрузка «%(name)s» остановлена"),
    }
    rows = Import.objects.of(workspace).filter(status__in=list(bad), created_at__gte=now - _RECENT)
    for row in rows.order_by("-pk"):
        title = bad[Import.Status(row.status)] % {"name": row.file_name}
        at = row.finished_at or row.created_at
        yield Matter("upload", "pain", title, typography.ago(at, now), reverse("import", args=[workspace.slug, row.pk]))


def _journeys(workspace: Workspace, now: datetime) -> Iterator[Matter]:
    last_touch = facts.last_id(workspace)
    rows = JourneyVersion.objects.of(workspace).filter(journey__is_archived=False).select_related("journey")
    newest: dict[int, JourneyVersion] = {}
    for row in rows.order_by("journey_id", "-number"):
        newest.setdefault(row.journey_id, row)
        url = reverse("journey_versions", args=[workspace.slug, row.journey_id])
        name = {"name": row.journey.name}
        if row.status == JourneyVersion.Status.FAILED and newest[row.journey_id] == row:
            text = _("Действует прежняя версия, если она была")
            yield Matter("paths", "pain", _("Новая версия пути «%(name)s» не построена") % name, text, url)
        followed = row.refreshed_at or row.built_at
        is_serving = row.status == JourneyVersion.Status.SERVING
        if is_serving and followed and row.touch_cursor < last_touch and now - followed > BEHIND:
            text = _("Пересчитан %(ago)s, а касания приходят") % {"ago": typography.ago(followed, now)}
            yield Matter("paths", "warn", _("Путь «%(name)s» отстаёт от данных") % name, text, url)


def _sources(workspace: Workspace, now: datetime) -> Iterator[Matter]:
    last = last_received(workspace)
    if last is not None and now - last > OLD_DATA:
        text = _("Последнее касание получено %(ago)s") % {"ago": typography.ago(last, now)}
        yield Matter("pulse", "warn", _("Новых данных нет"), text, address("imports", workspace.slug))
        return
    heard = LedgerHour.objects.of(workspace).filter(received__gt=0, source__kind__in=_SENDING)
    for name, at in (
        heard.exclude(source__key=_BY_HAND).values_list("source__name").annotate(at=Max("hour")).order_by("at")
    ):
        if now - at > SILENT:
            title = _("Источник «%(name)s» молчит") % {"name": name}
            yield Matter("plug", "warn", title, _("Последнее касание %(ago)s") % {"ago": typography.ago(at, now)}, "")
