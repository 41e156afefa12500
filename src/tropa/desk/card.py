"""What this room puts on the card of a customer: where it stands, whether it is stuck, the profile of its trip, maps.

Every function fills a slot of the page `account` (config.slots): from the context of the page to HTML.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tropa.customers.feed import Feed
from tropa.customers.models import Account, Affiliation, BuyingRole
from tropa.customers.timeline import Entry, type_label
from tropa.desk import stuck
from tropa.desk.news import address
from tropa.desk.profile import Dot, Profile, Touches, profile
from tropa.desk.trips import Step, Trip, chosen, trips
from tropa.journeys.models import State
from tropa.maps.models import JourneyMap
from tropa.web import typography

# Whose silence is worth a word: they decide, or pay, or sign.
DECIDING: Final = (BuyingRole.DECIDER, BuyingRole.ECONOMIC_BUYER, BuyingRole.SIGNATORY)
SILENT_DAYS: Final = 14
_MOST_MAPS: Final = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trip stands. day: which day on the stage it is, from 1; days: whole days on it so far."""

    trip: Trip
    step: Step
    days: int
    is_over: bool

    @property
    def day(self) -> int:
        return self.days + 1


@dataclass(frozen=True, slots=True)
class Silence:
    """Somebody who decides and was not in touch for a while; days: null when they never were."""

    contact_id: int
    name: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table beside the drawing."""

    step: Step
    days: int
    touches: int
    is_over: bool


def standing(trip: Trip, *, now: datetime) -> Standing:
    step, target = trip.last, trip.last.level.target_days
    until = trip.ended or now
    is_over = trip.is_open and target is not None and (until - step.at).total_seconds() > target * 86_400
    return Standing(trip, step, max(0, (until - step.at).days), is_over)


def chips(context: Mapping[str, Any]) -> str:
    """Maps of the account."""
    account: Account = context["account"]
    found = JourneyMap.objects.of(account.workspace_id).filter(account=account)
    shown = list(found.exclude(publication=JourneyMap.Publication.ARCHIVED)[:_MOST_MAPS])
    maps = [(each, address("map", account.workspace.slug, each.pk)) for each in shown]
    return _rendered("desk/_card_chips.html", context, {"maps": maps})


def head(context: Mapping[str, Any]) -> str:
    """Stage and days on it, of the trip that is shown."""
    trip = _trip(context)
    now = timezone.now()
    return _rendered("desk/_card_head.html", context, {"one": trip and standing(trip, now=now)})


def main(context: Mapping[str, Any]) -> str:
    """What is wrong, and the profile of the trip."""
    trip = _trip(context)
    if trip is None:
        return ""
    now, feed = timezone.localtime(), context["feed"]
    touches = _touches(feed)
    here, drawn = standing(trip, now=now), profile(trip, touches, now=now)
    own = {
        "trip": trip,
        "trips": trips(context["account"], now=now),
        "one": here,
        "now": now,
        "profile": drawn,
        "dots": _circles(drawn.dots),
        "rows": _table(trip, touches, now),
        "silence": silence(feed, context["people"], now=now) if trip.is_open else [],
        **alert(here),
    }
    own["sentence"] = sentence(here, drawn)
    return _rendered("desk/_card_main.html", context, own)


def _circles(dots: Sequence[Dot]) -> SafeString:
    """The touches on the drawing. Not by a template: there are many of them, and a card is not to wait."""
    circle = '<circle class="pf-dot{}" cx="{}%" cy="{}" r="{}"><title>{}</title></circle>'
    drawn = (
        ("" if dot.by_client else " is-ours", dot.x, dot.y, 6 if dot.count > 1 else 4.5, _told_of(dot)) for dot in dots
    )
    return format_html_join("", circle, drawn)


def _told_of(dot: Dot) -> str:
    many = f"{dot.count}: " if dot.count > 1 else ""
    return f"{many}{', '.join(dot.labels)}{'…' if dot.count > 3 else ''} · {typography.day(dot.first)}"


def alert(here: Standing) -> dict[str, Any]:
    """Who else stayed as long, when that is known at once; else where to ask."""
    if not here.is_over:
        return {"others": None, "ask": ""}
    counted = stuck.known(here.trip.version)
    if counted is None:
        return {"others": None, "ask": here.trip.key}
    return {"others": others(here, counted), "ask": ""}


def others(here: Standing, counted: stuck.Stays) -> stuck.Others | None:
    """Companies that stayed on the stage of a trip as long as it does."""
    days = here.trip.on_stage(timezone.now()).days
    return stuck.others(counted, here.step.level.key, days, without_one=here.trip.is_open)


def turns(account: Account) -> Sequence[Entry]:
    """Changes of stage among the touches of the timeline, of the trips of one journey: oldest first."""
    found = trips(account, now=timezone.now())
    shown = [trip for trip in found if trip.version == found[0].version and trip.unit_id == found[0].unit_id]
    return [entry for trip in reversed(shown) for entry in _turns(trip)]


def silence(feed: Feed, people: Sequence[Affiliation], *, now: datetime) -> list[Silence]:
    """Who of those that decide was not in touch for two weeks."""
    found = []
    for one in people:
        if one.until is not None or one.contact.buying_role not in DECIDING:
            continue
        last = feed.last_with(one.contact_id)
        days = None if last is None else (now - last).days
        if days is None or days >= SILENT_DAYS:
            found.append(Silence(one.contact_id, str(one.contact), days))
    return found


def sentence(here: Standing, drawn: Profile) -> str:
    """The drawing in words."""
    stages = "; ".join(
        (_("возврат на «%(stage)s» %(day)s") if step.is_back else _("«%(stage)s» с %(day)s"))
        % {"stage": step.level.label, "day": f"{timezone.localtime(step.at):%d.%m.%Y}"}
        for step in here.trip.steps
    )
    end = str(here.trip.state.label) if not here.trip.is_open else ""
    if not end and here.step.level.target_days:
        target = {"day": here.day, "target": f"{here.step.level.target_days:g}"}
        end = _("идёт %(day)s-й день при цели %(target)s") % target
    elif not end:
        end = _("идёт %(day)s-й день") % {"day": here.day}
    return _("Профиль пути: %(stages)s. Сейчас: %(end)s.") % {"stages": stages, "end": end}


def _turns(trip: Trip) -> list[Entry]:
    entries = [
        Entry(
            step.at,
            "return" if step.is_back else "flag",
            (_("Возврат в «%(stage)s»") if step.is_back else _("Этап «%(stage)s»")) % {"stage": step.level.label},
            tone="back" if step.is_back else "",
            stage=step.level.label,
        )
        for step in trip.steps
    ]
    if trip.ended is not None:
        tone = "" if trip.state == State.COMPLETED else "warn"
        icon = "flag" if trip.state == State.COMPLETED else "exit"
        told = _("Прохождение закончено: %(how)s") % {"how": trip.state.label}
        entries.append(Entry(trip.ended, icon, told, tone=tone))
    return entries


def _table(trip: Trip, touches: Touches, now: datetime) -> list[Row]:
    rows = []
    for step in trip.steps:
        first, behind = touches.between(step.at, step.left or now, with_end=step is trip.last)
        days, target = step.days(now), step.level.target_days
        rows.append(Row(step, days, behind - first, target is not None and days > target))
    return rows


def _touches(feed: Feed) -> Touches:
    labels = {pk: type_label(kind) for pk, kind in feed.types.items()}
    ours = {pk for pk, kind in feed.types.items() if not kind.client_activity}
    return Touches(feed.marks.moments[::-1].tolist(), feed.marks.types[::-1].tolist(), labels, ours)


def _trip(context: Mapping[str, Any]) -> Trip | None:
    asked = context["request"].GET.get("trip", "")
    return chosen(trips(context["account"], now=timezone.now()), asked)


def _rendered(template: str, context: Mapping[str, Any], own: dict[str, Any]) -> str:
    # Not by the request: what every page needs to know is asked once, by the page.
    given = {name: context[name] for name in ("workspace", "account", "request")}
    return render_to_string(template, given | own)
