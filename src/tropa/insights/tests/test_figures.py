"""Figures of a journey: what one question answers, against `tropa analyze`, against plain counting, over changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict

from tropa.analysis.document import document
from tropa.analysis.summary import analyse
from tropa.customers.models import Account, Deal
from tropa.engine import Engine, EngineError
from tropa.facts import copy
from tropa.facts.domain import microseconds
from tropa.facts.models import Quarantined, Source
from tropa.insights import figures
from tropa.insights.figures import Figures
from tropa.insights.moment import ask
from tropa.insights.question import Question
from tropa.insights.tests.worlds import BUILT_ON, NOW, everybody, random_world
from tropa.journeys import definition, placement
from tropa.journeys.models import JourneyVersion, Placement, State
from tropa.journeys.tests.making import append, built, company, day, small_journey, touch
from tropa.workspace.tests.people import make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def test_one_question_gives_every_figure() -> None:
    found = asked(random_world(1))
    assert [stage.key for stage in found.stages] == ["interest", "offer", "paid"]
    assert found.as_of == day(BUILT_ON)
    assert all([found.losses, found.points, found.reasons, found.paths, found.transitions])
    assert all([found.totals.trips.companies, found.totals.trips.unknown])
    assert not found.is_old


@pytest.mark.parametrize("unit", ["account", "deal", "contact"])
def test_without_a_filter_they_are_those_of_analyze(unit: str) -> None:
    version = random_world(2, unit=unit)
    found, told = asked(version), analysed(version)
    for ours, theirs in zip(found.stages, told["stages"], strict=True):
        assert ours.entered.total == theirs["entered"]
        for name in ("to_date", "mature"):
            share = getattr(ours, name)
            assert {"k": share.k, "n": share.n, "value": share.value, "low": share.low, "high": share.high} == {
                key: theirs["conversion"][name][key] for key in ("k", "n", "value", "low", "high")
            }
        assert ours.here.total == theirs["exits"]["open"]
        assert ours.lost.total == theirs["exits"]["lost"]
        assert ours.dropped.total == theirs["exits"]["dropped"]
        assert ours.completed.total == theirs["exits"]["completed"]
        assert seconds(ours.median_days) == pytest.approx(theirs["dwell"]["km_median_seconds"])
    assert [(list(path.stages), path.share.k) for path in found.paths] == [
        (variant["path"], variant["count"]) for variant in told["variants"]
    ]
    assert {(move.source, move.target): move.count for move in found.transitions} == {
        (move["source"], move["target"]): move["count"] for move in told["transitions"]
    }


def test_what_stands_now_is_what_placements_say() -> None:
    version = random_world(3)
    for stage in asked(version).stages:
        for state, split in ((State.OPEN, stage.here), (State.LOST, stage.lost), (State.DROPPED, stage.dropped)):
            placed = Placement.objects.filter(version=version, stage=stage.key, state=state)
            unknown = placed.filter(account_id__in=Account.objects.filter(kind="unknown").values("pk")).count()
            assert (split.companies, split.unknown) == (placed.count() - unknown, unknown)


def test_companies_and_visitors_make_up_everybody() -> None:
    version = random_world(4)
    whole = asked(version)
    parts = [asked(version, who=who) for who in ("company", "unknown")]
    assert [part.totals.trips.total for part in parts] == [whole.totals.trips.companies, whole.totals.trips.unknown]
    for place, stage in enumerate(whole.stages):
        assert stage.entered.companies == parts[0].stages[place].entered.total
        assert stage.gone.unknown == parts[1].stages[place].gone.total
        assert (parts[0].stages[place].entered.unknown, parts[1].stages[place].entered.companies) == (0, 0)


def test_filters_choose_the_companies_that_have_it() -> None:
    version = random_world(5)
    owner = Account.objects.exclude(owner=None).values_list("owner", flat=True).first()
    for params, rows in (
        ({"industry": "ИТ"}, Account.objects.filter(industry="ИТ")),
        ({"size_from": "50", "size_to": "100"}, Account.objects.filter(employees=80)),
        ({"size_to": "80"}, Account.objects.filter(employees__lte=80)),
        ({"owner": str(owner)}, Account.objects.filter(owner=owner)),
        ({"industry": "логистика", "owner": str(owner)}, Account.objects.filter(owner=owner, industry="логистика")),
    ):
        placed = Placement.objects.filter(version=version, account_id__in=rows.values("pk"))
        assert asked(version, **params).totals.trips.total == placed.count()


def test_deals_are_chosen_by_who_leads_them() -> None:
    version = random_world(6, unit="deal")
    owner = Deal.objects.exclude(owner=None).values_list("owner", flat=True).first()
    placed = Placement.objects.filter(version=version, unit_id__in=Deal.objects.filter(owner=owner).values("pk"))
    assert asked(version, owner=str(owner)).totals.trips.total == placed.count()


def test_periods_split_the_cohorts() -> None:
    version = random_world(7)
    whole = asked(version)
    middle = day(150).date()
    parts = [
        asked(version, until=(middle - timedelta(days=1)).isoformat()),
        asked(version, since=middle.isoformat()),
    ]
    assert all(part.totals.trips.total for part in parts)
    for place, stage in enumerate(whole.stages):
        assert stage.entered.total == sum(part.stages[place].entered.total for part in parts)
        assert stage.gone.total == sum(part.stages[place].gone.total for part in parts)
    assert sum(part.totals.trips.total for part in parts) == whole.totals.trips.total


def test_who_began_later_than_the_period_before_was_seen_is_not_of_it() -> None:
    """Ten days seen in the middle of the last one: of the ten before, too, only half the last day was known."""
    journey = small_journey(make_workspace("Своё"))
    days = [0, *[12.0] * 30, *[20.8] * 5, *[25.0] * 30]
    people = [company(journey.workspace, f"Завод {number}") for number in range(len(days))]
    append(journey.workspace, [touch(each, "ask", on_day) for each, on_day in zip(people, days, strict=True)])
    version = built(journey, on_day=30.5)
    since, now = day(21).date().isoformat(), day(30.5)
    question = Question.read(version, QueryDict(f"since={since}"), now=now)
    found = ask("counted", question=question, as_of_us=microseconds(now))
    assert (found.now.bought.n, found.before.bought.n) == (30, 30)


def test_nobody_takes_less_than_no_time_to_the_purchase() -> None:
    journey = small_journey(make_workspace("Своё"))
    early, usual = company(journey.workspace, "Рано"), company(journey.workspace, "Как все")
    steps = [touch(early, "pay", 5), touch(early, "ask", 25), touch(usual, "ask", 5), touch(usual, "pay", 15)]
    append(journey.workspace, steps)
    found = ask("counted", question=everybody(built(journey, on_day=30)), as_of_us=microseconds(day(30)))
    assert (found.now.bought.k, found.now.to_purchase.n, found.now.to_purchase.median) == (2, 1, 10)


def test_losses_are_ranked_by_severity_and_their_points_make_them_up() -> None:
    found = asked(random_world(8))
    assert [losses.severity for losses in found.losses] == sorted(
        (each.severity for each in found.losses), reverse=True
    )
    for losses in found.losses:
        stage = found.stage(losses.stage)
        assert stage is not None
        assert losses.severity == pytest.approx(stage.gone.total * 0.25 * stage.number)
        assert sum(point.gone.total for point in losses.points) == stage.gone.total
        assert sum(point.money or 0 for point in losses.points) == pytest.approx(losses.money or 0)
    assert sum(losses.of_all for losses in found.losses) == pytest.approx(1)


def test_money_is_that_of_the_deals_that_went_with_the_loss() -> None:
    version = random_world(9)
    expected = 0.0
    for placed in Placement.objects.filter(version=version, state__in=[State.LOST, State.DROPPED]):
        later = Placement.objects.filter(version=version, unit_id=placed.unit_id, trip__gt=placed.trip)
        next_start = min(later.values_list("started_us", flat=True), default=2**62)
        kinds = ["lost"] if placed.state == State.LOST else ["lost", "open"]
        for deal in Deal.objects.filter(account=placed.unit_id, stage__kind__in=kinds, currency="RUB", amount__gt=0):
            closed = 2**62 - 1 if deal.closed_at is None else round(deal.closed_at.timestamp() * 1_000_000)
            expected += float(deal.amount or 0) if placed.started_us <= closed < next_start else 0.0
    totals = asked(version).totals
    assert expected > 0
    assert totals.lost_money.value == pytest.approx(expected)
    assert totals.other_deals > 0


def test_reasons_name_what_was_recorded_and_what_was_not() -> None:
    found = asked(random_world(10))
    lost = sum(stage.lost.total for stage in found.stages)
    assert {reason.share.n for reason in found.reasons} == {lost}
    assert sum(reason.share.k or 0 for reason in found.reasons) == lost
    named = {reason.reason for reason in found.reasons}
    assert "" in named
    assert named & {"Цена", "Сроки"}


def test_a_changed_target_is_compared_at_once() -> None:
    version = random_world(11)
    assert asked(version).stages[0].target_days == 10
    version.document["stages"][0]["target_days"] = 99
    version.save()
    stage = asked(version).stages[0]
    assert (stage.target_days, stage.days_compared) == (99, "good")


def test_new_touches_silence_and_deals_are_seen_at_once() -> None:
    version = random_world(12)
    before = asked(version)
    account = Account.objects.filter(kind="company").first()
    assert account is not None
    Deal.objects.update(currency="RUB", amount=7_000_000)
    assert (asked(version).totals.lost_money.value or 0) > (before.totals.lost_money.value or 0)
    append(version.workspace, [touch(account, "ask", BUILT_ON + 0.5)])
    placement.refresh(version.workspace, now=day(BUILT_ON + 1))
    assert asked(version).as_of == day(BUILT_ON + 1)
    placement.refresh(version.workspace, now=day(BUILT_ON + 60))
    later = asked(version)
    assert sum(stage.here.total for stage in later.stages[:2]) == 0, "everybody has been silent for 30 days"
    assert later.as_of == day(BUILT_ON + 60)


def test_a_company_given_to_somebody_else_is_found_at_once() -> None:
    version = random_world(13)
    owner = Account.objects.exclude(owner=None).values_list("owner", flat=True).first()
    asked(version, owner=str(owner))
    Account.objects.filter(kind="company").update(owner=owner)
    assert asked(version, owner=str(owner)).totals.trips.total == asked(version, who="company").totals.trips.total


def test_what_is_known_is_shown_with_its_age_when_it_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    version = random_world(14)
    assert figures.known(everybody(version)) is None
    found = asked(version)
    assert figures.known(everybody(version)) == found
    append(version.workspace, [touch(Account.objects.filter(kind="company")[0], "ask", BUILT_ON + 1)])
    placement.refresh(version.workspace, now=day(BUILT_ON + 2))

    def refuse(*_: Any, **__: Any) -> None:
        raise EngineError("nobody answers")

    monkeypatch.setattr(figures, "ask", refuse)
    old = figures.of(everybody(version))
    assert old is not None
    assert (old.is_old, old.as_of) == (True, found.as_of)
    assert figures.of(Question.read(version, QueryDict("who=company"), now=NOW)) is None


def test_nobody_travelled_is_no_data_and_no_error() -> None:
    version = random_world(15, companies=0, visitors=1)
    found = asked(version, who="company")
    assert found.totals.trips.total == 0
    assert found.totals.bought.value is None
    assert {stage.conversion.reason for stage in found.stages} == {"no_cases", "last_stage"}
    assert {stage.days_reason for stage in found.stages} == {"no_cases"}
    assert {(stage.conversion_compared, stage.days_compared) for stage in found.stages} == {("none", "none")}
    assert found.paths == () == found.points


def test_what_is_wrong_with_the_data_is_told() -> None:
    version = random_world(18, companies=6, visitors=2)
    source = Source.objects.filter(workspace=version.workspace)[0]
    Quarantined.objects.create(
        workspace=version.workspace, source=source, position=0, reason="bad_moment", payload="", received_at=NOW
    )
    guest, seen = (
        Account.objects.create(workspace=version.workspace, name=name, kind="unknown", created_at=NOW)
        for name in ("Гость", "Замеченный")
    )
    noticed = touch(seen, "ask", BUILT_ON + 0.5, properties={"certainty": "first_seen"})
    append(version.workspace, [touch(guest, "site", BUILT_ON), noticed])
    placement.refresh(version.workspace, now=day(BUILT_ON + 1))
    told = {note.code: note.count for note in asked(version).findings}
    assert (told["rejected"], told["never_on_a_stage"], told["unsure_moments"]) == (1, 1, 1)
    assert "never_on_a_stage" not in {note.code for note in asked(version, who="company").findings}


def test_a_question_about_nothing_has_no_figures() -> None:
    version = random_world(16)
    assert figures.of(Question(version.pk + 1_000, 0)) is None
    version.files.all().delete()
    assert figures.of(everybody(version)) is None


def asked(version: JourneyVersion, **params: str) -> Figures:
    query = QueryDict(mutable=True)
    query.update(params)
    question = Question.read(version, query, now=NOW)
    assert question.refused == ()
    found = figures.of(question)
    assert found is not None
    return found


def analysed(version: JourneyVersion) -> dict[str, Any]:
    """What the command says of the touches of the workspace."""
    with Engine(memory_mb=256, threads=1) as engine:
        log = copy.open(version.workspace, engine, keep=["why"])
        return document(analyse(log, definition.model_of(version), as_of=day(BUILT_ON)))


def seconds(days: float | None) -> float | None:
    return None if days is None else days * 86_400
