"""Reading a journey: what stands in the file and what is filled in."""

from pathlib import Path

import pytest

from tropa.analysis.condition import Compare, Count, Not
from tropa.analysis.model import JourneyModel
from tropa.analysis.tests.journeys import stage_lines

GUIDE = Path(__file__).parents[4] / "docs" / "guide" / "journeys"

SMALL = """
journey: {key: sales, label: {ru: Продажи, en: Sales}, unit: deal, reopen_days: 30}
stages:
  - {key: paid, rank: 3, won: true, label: {ru: Оплачен, en: Paid}}
  - key: interest
    rank: 1
    label: Интерес
    enter: {touch: [blog_visit, ad_click]}
    horizon_days: 100
    inactivity_days: 20.5
    target_conversion: 25 %
    target_days: 30
    target_drop: 40 %
    target_nps: -4
    loss_weight: 0.1
  - {key: offer, rank: 2.5, phase: sale, target_conversion: 0.4}
lost: {touch: deal_lost, reason: lost_reason}
completed: {touch: contract_ended}
client_activity: {not: {touch: [email_sent]}}
first_value: {count: {of: {field: touch.screen, is: report}, at_least: 3}}
"""


def test_a_journey_is_read_with_its_stages_in_rank_order() -> None:
    model = JourneyModel.parse(SMALL, name="sales.yaml")

    assert [stage.key for stage in model.stages] == ["interest", "offer", "paid"]
    assert (model.key, model.unit, model.reopen_days, model.source) == ("sales", "deal", 30, "sales.yaml")
    assert model.label == {"ru": "Продажи", "en": "Sales"}
    interest = model.stages[0]
    assert interest.label == {"ru": "Интерес", "en": "Интерес"}
    assert interest.rule == Compare("touch.type", "in", ("blog_visit", "ad_click"))
    assert (interest.horizon_days, interest.inactivity_days, interest.loss_weight) == (100, 20.5, 0.1)
    assert (interest.target_conversion, interest.target_days, interest.target_drop) == (0.25, 30, 0.4)
    assert interest.target_nps == -4
    assert model.stages[1].target_conversion == 0.4
    assert [stage.won for stage in model.stages] == [False, False, True]


def test_the_rules_of_a_journey_are_conditions() -> None:
    model = JourneyModel.parse(SMALL)

    assert model.lost == Compare("touch.type", "in", ("deal_lost",))
    assert model.completed == Compare("touch.type", "in", ("contract_ended",))
    assert model.client_activity == Not(Compare("touch.type", "in", ("email_sent",)))
    assert isinstance(model.first_value, Count)
    assert len(model.rules()) == 7


def test_the_log_must_keep_the_extra_columns_that_rules_and_reason_name() -> None:
    assert JourneyModel.parse(SMALL).properties() == {"screen", "lost_reason"}


def test_canonical_fields_are_no_extra_columns() -> None:
    text = stage_lines("{key: a, rank: 1, enter: {field: touch.channel, is: email}}")

    assert JourneyModel.parse(text).properties() == frozenset()


def test_a_stage_without_a_rule_is_entered_by_the_activity_named_like_it() -> None:
    assert JourneyModel.parse(SMALL).stages[2].rule == Compare("touch.type", "in", ("paid",))


def test_stages_known_to_the_reference_get_its_defaults() -> None:
    keys = ["awareness", "consideration", "decision", "purchase", "onboarding", "loyalty", "advocacy"]
    stages = JourneyModel.parse(stage_lines(*(f"{{key: {key}, rank: {at}}}" for at, key in enumerate(keys)))).stages

    assert [stage.horizon_days for stage in stages] == [180, 120, 90, 45, 60, 120, 120]
    assert [stage.inactivity_days for stage in stages] == [90, 60, 45, 30, 21, 90, 180]
    assert [stage.loss_weight for stage in stages] == [0.05, 0.2, 0.5, 0.75, 1, 1, 1]


def test_the_phase_follows_from_the_won_stage_and_gives_the_other_defaults() -> None:
    stages = JourneyModel.parse(
        stage_lines("{key: a, rank: 1}", "{key: b, rank: 2, won: true}", "{key: c, rank: 3}")
    ).stages

    assert [stage.phase for stage in stages] == ["pre_sale", "sale", "post_sale"]
    assert [stage.horizon_days for stage in stages] == [120, 60, 90]
    assert [stage.inactivity_days for stage in stages] == [60, 30, 90]
    assert [stage.loss_weight for stage in stages] == [0.2, 0.5, 1]


def test_without_a_won_stage_every_stage_is_before_the_sale() -> None:
    stages = JourneyModel.parse(stage_lines("{key: a, rank: 1}", "{key: b, rank: 2}")).stages

    assert [stage.phase for stage in stages] == ["pre_sale", "pre_sale"]


def test_default_weights_never_fall_below_an_earlier_stage() -> None:
    stages = JourneyModel.parse(stage_lines("{key: a, rank: 1, loss_weight: 0.9}", "{key: b, rank: 2}")).stages

    assert [stage.loss_weight for stage in stages] == [0.9, 0.9]


@pytest.mark.parametrize(
    ("written", "fraction"),
    [("25 %", 0.25), ('"25%"', 0.25), ("'12,5 %'", 0.125), ("1", 1), ("100 %", 1), ("0.3", 0.3)],
)
def test_a_target_is_a_fraction_or_a_percentage(written: str, fraction: float) -> None:
    model = JourneyModel.parse(stage_lines(f"{{key: a, rank: 1, target_conversion: {written}}}"))

    assert model.stages[0].target_conversion == fraction


def test_words_that_yaml_would_turn_into_truth_or_dates_stay_texts() -> None:
    text = stage_lines("{key: no, rank: 1, enter: {touch: [on, yes, 2024-05-01, '5']}}")

    stage = JourneyModel.parse(text).stages[0]
    assert (stage.key, stage.rule) == ("no", Compare("touch.type", "in", ("on", "yes", "2024-05-01", "5")))


def test_a_file_is_read_with_its_name_as_source(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())

    assert JourneyModel.read(file).source == "mine.yaml"


def test_the_journeys_of_the_guide_are_readable() -> None:
    olist = JourneyModel.read(GUIDE / "olist.yaml")
    assert [(stage.key, stage.rank, stage.won) for stage in olist.stages] == [("lead", 1, False), ("won", 2, True)]

    classic = JourneyModel.read(GUIDE / "classic.yaml")
    assert len(classic.stages) == 7
    entering = [name for stage in classic.stages if isinstance(stage.enter, Compare) for name in stage.enter.operand]  # type: ignore[union-attr]
    assert len(entering) == len(set(entering))


def test_the_classic_journey_of_the_guide_writes_out_the_defaults() -> None:
    classic = JourneyModel.read(GUIDE / "classic.yaml")
    bare = JourneyModel.parse(
        stage_lines(*(f"{{key: {stage.key}, rank: {stage.rank}, phase: {stage.phase}}}" for stage in classic.stages))
    )

    for written, default in zip(classic.stages, bare.stages, strict=True):
        assert written.horizon_days == default.horizon_days
        assert written.inactivity_days == default.inactivity_days
        assert written.loss_weight == default.loss_weight
