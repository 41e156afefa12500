"""The default world tells the planted story, read touch by touch."""

from collections import Counter
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tropa.analysis.nps import nps
from tropa.demo import TRUTHS, UNTIL, World
from tropa.demo.catalogue import touches
from tropa.demo.story import DEFAULT_ACCOUNTS
from tropa.demo.tests.retelling import Story, ranks, retell

FAMILIES = {
    *("site", "search", "ads", "social", "media", "email", "chat", "phone", "messengers", "webinar", "event"),
    *("meetings", "demo", "documents", "tender", "contract", "payment", "onboarding", "support", "product"),
    *("survey", "reviews", "partner", "crm"),
}
HOUR = 3_600 * 1_000_000


@pytest.fixture(scope="session")
def stories(log: pa.Table) -> list[Story]:
    return retell(log)


def test_the_world_has_the_accounts_of_the_map(world: World, log: pa.Table, stories: list[Story]) -> None:
    assert world.touches == log.num_rows
    assert world.accounts == len(stories) == DEFAULT_ACCOUNTS
    assert 8 < world.touches / world.accounts < 10


@pytest.mark.parametrize("stage", TRUTHS.stages)
def test_planted_counts_are_exact(stories: list[Story], stage: str) -> None:
    truth = TRUTHS.stages[stage]
    endings = Counter(story.ending for story in stories if story.final == stage)
    assert sum(stage in story.path for story in stories) == truth.entered
    assert sum(story.path.count(stage) for story in stories) == truth.visits
    assert (endings["open"], endings["lost"], endings["silent"]) == (truth.here, truth.lost, truth.silent)


def test_only_the_planted_returns_happen_and_nobody_skips(stories: list[Story]) -> None:
    rank = ranks()
    assert Counter(move for story in stories for move in story.returns(rank)) == Counter(TRUTHS.returns)
    pairs = [pair for story in stories for pair in zip(story.path, story.path[1:], strict=False)]
    assert all(rank[target] - rank[source] in (1, -1) for source, target in pairs)


def test_those_who_return_buy_about_twice_as_often(stories: list[Story]) -> None:
    rank = ranks()
    deciders = [story for story in stories if "decision" in story.path]
    returners = [story for story in deciders if ("decision", "consideration") in story.returns(rank)]
    others = [story for story in deciders if story not in returners]
    bought = [sum("purchase" in story.path for story in group) for group in (returners, others)]
    assert (bought[0], len(returners)) == TRUTHS.returners_bought
    assert (bought[1], len(others)) == TRUTHS.others_bought
    assert 1.8 < (bought[0] / len(returners)) / (bought[1] / len(others)) < 2.2


def test_losses_lie_behind_the_planted_last_touches(stories: list[Story]) -> None:
    ends = Counter((story.final, story.last_type) for story in stories if story.ending != "open")
    assert {point: n for point, n in ends.items() if point[0] != "awareness"} == dict(TRUTHS.drop_offs)


def test_reasons_have_their_shares_and_some_are_unknown(stories: list[Story]) -> None:
    reasons = Counter(story.reason for story in stories if story.ending == "lost")
    total = sum(reasons.values())
    assert set(reasons) == set(TRUTHS.reason_shares)
    assert all(abs(reasons[reason] - share * total) <= 1 for reason, share in TRUTHS.reason_shares.items())


def test_the_tail_of_onboarding(stories: list[Story]) -> None:
    days = [story.days[TRUTHS.tail_stage] for story in stories if TRUTHS.tail_stage in story.path]
    median = TRUTHS.stages[TRUTHS.tail_stage].median_days
    assert median is not None
    assert sum(stay > 3 * median for stay in days) == TRUTHS.tail_accounts


def test_some_silences_are_broken(stories: list[Story]) -> None:
    assert 10 <= sum(story.broken_silences for story in stories) <= 60


def test_every_family_and_every_type_of_touch_occurs(log: pa.Table) -> None:
    assert {touch.family for touch in touches()} == FAMILIES
    assert set(log["type"].unique().to_pylist()) == {touch.key for touch in touches()}


def test_won_deals_carry_their_value(log: pa.Table) -> None:
    won = log.filter(pc.field("type") == "deal_won")
    assert won.num_rows == TRUTHS.stages["purchase"].entered
    assert won["value"].null_count == won["deal_id"].null_count == 0
    answered = log.filter(pc.field("type") == "nps_response")
    assert log["value"].null_count == log.num_rows - won.num_rows - answered.num_rows
    assert 50_000 < pc.min(won["value"]).as_py() < pc.max(won["value"]).as_py() < 1_000_000


def test_answers_carry_their_scores_in_their_shares(log: pa.Table) -> None:
    answers = log.filter(pc.field("type") == "nps_response").sort_by("occurred_at").to_pylist()
    last = {row["contact_id"] or row["account_id"]: row["value"] for row in answers}
    assert len(answers) > len(last) > 30
    for scores in ([row["value"] for row in answers], list(last.values())):
        found = nps(scores)
        assert found.left_out == 0
        for told, share in ((found.promoters, 0.59), (found.passives, 0.29), (found.detractors, 0.12)):
            assert abs(told - share * len(scores)) <= 2
        assert found.value == pytest.approx(47, abs=3)


def test_the_log_is_in_the_order_of_receipt_with_late_rows_and_equal_times(world: World, log: pa.Table) -> None:
    moments = log["occurred_at"].cast(pa.int64()).to_pylist()
    behind = [latest - at for latest, at in zip(accumulate(moments, max), moments, strict=True)]
    late = sum(lag > HOUR for lag in behind) / len(behind)
    assert 0.01 < late < 0.04
    assert max(behind) <= 12 * 24 * HOUR
    neighbours = set(zip(log["case_id"].to_pylist(), moments, strict=True))
    assert 400 < log.num_rows - len(neighbours) < 0.02 * log.num_rows
    assert max(moments) <= UNTIL.timestamp() * 1_000_000


def test_most_work_is_done_in_office_hours(log: pa.Table) -> None:
    local = pc.assume_timezone(pc.local_timestamp(log["occurred_at"].cast(pa.timestamp("us", "Europe/Moscow"))), "UTC")
    hours, days = pc.hour(local).to_pylist(), pc.day_of_week(local).to_pylist()
    office = sum(9 <= hour < 19 and day < 5 for hour, day in zip(hours, days, strict=True)) / len(hours)
    night = sum(hour < 6 for hour in hours) / len(hours)
    assert office > 0.75
    assert 0 < night < 0.05


def test_nobody_is_named_before_giving_a_contact(log: pa.Table) -> None:
    unknown = log.filter(pc.field("account_kind") == "unknown")
    assert unknown["contact_id"].null_count == unknown["segment"].null_count == unknown.num_rows
    named = log.filter(pc.is_valid(pc.field("contact_id")))
    assert len(named["account_id"].unique()) == TRUTHS.stages["consideration"].entered
    assert named["contact_role"].null_count == 0
