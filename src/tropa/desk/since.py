"""Since when the home page tells what changed: since the last visit to it, or for so many days."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tropa.workspace import sessions
from tropa.workspace.access import MemberRequest
from tropa.workspace.models import SignIn

DAYS: Final = (7, 30)
FIRST_VISIT: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=3660)
# Pages opened within this belong to one visit.
SITTING: Final = timedelta(hours=1)
_NOTED_EVERY: Final = timedelta(minutes=1)
_KEY: Final = "home_visits"


@dataclass(frozen=True, slots=True)
class Since:
    """key: of the choice on the page, empty for the last visit. is_first: there was none before, so it is a week."""

    key: str
    at: datetime
    is_first: bool = False

    @property
    def exact(self) -> str:
        """The moment as it stands in an address."""
        return self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def since_of(request: MemberRequest, *, now: datetime) -> Since:
    """What the address asks for: a number of days, a moment, or nothing, which is the last visit."""
    asked = request.GET.get("since", "")
    if asked in map(str, DAYS):
        return Since(asked, now - timedelta(days=int(asked)))
    return _moment(asked, now) or last_visit(request, now=now)


def last_visit(request: MemberRequest, *, now: datetime) -> Since:
    """When the visit before this one was. The session remembers; without a memory, the last other session counts."""
    known = request.session.get(_KEY, {}).get(str(request.workspace.pk))
    if known is not None:
        begin, seen = (datetime.fromisoformat(each) for each in known)
        return Since("", seen if now - seen > SITTING else begin)
    # Another browser that was used within the hour, or a sign-in after a sign-out, is the same visit.
    others = SignIn.objects.filter(user=request.user, seen_at__lt=now - SITTING)
    others = others.exclude(pk=sessions.own_number(request) or 0)
    before = others.order_by("-seen_at").values_list("seen_at", flat=True).first()
    return Since("", now - FIRST_VISIT, is_first=True) if before is None else Since("", before)


def note_visit(request: MemberRequest, before: Since, *, now: datetime) -> None:
    """Remember that the home page was open, and what was the visit before: within the hour it stays the same."""
    visits = dict(request.session.get(_KEY, {}))
    known = visits.get(str(request.workspace.pk))
    if known is not None and now - datetime.fromisoformat(known[1]) < _NOTED_EVERY:
        return
    visits[str(request.workspace.pk)] = (before.at.isoformat(), now.isoformat())
    request.session[_KEY] = visits


def _moment(asked: str, now: datetime) -> Since | None:
    try:
        at = datetime.fromisoformat(asked)
    except ValueError:
        return None
    if at.tzinfo is None or not now - LONGEST <= at <= now:
        return None
    return Since("moment", at)
