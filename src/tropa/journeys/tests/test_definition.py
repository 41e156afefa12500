"""Definitions: the shipped templates, files, the document that figures are made from."""

from pathlib import Path

import pytest

from tropa.analysis import InputError, JourneyModel
from tropa.demo import JOURNEY
from tropa.facts.catalogue import touchpoints
from tropa.journeys import actions, definition, placement, publishing
from tropa.journeys.models import Journey, JourneyVersion
from tropa.journeys.rules import NEVER
from tropa.journeys.shipped import KnownTouch, crm_stages, starting_rules, templates
from tropa.journeys.tests.making import append, built, company, day, positions, published, small_journey, touch
from tropa.workspace.models import Workspace
from tropa.workspace.tests.people import make_workspace


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("Своё")


@pytest.mark.django_db
@pytest.mark.parametrize("key", list(templates()))
def test_every_template_makes_a_journey_that_can_be_read(workspace: Workspace, key: str) -> None:
    product = actions.product(workspace, "CRM")
    journey = actions.create_from_template(workspace=workspace, template_key=key, name="Путь", product=product, by=None)
    model = definition.read(definition.document(journey))
    assert [stage.key for stage in model.stages] == [stage.key for stage in templates()[key].stages]
    assert [stage.key for stage in model.stages if stage.won] == [templates()[key].won]
    assert model.unit == templates()[key].unit


def test_starting_rules_name_deliberate_steps_and_leave_no_stage_without_one() -> None:
    known = {each.key: KnownTouch(each.weight, each.direction, each.client_activity) for each in touchpoints()}
    for template in templates().values():
        rules = starting_rules(template, known)
        assert [key for key, rule in rules.items() if rule is None] == []
    everyday = {"product_login", "support_ticket", "docs_view", "website_product_page"}
    rules = starting_rules(templates()["classic_7"], known)
    assert not everyday & {
        type_ for key, rule in rules.items() if rule and key != "awareness" for type_ in rule["touch"]
    }


def test_the_crm_mapping_is_carried_over_to_other_templates() -> None:
    assert crm_stages("classic_7")["decision"] == ("negotiation", "proposal")
    assert crm_stages("b2b_key_account_5")["supplier_selection"] == ("negotiation", "proposal")
    assert crm_stages("fact_based_funnel_7")["contract_signed"] == ("closing",)


@pytest.mark.django_db
def test_a_file_goes_in_and_comes_out_the_same(workspace: Workspace) -> None:
    product = actions.product(workspace, "CRM")
    text = Path(JOURNEY).read_text(encoding="utf-8")
    journey = actions.create_from_yaml(
        workspace=workspace, text=text, filename="journey.yaml", product=product, by=None
    )
    out = JourneyModel.parse(definition.as_yaml(definition.document(journey)))
    given = JourneyModel.parse(text)
    assert [(s.key, s.enter, s.horizon_days, s.target_days, s.won) for s in out.stages] == [
        (s.key, s.enter, s.horizon_days, s.target_days, s.won) for s in given.stages
    ]
    assert (out.lost, out.reason_property, out.client_activity) == (
        given.lost,
        given.reason_property,
        given.client_activity,
    )


@pytest.mark.django_db
def test_a_bad_file_names_line_and_key_and_leaves_nothing(workspace: Workspace) -> None:
    product = actions.product(workspace, "CRM")
    text = "journey: {key: a}\nstages:\n  - {key: one, rank: 1, horizont: 5}\n"
    with pytest.raises(InputError) as error:
        actions.create_from_yaml(workspace=workspace, text=text, filename="a.yaml", product=product, by=None)
    assert "a.yaml:3" in error.value.ru
    assert "horizont" in error.value.ru
    assert not Journey.objects.of(workspace).exists()


@pytest.mark.parametrize("letter", ["\\0", "\\ud800"])
def test_characters_that_no_database_keeps_are_refused(letter: str) -> None:
    with pytest.raises(InputError) as error:
        definition.rule_from_yaml(f'touch: ["a{letter}"]')
    assert error.value.code == "bad_yaml"


@pytest.mark.django_db
def test_a_stage_without_rule_and_twin_is_entered_by_nothing(workspace: Workspace) -> None:
    journey = small_journey(workspace)
    actions.update_stage(stage=journey.draft_stages()[0], fields={"rule": None})
    assert definition.document(journey)["stages"][0]["enter"] == NEVER


@pytest.mark.django_db
def test_stages_can_be_moved_added_and_weigh_more_and_more(workspace: Workspace) -> None:
    journey = small_journey(workspace)
    actions.update_stage(stage=journey.draft_stages()[0], fields={"loss_weight": 0.9})
    actions.move_stage(stage=journey.draft_stages()[0], step=1)
    assert [stage.key for stage in journey.draft_stages()] == ["offer", "interest", "paid"]
    added = actions.add_stage(journey=journey, label="Договор", phase="sale")
    assert added.key == "dogovor"
    weights = [stage.loss_weight for stage in definition.read(definition.document(journey)).stages]
    assert weights == sorted(weights)


@pytest.mark.django_db
def test_history_that_is_not_recalculated_keeps_its_places(workspace: Workspace) -> None:
    old, new = company(workspace), company(workspace)
    append(workspace, [touch(old, "ask", 0), touch(old, "site", 1)])
    journey = small_journey(workspace)
    first = built(journey, on_day=2)
    actions.update_stage(stage=journey.draft_stages()[1], fields={"rule": {"touch": ["site"]}})
    second = JourneyVersion.objects.create(
        workspace=workspace, journey=journey, number=9, document=definition.document(journey), status="building",
        before=first.document, since_s=int(day(3).timestamp()),
    )  # fmt: skip
    append(workspace, [touch(new, "ask", 4), touch(new, "site", 5)])
    placement.build(second, now=day(6))
    assert [(row[0], row[2]) for row in positions(second)] == [(old.pk, "interest"), (new.pk, "offer")]


@pytest.mark.django_db
def test_a_failing_draft_is_told_and_the_old_version_serves(workspace: Workspace) -> None:
    journey = small_journey(workspace)
    first = published(journey)
    actions.update_stage(stage=journey.draft_stages()[1], fields={"rule": {"touch": []}})
    with pytest.raises(InputError):
        publishing.propose(journey=journey, by=None, note="")
    assert journey.serving == first
