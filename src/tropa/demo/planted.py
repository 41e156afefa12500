"""Touches that the story asks for: what opens a visit, the demo, the proposal, the contract, what ends a path."""

import numpy as np

from tropa.demo.catalogue import code, mix
from tropa.demo.plan import Floats, Ints, Plan
from tropa.demo.story import AWARENESS, DECISION, LOYALTY, ONBOARDING, OUTCOMES, PURCHASE
from tropa.demo.visit_rows import Rows, VisitRows

# 371 of 437 companies at the decision talk to a manager on the phone; 61 of 77 are trained at onboarding, four of them
# as their last touch.
CALLED_SHARE = 371 / 437
TRAINED_SHARE = 57 / 73
FIRST_VALUE_SHARE = 0.85
MINUTE = 1 / 1440


def add_planted(rows: Rows, plan: Plan, visits: VisitRows, random: np.random.Generator) -> Rows:
    """Add the touches of the story; returns the same rows."""
    every = np.arange(len(visits))
    rows.add(every, visits.begin, mix("entry").draw(visits.stage, random))
    _add_endings(rows, plan, visits, random)
    _add_decision(rows, plan, visits, random)
    _add_purchase(rows, plan, visits, random)
    _add_onboarding(rows, plan, visits, random)
    return rows


def _add_endings(rows: Rows, plan: Plan, visits: VisitRows, random: np.random.Generator) -> None:
    """The last touch of the client and, for a recorded loss, the line in the CRM."""
    reach = np.array([outcome.reach for outcome in OUTCOMES])[plan.outcome[visits.account]]
    final = visits.last & (visits.stage == reach)
    ends = final & plan.chosen(lambda outcome: outcome.ending != "open")[visits.account]
    fades = np.flatnonzero(ends & (visits.stage == AWARENESS) & (visits.span > 0))
    rows.add(fades, visits.until[fades], mix("client").draw(visits.stage[fades], random))
    last = np.array([code(outcome.last) if outcome.last else 0 for outcome in OUTCOMES], np.uint8)
    stops = np.flatnonzero(ends & (visits.stage > AWARENESS))
    rows.add(stops, visits.until[stops], last[plan.outcome[visits.account[stops]]])
    lost = ends & plan.chosen(lambda outcome: outcome.ending == "lost")[visits.account]
    deals = np.flatnonzero(lost & (visits.stage == DECISION))
    rows.add(deals, visits.end[deals], "deal_lost")
    contracts = np.flatnonzero(lost & (visits.stage > DECISION))
    rows.add(contracts, visits.end[contracts], "contract_cancelled")


def _add_decision(rows: Rows, plan: Plan, visits: VisitRows, random: np.random.Generator) -> None:
    here = visits.stage == DECISION
    opened = np.flatnonzero(here & visits.first)
    rows.add(opened, visits.begin[opened], "deal_created")
    called = _some(opened, CALLED_SHARE, random)
    rows.add(called, _inside(visits, called, (0.02, 0.08), random), "outbound_call_answered")
    deciding = here & visits.last
    shown = deciding & plan.chosen(lambda o: o.met is not None and o.last != "demo_held")[visits.account]
    demo = np.flatnonzero(shown)
    held = _inside(visits, demo, (0.15, 0.40), random)
    rows.add(demo, held, "demo_held")
    rows.add(demo, held + 5 * MINUTE, "deal_stage_changed")
    offered = np.flatnonzero(deciding & plan.chosen(lambda o: o.met == "proposal")[visits.account])
    rows.add(offered, _inside(visits, offered, (0.45, 0.60), random), "proposal_sent")
    seen = np.flatnonzero(
        deciding & plan.chosen(lambda o: o.met == "proposal" and o.last != "proposal_view")[visits.account]
    )
    rows.add(seen, _inside(visits, seen, (0.62, 0.85), random), "proposal_view")


def _add_purchase(rows: Rows, plan: Plan, visits: VisitRows, random: np.random.Generator) -> None:
    buying = (visits.stage == PURCHASE) & visits.last
    stuck = plan.chosen(lambda o: o.last == "contract_signed")[visits.account]
    signing = np.flatnonzero(buying & ~stuck)
    signed = _inside(visits, signing, (0.40, 0.60), random)
    rows.add(signing, signed, "contract_signed")
    rows.add(signing, signed, "deal_won")
    # A contract that is signed but never paid was won too before it was cancelled.
    unpaid = np.flatnonzero(buying & stuck)
    rows.add(unpaid, visits.until[unpaid], "deal_won")
    rows.add(signing, _inside(visits, signing, (0.70, 0.90), random), "invoice_paid")


def _add_onboarding(rows: Rows, plan: Plan, visits: VisitRows, random: np.random.Generator) -> None:
    starting = np.flatnonzero((visits.stage == ONBOARDING) & visits.first)
    rows.add(starting, _inside(visits, starting, (0.005, 0.01), random), "welcome_email")
    rows.add(starting, _inside(visits, starting, (0.03, 0.08), random), "first_login")
    trained_last = plan.chosen(lambda o: o.last == "training_session")[visits.account[starting]]
    trained = _some(starting[~trained_last], TRAINED_SHARE, random)
    rows.add(trained, _inside(visits, trained, (0.25, 0.60), random), "training_session")
    stays = plan.chosen(lambda o: o.reach == LOYALTY)[visits.account[starting]]
    valued = _some(starting[stays], FIRST_VALUE_SHARE, random)
    rows.add(valued, _inside(visits, valued, (0.10, 0.60), random), "first_value_event")


def _some(visits: Ints, share: float, random: np.random.Generator) -> Ints:
    """A random part of the visits, as close to the share as whole numbers allow."""
    return np.sort(random.permutation(visits)[: round(share * len(visits))])


def _inside(visits: VisitRows, which: Ints, part: tuple[float, float], random: np.random.Generator) -> Floats:
    """A moment in the given part of each visit."""
    return np.asarray(visits.begin[which] + random.uniform(*part, len(which)) * visits.span[which])
