"""What is asked of a journey: which trips count, by which measure. Read from an address and written back into one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.http import urlencode

from tropa.analysis.visits import FOREVER
from tropa.facts.domain import microseconds
from tropa.journeys.models import JourneyVersion
from tropa.workspace.models import Member

WHO: Final = ("", "company", "unknown")
MEASURES: Final = ("to_date", "mature", "estimate")
PERIODS: Final = {"all": 0, "3": 3, "6": 6, "12": 12}  # months
OWN: Final = "own"
_LONGEST: Final = 120
_YEARS: Final = range(1971, 2200)
_MOST_EMPLOYEES: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """Which companies, by what is known of them; empty: any. segment, industry, city: as their cards have them.
    size_from, size_to: employees, both ends included."""

    segment: str = ""
    industry: str = ""
    city: str = ""
    size_from: int | None = None
    size_to: int | None = None

    @property
    def is_any(self) -> bool:
        return self == Segment()


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a version of a journey.

    who: companies, unknown visitors, or all. period: a preset of PERIODS, or `own`. since, until: days of the
    workspace, both included, None when open; a figure of a stage counts trips whose first entry to the stage lies in
    them, a figure of a trip counts trips that began in them. owner: whose companies (of a journey of deals, whose
    deals). measure: which of the three conversions is the main one; counts do not depend on it.
    refused: names of the values in the address that make no sense and were left out.
    """

    version_id: int
    now_us: int
    timezone: str = "UTC"
    who: str = ""
    period: str = "all"
    since: date | None = None
    until: date | None = None
    segment: Segment = field(default_factory=Segment)
    owner: int | None = None
    measure: str = "to_date"
    refused: tuple[str, ...] = ()

    @classmethod
    def of(cls, version: JourneyVersion, *, now: datetime) -> "Question":
        """Everybody who ever travelled."""
        return cls(version.pk, microseconds(now), version.workspace.timezone)

    @classmethod
    def read(cls, version: JourneyVersion, params: QueryDict, *, now: datetime) -> "Question":
        """What an address asks. A value that makes no sense is left out and named in `refused`."""
        reading = _Reading(params)
        who = reading.take("who", lambda text: text if text in WHO else None, "")
        measure = reading.take("measure", lambda text: text if text in MEASURES else None, "to_date")
        segment = Segment(
            reading.take("segment", _words, ""),
            reading.take("industry", _words, ""),
            reading.take("city", _words, ""),
            reading.take("size_from", _employees, None),
            reading.take("size_to", _employees, None),
        )
        owner = reading.take("owner", lambda text: _member(version, text), None)
        today = now.astimezone(ZoneInfo(version.workspace.timezone)).date()
        period, since, until = _period(reading, today)
        asked = cls.of(version, now=now)
        return replace(
            asked, who=who, period=period, since=since, until=until, segment=segment, owner=owner, measure=measure,
            refused=tuple(reading.refused),
        )  # fmt: skip

    @property
    def is_everybody(self) -> bool:
        """Nothing narrows it."""
        return not self.who and not self.narrows_companies and self.since is None and self.until is None

    @property
    def narrows_companies(self) -> bool:
        return self.owner is not None or not self.segment.is_any

    @property
    def params(self) -> dict[str, str]:
        """What of an address makes it, without what stands for itself."""
        found = {
            "who": self.who,
            "period": self.period if self.period not in ("all", OWN) else "",
            "since": self.since.isoformat() if self.since and self.period == OWN else "",
            "until": self.until.isoformat() if self.until and self.period == OWN else "",
            **{each.name: getattr(self.segment, each.name) for each in fields(Segment)},
            "owner": self.owner,
            "measure": self.measure if self.measure != "to_date" else "",
        }
        return {name: str(value) for name, value in found.items() if value not in (None, "")}

    def query(self, **changes: Any) -> str:
        """The query string of this question with changes: an empty value or None takes a parameter out. A preset of the
        period and two days of one's own exclude each other. Begins with `?`; empty when nothing is asked."""
        found: dict[str, Any] = dict(self.params)
        if "period" in changes:
            found = {name: value for name, value in found.items() if name not in ("since", "until")}
        if "since" in changes or "until" in changes:
            found.pop("period", None)
        found |= changes
        kept = {name: value for name, value in found.items() if value not in (None, "")}
        return f"?{urlencode(kept)}" if kept else ""

    @property
    def window(self) -> tuple[int, int]:
        """The moments (µs) from the first one of the period to the one behind it."""
        first = -FOREVER if self.since is None else self._start_of(self.since)
        behind = FOREVER if self.until is None else self._start_of(self.until + timedelta(days=1))
        return first, behind

    @property
    def window_before(self) -> tuple[int, int] | None:
        """The equal period right before; None when this one has no beginning, or has not begun. Days to come are not
        of a period: nobody is to be compared over them."""
        last = min(self.until or self.today, self.today)
        if self.since is None or self.since > last:
            return None
        days = (last - self.since).days + 1
        before = self.since - timedelta(days=days)
        return self._start_of(before), self._start_of(self.since)

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now_us / 1_000_000, ZoneInfo(self.timezone)).date()

    def _start_of(self, day: date) -> int:
        return microseconds(datetime.combine(day, time.min, ZoneInfo(self.timezone)))


class _Reading:
    """Values of an address, one by one; what was refused is remembered."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self.refused: list[str] = []

    def take(self, name: str, reader: Callable[[str], Any], default: Any) -> Any:
        """The value, or the default; None from the reader refuses it."""
        text = str(self._params.get(name) or "").strip()
        if not text:
            return default
        try:
            found = reader(text)
        except (ValueError, OverflowError):
            found = None
        if found is None:
            self.refused.append(name)
            return default
        return found


def _words(text: str) -> str | None:
    return None if "\0" in text or len(text) > _LONGEST else text


def _employees(text: str) -> int | None:
    found = int(text) if re.fullmatch(r"[0-9]{1,10}", text) else -1
    return found if 0 <= found <= _MOST_EMPLOYEES else None


def _day(text: str) -> date | None:
    found = date.fromisoformat(text)
    return found if found.year in _YEARS else None


def _member(version: JourneyVersion, text: str) -> int | None:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        return None
    return Member.objects.filter(workspace=version.workspace_id, pk=int(text)).values_list("pk", flat=True).first()


def _period(reading: _Reading, today: date) -> tuple[str, date | None, date | None]:
    since = reading.take("since", _day, None)
    until = reading.take("until", _day, None)
    if since and until and since > until:
        reading.refused += ["since", "until"]
        since = until = None
    preset = reading.take("period", lambda text: text if text in (*PERIODS, OWN) else None, "all")
    if since or until:
        return OWN, since, until
    months = PERIODS.get(preset, 0)
    return ("all", None, None) if not months else (preset, _months_before(today, months), None)


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last day it has; the period then begins on the day behind it."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last)) + timedelta(days=1)
