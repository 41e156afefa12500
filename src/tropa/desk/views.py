"""Pages of this room: home, the rows behind its counts, a part of the card of a customer."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tropa.customers import access
from tropa.desk import attention, card, first_steps, my_maps, news, since, stuck
from tropa.desk.trips import chosen, trips
from tropa.journeys import access as journeys_access
from tropa.journeys import queries
from tropa.workspace.access import MemberRequest, Permit, member

PREVIEWED = 3
ROWS = 50


@require_safe
@member(Permit.READ)
def home(request: MemberRequest) -> HttpResponse:
    """The first page: my maps, what changed, what wants attention."""
    now = timezone.now()
    before = since.last_visit(request, now=now)
    from_ = since.since_of(request, now=now)
    asked = news.Asked(request.member, from_.at, news.whose_of(request.member, request.GET.get("whose", "")), now)
    found, total = my_maps.my_maps(request.member, now=now)
    context = {
        "section": "home",
        "since": from_,
        "days": since.DAYS,
        "whose": asked.whose,
        "query": urlencode({"since": from_.exact, "whose": asked.whose}),
        "news": [_counted(kind, asked) for kind in news.KINDS],
        "maps": found,
        "maps_total": total,
        "maps_url": news.address("maps", request.workspace.slug),
        "new_map": news.address("map_new", request.workspace.slug),
        "matters": attention.matters(request.workspace, now=now),
        "received": attention.last_received(request.workspace),
        "first_steps": first_steps.card({"request": request}),
        "has_journeys": queries.journeys(request.workspace).exists(),
    }
    since.note_visit(request, before, now=now)
    return render(request, "desk/home.html", context)


def _counted(kind: news.Kind, asked: news.Asked) -> dict[str, object]:
    rows = kind.rows(asked)
    count = rows.count()
    shown = kind.lines(asked, list(rows[:PREVIEWED])) if count else []
    return {"key": kind.key, "icon": kind.icon, "label": kind.label(), "count": count, "lines": shown}


@require_safe
@member(Permit.READ)
def home_news(request: MemberRequest, what: str) -> HttpResponse:
    """The rows behind a count of the home page."""
    kind = next((each for each in news.KINDS if each.key == what), None)
    if kind is None:
        raise Http404(what)
    now = timezone.now()
    from_ = since.since_of(request, now=now)
    asked = news.Asked(request.member, from_.at, news.whose_of(request.member, request.GET.get("whose", "")), now)
    page = Paginator(kind.rows(asked), ROWS).get_page(request.GET.get("page"))
    context = {
        "section": "home",
        "kind": kind.key,
        "label": kind.label(),
        "since": from_,
        "whose": asked.whose,
        "page": page,
        "lines": kind.lines(asked, list(page)),
    }
    return render(request, "desk/news.html", context)


@require_safe
@member(Permit.READ)
def home_trail(request: MemberRequest, pk: int) -> HttpResponse:
    """The trail of a journey, counted when it is not known: a part of the home page that may take a moment."""
    journey = journeys_access.journey(request.workspace, pk)
    version = queries.serving_versions(request.workspace).filter(journey=journey).first()
    if version is None:
        return HttpResponse()
    found = my_maps.trail(version, now=timezone.now(), anew=True)
    return render(request, "desk/_trail.html", {"trail": found})


@require_safe
@member(Permit.READ)
def card_others(request: MemberRequest, pk: int) -> HttpResponse:
    """How others fared who stayed as long: a part of the card that may take a moment."""
    account = access.account(request.workspace, pk)
    now = timezone.now()
    trip = chosen(trips(account, now=now), request.GET.get("trip", ""))
    if trip is None:
        return HttpResponse()
    here, counted = card.standing(trip, now=now), stuck.counted(trip.version)
    found = None if counted is None else card.others(here, counted)
    return render(request, "desk/_others.html", {"one": here, "others": found})
