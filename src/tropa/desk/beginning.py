"""The first journey and its first map, in one step."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tropa.journeys import actions as journeys
from tropa.maps import actions as maps
from tropa.maps import personas
from tropa.maps.models import JourneyMap
from tropa.workspace.models import Member

# Improvements begin with the map of how it is today.
FIRST_KIND = "current_state"


@transaction.atomic
def begin(*, by: Member, template_key: str, product: str, persona: str, at: datetime) -> JourneyMap:
    """A product, its journey from a template, published, and an empty map of it for one persona. Raises KeyError for an
    unknown template."""
    workspace = by.workspace
    journey = journeys.create_from_template(
        workspace=workspace,
        template_key=template_key,
        name=_("Путь клиента: %(product)s") % {"product": product},
        product=journeys.product(workspace, product),
        by=by,
    )
    return maps.create(
        workspace=workspace,
        by=by,
        journey=journey,
        kind=FIRST_KIND,
        name=_("%(product)s: как есть") % {"product": product},
        persona=personas.create(workspace=workspace, by=by, name=persona),
        at=at,
    )
