"""NPS of a stage: the answers given while the trip stood on it, against plain counting; its list and its target."""

import csv
import io
from collections.abc import Sequence

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tropa.analysis.nps import Nps, nps, of_counts
from tropa.analysis.placed import FIRST
from tropa.customers import actions as customers
from tropa.customers.models import Account
from tropa.engine import Engine
from tropa.facts import copy
from tropa.insights import figures
from tropa.insights.comparing import compared_scores
from tropa.insights.crowd import Crowd, crowd_of
from tropa.insights.figures import StageFigures
from tropa.insights.question import Question
from tropa.insights.tests.worlds import NOW, random_world
from tropa.journeys import actions, answers, placement, visit_files
from tropa.journeys.models import JourneyVersion
from tropa.journeys.tests.making import append, built, company, day, small_journey, touch
from tropa.workspace.models import AuditEntry, Role, Workspace
from tropa.workspace.tests.people import make_member, make_workspace, sign_in

pytestmark = pytest.mark.django_db

QUESTIONS = ("", "who=company", "who=unknown", "industry=ИТ", "since=2025-03-01&until=2025-06-15")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def test_an_answer_belongs_to_the_stage_that_holds_its_moment() -> None:
    workspace = make_workspace("Своё")
    firm, other = company(workspace, "Завод"), company(workspace, "Цех")
    append(workspace, [touch(firm, "ask", 0), touch(firm, "offer", 5), touch(other, "ask", 1)])
    told = [(firm, 1, 3), (firm, 6, 10), (other, 2, 9), (other, 3, None), (firm, 7, 12)]
    append(workspace, [touch(who, "nps_response", on_day, value=score) for who, on_day, score in told])
    interest, offer, paid = stages(built(small_journey(workspace), on_day=10))
    assert (interest.nps.promoters, interest.nps.detractors, interest.nps.left_out) == (1, 1, 1)
    assert (offer.nps.n, offer.nps.value, offer.nps.left_out) == (1, 100, 1)
    assert (paid.nps.value, paid.nps.reason) == (None, "no_cases")
    assert interest.nps.value == 0
    assert interest.nps_compared == "none"


def test_of_one_respondent_on_one_stage_the_last_answer_counts() -> None:
    workspace = make_workspace("Своё")
    firm = company(workspace)
    first, second = (
        customers.create_contact(workspace=workspace, by=None, account=firm, name=name, at=day(0)).pk
        for name in ("Директор", "Бухгалтер")
    )
    append(workspace, [touch(firm, "ask", 0)])
    told = [(first, 1, 2), (first, 2, 10), (second, 3, 9), (None, 3, 10), (None, 4, 0), (first, 5, None)]
    append(workspace, [touch(firm, "nps_response", on, value=score, contact_id=who) for who, on, score in told])
    found = stages(built(small_journey(workspace), on_day=10))[0].nps
    assert (found.promoters, found.passives, found.detractors, found.left_out) == (2, 0, 1, 1)


@pytest.mark.parametrize(("seed", "unit"), [(5, "account"), (6, "deal"), (7, "contact")])
def test_it_is_what_plain_counting_gives(seed: int, unit: str) -> None:
    version, met = random_world(seed, unit=unit, answers=90), 0
    for query in QUESTIONS:
        question = Question.read(version, QueryDict(query), now=NOW)
        found = figures.of(question)
        assert found is not None
        expected = slowly(version, question)
        assert [stage.nps for stage in found.stages] == expected, query
        told, pooled = found.totals.nps, together(expected)
        assert (told.value, told.low, told.high, told.n) == (pooled.value, pooled.low, pooled.high, pooled.n), query
        met += sum(score.n for score in expected)
    assert met > 40


def together(scores: Sequence[Nps]) -> Nps:
    return of_counts(
        *(sum(getattr(score, name) for score in scores) for name in ("promoters", "passives", "detractors"))
    )


def slowly(version: JourneyVersion, question: Question) -> list[Nps]:
    """The scores, touch by touch, over stays of the question."""
    with Engine(memory_mb=256, threads=1) as engine:
        crowd = crowd_of(engine, question, version.as_of_us or 0)
        rows = engine.run(copy.open(version.workspace, engine).table).to_pylist()
    unit = version.document["journey"]["unit"]
    given = sorted(
        (row for row in rows if row["type"] == "nps_response"), key=lambda row: (row["occurred_at"], row["seq"])
    )
    told: list[list[dict[str, float | None]]] = [[] for _ in version.document["stages"]]
    counted: list[dict[str, float]] = [{} for _ in told]
    for row in given:
        place = _stage(crowd, row["case_id"] if unit == "account" else row[f"{unit}_id"], row["occurred_at"])
        if place is not None:
            told[place].append({"score": row["value"]})
            if nps([row["value"]]).n:
                counted[place][f"c{row['contact_id']}" if row["contact_id"] else f"a{row['account_id']}"] = row["value"]
    return [
        nps([*last.values(), *(None for each in all_ if not nps([each["score"]]).n)])
        for last, all_ in zip(counted, told, strict=True)
    ]


def _stage(crowd: Crowd, unit: str | None, at: int) -> int | None:
    """The stage of a unit at a moment, when its stay there is one of the question's."""
    everybody = crowd.everybody
    units, visits = everybody.units.tolist(), everybody.chosen.visits
    holding = [
        (visits["trip"][row], visits["stage"][row])
        for row in range(visits["trip"].size)
        if unit is not None and units[visits["case"][row]] == int(unit)
        and visits["entered"][row] <= at <= visits["left"][row]
    ]  # fmt: skip
    stays = set(zip(crowd.chosen.stays["trip"].tolist(), crowd.chosen.stays["stage"].tolist(), strict=True))
    return int(holding[-1][1]) - FIRST if holding and holding[-1] in stays else None


def test_refreshes_merges_and_older_generations_give_the_same() -> None:
    version = random_world(8, answers=60)
    firms = list(Account.objects.of(version.workspace)[:6])
    append(version.workspace, [touch(firm, "nps_response", 301, value=9) for firm in firms])
    placement.refresh(version.workspace, now=day(302))
    version.refresh_from_db()
    expected = [stage.nps for stage in stages(version)]
    assert version.files.count() == 2
    for files in version.files.all():
        (visit_files.root(version) / files.folder / answers.NAME).unlink()
    forget(version)
    assert [stage.nps for stage in stages(version)] == expected
    with Engine(memory_mb=256, threads=1) as engine:
        placement.compact(version, engine=engine)
    assert [stage.nps for stage in stages(version)] == expected
    assert sum(score.n for score in expected) > 20


def forget(version: JourneyVersion) -> None:
    """What the process of figures keeps, and the cache."""
    from tropa.insights import crowd

    crowd._kept.clear()
    cache.clear()


def test_the_list_shows_the_scores_and_so_does_its_file(client: Client) -> None:
    version = random_world(9, answers=90)
    found = stages(version)[0].nps
    url = reverse("behind", args=[version.workspace.slug, version.journey_id])
    sign_in(client, make_member(version.workspace, Role.OWNER))
    page = client.get(f"{url}?what=nps&stage=interest&sort=-score")
    listed = [row.score for row in page.context["found"].rows]
    assert (page.context["found"].total, len(listed)) == (found.n, min(found.n, 50))
    assert listed == sorted(listed, reverse=True)
    assert nps(listed).value == found.value
    assert "Чьи оценки считает NPS этапа «Интерес»" in page.content.decode().replace("\xa0", " ")
    export = reverse("behind_export", args=[version.workspace.slug, version.journey_id])
    answer = client.post(export, {"query": "what=nps&stage=interest", "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert sorted(int(line["Балл"]) for line in lines) == sorted(listed)
    assert AuditEntry.objects.get(action="figures.exported").details["rows"] == found.n


@pytest.mark.parametrize(
    ("promoters", "detractors", "target", "word"),
    [
        (16, 2, 45, "good"),
        (15, 2, 45, "good"),
        (13, 2, 45, "warn"),
        (5, 2, 45, "bad"),
        (10, 14, -20, "good"),
        (10, 14, 0, "warn"),
        (5, 25, 0, "bad"),
    ],
)
def test_it_is_compared_by_points(promoters: int, detractors: int, target: float, word: str) -> None:
    scores = [10] * promoters + [8] * (30 - promoters - detractors) + [0] * detractors
    assert compared_scores(nps(scores), target) == word
    assert compared_scores(nps(scores[:-1]), target) == "few"
    assert compared_scores(nps(scores), None) == "none"
    assert compared_scores(nps([]), target) == "none"


def test_a_target_is_compared_at_once() -> None:
    workspace = make_workspace("Своё")
    version = many_answers(workspace, [10] * 20 + [8] * 10 + [3] * 5)
    assert stages(version)[0].nps_compared == "none"
    actions.set_target(journey=version.journey, stage_key="interest", by=None, at=timezone.now(), nps=60.0)
    stage = stages(version)[0]
    assert (stage.target_nps, stage.nps_compared) == (60, "bad")
    assert stage.nps.value == pytest.approx(100 * 15 / 35)


def many_answers(workspace: Workspace, scores: Sequence[int]) -> JourneyVersion:
    firms = [company(workspace, f"Завод {number}") for number in range(len(scores))]
    append(workspace, [touch(firm, "ask", 0) for firm in firms])
    append(workspace, [touch(firm, "nps_response", 1, value=n) for firm, n in zip(firms, scores, strict=True)])
    return built(small_journey(workspace), on_day=10)


def stages(version: JourneyVersion) -> Sequence[StageFigures]:
    version.refresh_from_db()
    found = figures.of(Question.of(version, now=NOW))
    assert found is not None
    return found.stages


def test_the_dashboard_tells_the_score_of_all_stages_against_the_period_before(client: Client) -> None:
    """Of the period before only what had been answered one period ago counts: there the second answer came later."""
    workspace = make_workspace("Своё")
    firms = [company(workspace, f"Завод {number}") for number in range(80)]
    early, late = firms[:40], firms[40:]
    append(workspace, [touch(firm, "ask", -1) for firm in firms[:1]] + [touch(firm, "ask", 1) for firm in early[1:]])
    append(workspace, [touch(firm, "ask", 11) for firm in late] + [touch(firm, "offer", 12) for firm in late[:10]])
    told = [(firm, 2, 3) for firm in early] + [(firm, 15, 10) for firm in early] + [(firm, 13, 9) for firm in late]
    append(workspace, [touch(firm, "nps_response", on, value=score) for firm, on, score in told])
    version = built(small_journey(workspace), on_day=20)
    actions.set_target(journey=version.journey, stage_key="interest", by=None, at=timezone.now(), nps=100.0)
    sign_in(client, make_member(workspace, Role.ANALYST))
    period = f"since={day(10).date().isoformat()}&until={day(19).date().isoformat()}"
    address = f"{reverse('dashboard', args=[workspace.slug])}?{period}"
    page = client.get(address)
    found = page.context["figures"].totals.nps
    assert (found.value, found.n, found.trend.before, found.target) == (100, 40, -100, None)
    tile = next(tile for tile in page.context["tiles"]["headlines"].tiles if tile.key == "nps")
    assert client.get(tile.url).context["found"].total == 40
    assert (tile.value, tile.facts[0], tile.delta.text) == ("+100", "40 ответов", "200")
    actions.set_target(journey=version.journey, stage_key="offer", by=None, at=timezone.now(), nps=20.0)
    found = client.get(address).context["figures"].totals.nps
    assert (found.target, found.compared) == (80, "good")
