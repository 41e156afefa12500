"""Pages of this room."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tropa.customers import access
from tropa.desk import card, stuck
from tropa.desk.trips import chosen, trips
from tropa.workspace.access import MemberRequest, Permit, member


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
