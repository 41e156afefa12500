"""Counts per stage: equal to what `tropa analyze` says of the same log and journey; visitors apart from companies."""

import csv
import json
import random
from pathlib import Path

import pytest

from tropa.analysis import funnel
from tropa.config.cli import main
from tropa.customers import actions as customers
from tropa.customers.models import PipelineStage
from tropa.engine import Engine
from tropa.jobs.testing import run_all
from tropa.journeys import actions, definition, mapping, placement, queries
from tropa.journeys.models import JourneyVersion, Placement
from tropa.journeys.tests.making import START_US, append, built, company, day, small_journey, touch
from tropa.workspace.models import Workspace
from tropa.workspace.tests.people import make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("Своё")


def test_counts_equal_the_command_on_the_exported_log(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(7)
    firms = [company(workspace, f"Завод {number}") for number in range(25)]
    types = ["ask", "ask", "site", "offer", "offer", "pay", "no", "mail"]
    touches = [touch(chance.choice(firms), chance.choice(types), chance.uniform(0, 300)) for _ in range(400)]
    append(workspace, touches)
    journey = small_journey(workspace)
    version = built(journey, on_day=310)
    log, model = tmp_path / "log.csv", tmp_path / "journey.yaml"
    with log.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["case", "activity", "at"])
        # Equal moments keep the order of the file, as they keep the order of receipt in the product.
        for each in touches:
            rows.writerow([each.account_id, each.type, _iso(each.occurred_us)])
    model.write_text(definition.as_yaml(definition.document(journey)), encoding="utf-8")
    columns = "case=case,activity=activity,at=at"
    code = main(["analyze", str(log), "--journey", str(model), "--columns", columns, "--json", "-",
                 "--as-of", day(310).isoformat()])  # fmt: skip
    assert code == 0
    told = {stage["key"]: stage for stage in json.loads(capsys.readouterr().out)["stages"]}
    for counts in queries.stage_counts(version):
        assert counts.entered is not None
        assert counts.entered.companies == told[counts.key]["entered"]
        assert counts.here.companies == told[counts.key]["exits"]["open"]
        assert counts.lost.companies == told[counts.key]["exits"]["lost"]
        assert counts.dropped.companies == told[counts.key]["exits"]["dropped"]
        assert counts.completed.companies == told[counts.key]["exits"]["completed"]


def test_figures_of_later_rooms_start_from_the_cached_visits(workspace: Workspace) -> None:
    firms = [company(workspace) for _ in range(3)]
    append(workspace, [touch(firm, "ask", 0) for firm in firms] + [touch(firms[0], "offer", 3)])
    version = built(small_journey(workspace), on_day=5)
    append(workspace, [touch(firms[1], "offer", 6)])
    placement.refresh(workspace, now=day(7))
    version.refresh_from_db()
    with Engine(memory_mb=256, threads=1) as engine:
        found = funnel(placement.passages(version, engine))
    assert [(stage.entered, stage.reached) for stage in found.stages] == [(3, 2), (2, 0), (0, None)]


def test_visitors_are_counted_apart(workspace: Workspace) -> None:
    firm, visitor = company(workspace), company(workspace, "Посетитель", kind="unknown")
    append(workspace, [touch(firm, "ask", 0), touch(visitor, "ask", 1)])
    version = built(small_journey(workspace), on_day=2)
    interest = queries.stage_counts(version)[0]
    assert interest.here == queries.Split(1, 1)
    assert interest.entered == queries.Split(1, 1)
    assert queries.placements(version, kind="unknown").get().unit_id == visitor.pk


def test_what_a_rule_finds_is_counted_live(workspace: Workspace) -> None:
    firm, visitor = company(workspace, "Завод"), company(workspace, "Посетитель", kind="unknown")
    append(workspace, [touch(firm, "ask", 0, value=10.0), touch(firm, "ask", 1, value=90.0), touch(visitor, "ask", 2)])
    rule = {"all": [{"touch": ["ask"]}, {"field": "touch.value", "at_least": 50}]}
    found = queries.ask("matching", workspace_id=workspace.pk, rule=rule)
    assert (found["logged"], found["touches"], found["companies"], found["unknown"]) == (3, 1, 1, 0)
    found = queries.ask("matching", workspace_id=workspace.pk, rule={"touch": ["ask"]})
    assert (found["touches"], found["companies"], found["unknown"]) == (3, 1, 1)
    assert [row["case_id"] for row in found["examples"]] == [str(visitor.pk), str(firm.pk), str(firm.pk)]


def test_a_deal_that_moves_moves_the_journey(workspace: Workspace) -> None:
    customers.starter_pipeline(workspace)
    journey = actions.create_from_template(
        workspace=workspace, template_key="classic_7", name="Путь", product=actions.product(workspace, "CRM"), by=None
    )
    run_all()
    version = journey.serving
    assert version is not None
    firm = company(workspace)
    stages = {stage.key: stage for stage in PipelineStage.objects.of(workspace)}
    deal = customers.create_deal(
        workspace=workspace, by=None, account=firm, title="Сделка", stage=stages["new_lead"], at=day(1)
    )
    placement.refresh(workspace, now=day(2))
    assert _stage(version) == "consideration"
    customers.move_deal(deal=deal, to_stage=stages["proposal"], by=None, at=day(3))
    placement.refresh(workspace, now=day(4))
    assert _stage(version) == "decision"
    deal.refresh_from_db()
    customers.move_deal(deal=deal, to_stage=stages["won"], by=None, at=day(5))
    placement.refresh(workspace, now=day(6))
    assert _stage(version) == "purchase"


def test_what_is_left_over_in_the_crm_is_listed(workspace: Workspace) -> None:
    customers.starter_pipeline(workspace)
    journey = small_journey(workspace)
    table = mapping.table(journey)
    assert {row.stage.key for row in table.unmapped} >= {"new_lead", "proposal"}
    assert "lost" not in {row.stage.key for row in table.unmapped}
    assert [stage.key for stage in table.without_twin] == ["interest", "offer", "paid"]
    won = next(row for _, rows in table.pipelines for row in rows if row.stage.key == "won")
    assert won.suggested == {journey.draft_stages()[2].pk}


def test_certainty_of_a_move_is_kept(workspace: Workspace) -> None:
    customers.starter_pipeline(workspace)
    journey = small_journey(workspace)
    stage = PipelineStage.objects.of(workspace).get(key="proposal")
    actions.set_mapping(journey=journey, pairs=[(journey.draft_stages()[1].pk, stage.pk)], without=[])
    customers.create_deal(
        workspace=workspace, by=None, account=company(workspace), title="Сделка", stage=stage, at=day(0),
        certainty="first_seen",
    )  # fmt: skip
    placed = Placement.objects.get(version=built(journey, on_day=1))
    assert (placed.stage, placed.certainty) == ("offer", "first_seen")


def _stage(version: JourneyVersion) -> str:
    placed = Placement.objects.filter(version=version).order_by("trip").last()
    assert placed is not None
    return placed.stage


def _iso(microseconds: int) -> str:
    return day((microseconds - START_US) / 86_400_000_000).isoformat()
