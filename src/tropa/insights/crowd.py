"""Who a question is about: the trips of a version, narrowed to the companies and the period that were asked for. In the
figures process; the trips of the versions asked last are kept there, so that another filter costs no reading.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from tropa.analysis.chosen import Chosen
from tropa.analysis.chosen.rows import Mask
from tropa.analysis.visits import FOREVER
from tropa.customers.models import Account, Deal
from tropa.engine import Engine
from tropa.insights.question import Question
from tropa.journeys.columns import NOBODY, Everybody, everybody_of
from tropa.journeys.models import JourneyVersion

MOST_KEPT_BYTES: Final = 400_000_000
_kept: "OrderedDict[tuple[Any, ...], Everybody]" = OrderedDict()


@dataclass(frozen=True)
class Crowd:
    """everybody: all trips of the version. people: those of the companies asked for, of any time. chosen: of these the
    cohort of the period. unknown: per case, whether nobody knows who it is."""

    version: JourneyVersion
    everybody: Everybody
    people: Chosen
    chosen: Chosen
    unknown: Mask


def crowd_of(engine: Engine, question: Question, as_of_us: int) -> Crowd:
    """The trips that a question is about, as of a moment (µs)."""
    version = JourneyVersion.objects.select_related("workspace", "journey").get(pk=question.version_id)
    everybody = _everybody(version, engine, as_of_us)
    unknown = _unknown(version, everybody)
    wanted = _wanted(version, everybody, question, unknown)
    people = everybody.chosen if wanted is None else everybody.chosen.of_cases(wanted)
    window = question.window
    chosen = people if window == (-FOREVER, FOREVER) else people.entered(*window)
    return Crowd(version, everybody, people, chosen, unknown)


def _everybody(version: JourneyVersion, engine: Engine, as_of_us: int) -> Everybody:
    key = (version.pk, as_of_us, *version.files.values_list("folder", flat=True))
    found = _kept.pop(key, None) or everybody_of(version, engine, as_of_us=as_of_us)
    _kept[key] = found
    while len(_kept) > 1 and sum(each.bytes for each in _kept.values()) > MOST_KEPT_BYTES:
        _kept.popitem(last=False)
    return found


def _unknown(version: JourneyVersion, everybody: Everybody) -> Mask:
    """Units of visitors that no company is known of; there are far more of them, so the companies are read."""
    companies = ids(Account.objects.of(version.workspace).filter(kind=Account.Kind.COMPANY))
    found: Mask = (everybody.accounts != NOBODY) & ~among(everybody.accounts, companies)
    return found


def _wanted(version: JourneyVersion, everybody: Everybody, question: Question, unknown: Mask) -> Mask | None:
    wanted = np.ones(everybody.units.size, np.bool_)
    if question.who:
        wanted &= unknown if question.who == "unknown" else ~unknown
    accounts = accounts_asked(version, question)
    if accounts is not None:
        wanted &= among(everybody.accounts, ids(accounts))
    deals = deals_asked(version, question)
    if deals is not None:
        wanted &= among(everybody.units, ids(deals))
    return None if wanted.all() else wanted


def accounts_asked(version: JourneyVersion, question: Question) -> "QuerySet[Account] | None":
    """The accounts that a question narrows to; None when it does not."""
    segment, of_deals = question.segment, unit_of(version) == "deal"
    owner = None if of_deals else question.owner
    if segment.is_any and owner is None:
        return None
    given = {"segment": segment.segment, "industry": segment.industry, "city": segment.city, "owner": owner}
    sizes = {"employees__gte": segment.size_from, "employees__lte": segment.size_to}
    asked = {name: value for name, value in (given | sizes).items() if value not in (None, "")}
    return Account.objects.of(version.workspace).filter(**asked)


def deals_asked(version: JourneyVersion, question: Question) -> "QuerySet[Deal] | None":
    """The deals that a question narrows to by who leads them; None when it does not."""
    if unit_of(version) != "deal" or question.owner is None:
        return None
    return Deal.objects.of(version.workspace).filter(owner=question.owner)


def unit_of(version: JourneyVersion) -> str:
    """What travels the journey: account, deal or contact."""
    return str(version.document["journey"]["unit"])


def ids(rows: "QuerySet[Any]") -> NDArray[np.int64]:
    return np.fromiter(rows.order_by("pk").values_list("pk", flat=True).iterator(10_000), np.int64)


def among(values: NDArray[np.int64], ids: NDArray[np.int64]) -> Mask:
    """Whether each value is one of the ids, which rise."""
    if not ids.size:
        return np.zeros(values.size, np.bool_)
    place = np.minimum(np.searchsorted(ids, values), ids.size - 1)
    found: Mask = ids[place] == values
    return found
