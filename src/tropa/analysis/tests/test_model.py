"""Reading a journey: what stands in the file, what is filled in, and what a person is told about mistakes."""

from pathlib import Path

import pytest

from tropa.analysis.condition import Compare, Count, Not
from tropa.analysis.model import JourneyModel
from tropa.analysis.problem import InputError

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
    loss_weight: 0.1
  - {key: offer, rank: 2.5, phase: sale, target_conversion: 0.4}
lost: {touch: deal_lost, reason: lost_reason}
completed: {touch: contract_ended}
client_activity: {not: {touch: [email_sent]}}
first_value: {count: {of: {field: touch.screen, is: report}, at_least: 3}}
"""


def stage_lines(*stages: str) -> str:
    return "journey: {key: j}\nstages:\n" + "".join(f"  - {stage}\n" for stage in stages)


def complaint(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        JourneyModel.parse(text, name="j.yaml")
    return caught.value


def test_a_journey_is_read_with_its_stages_in_rank_order() -> None:
    model = JourneyModel.parse(SMALL, name="sales.yaml")

    assert [stage.key for stage in model.stages] == ["interest", "offer", "paid"]
    assert (model.key, model.unit, model.reopen_days, model.source) == ("sales", "deal", 30, "sales.yaml")
    assert model.label == {"ru": "Продажи", "en": "Sales"}
    interest = model.stages[0]
    assert interest.label == {"ru": "Интерес", "en": "Интерес"}
    assert interest.rule == Compare("touch.type", "in", ("blog_visit", "ad_click"))
    assert (interest.horizon_days, interest.inactivity_days, interest.loss_weight) == (100, 20.5, 0.1)
    assert (interest.target_conversion, interest.target_days) == (0.25, 30)
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


@pytest.mark.parametrize("written", ["25", "0", "0 %", "101 %", "-0.1", "a quarter", "true", "[1]", "null"])
def test_a_target_outside_its_range_is_refused(written: str) -> None:
    error = complaint(stage_lines(f"{{key: a, rank: 1, target_conversion: {written}}}"))

    assert error.code == "bad_journey"
    assert error.en.startswith("j.yaml:3: stages[1].target_conversion: given ")
    assert "0.25 or 25 %" in error.en
    assert "0.25 или 25 %" in error.ru


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        ("{key: a, rank: 2}", "stages[2].key: the stage 'a' is already there"),
        ("{key: b, rank: 1}", "stages[2].rank: the rank 1 belongs to stage 'a'"),
        ("{key: b, rank: two}", "stages[2].rank: given 'two', needed: a number"),
        ("{key: b, rank: true}", "stages[2].rank: given true, needed: a number"),
        ("{key: b, rank: .nan}", "stages[2].rank: given '.nan'"),
        ("{key: b}", "stages[2].rank: the required key 'rank' is missing"),
        ("{rank: 2}", "stages[2].key: the required key 'key' is missing"),
        ("{key: 7, rank: 2}", "stages[2].key: given 7, needed: a text, not empty (numbers in quotes)"),
        ("{key: ' ', rank: 2}", "stages[2].key: given ' '"),
        ("{key: b, rank: 2, label: []}", "stages[2].label: given [], needed: a text or {ru"),
        ("{key: b, rank: 2, label: {de: B}}", "stages[2].label.de: unknown key 'de'"),
        ("{key: b, rank: 2, horizon_days: 0}", "stages[2].horizon_days: given 0, needed: days above 0"),
        ("{key: b, rank: 2, inactivity_days: -1}", "stages[2].inactivity_days: given -1"),
        ("{key: b, rank: 2, target_days: soon}", "stages[2].target_days: given 'soon'"),
        ("{key: b, rank: 2, phase: presale}", "stages[2].phase: given 'presale'; did you mean 'pre_sale'?"),
        ("{key: b, rank: 2, horizon: 3}", "stages[2].horizon: unknown key 'horizon'; did you mean 'horizon_days'?"),
        ("{key: b, rank: 2, won: yes}", "stages[2].won: given 'yes', needed: true or false"),
        ("{key: b, rank: 2, won: true}", "stages[2].won: the stage 'a' is already the won one"),
        ("{key: b, rank: 2, loss_weight: 1.5}", "stages[2].loss_weight: given 1.5, needed: a number from 0 to 1"),
        ("{key: b, rank: 2, loss_weight: 0.1}", "stages[2].loss_weight: the weight 0.1 is below 0.5 of stage 'a'"),
        ("{key: b, rank: 2, enter: {touch: []}}", "stages[2].enter.touch: given []"),
        ("{key: b, rank: 2, enter: {tuch: x}}", "stages[2].enter.tuch: unknown key 'tuch'; did you mean 'touch'?"),
        ("{key: b, rank: 2, enter: x}", "stages[2].enter: given 'x', needed: a condition"),
        ("{key: b, rank: 2, enter: {field: stage, is: a}}", "stages[2].enter: the field stage is not known here"),
        ("b", "stages[2]: given 'b', needed: keys of: key, label"),
    ],
)
def test_a_mistake_in_a_stage_is_told_with_file_line_and_key(stage: str, told: str) -> None:
    error = complaint(stage_lines("{key: a, rank: 1, won: true}", stage))

    assert error.code == "bad_journey"
    assert f"j.yaml:4: {told}" in error.en
    assert "j.yaml:4: stages[2]" in error.ru


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "j.yaml: given null, needed: keys of: journey, stages"),
        ("[]", "j.yaml:1: given [], needed: keys of: journey, stages"),
        ("stages: [{key: a, rank: 1}]", "j.yaml:1: journey: the required key 'journey' is missing"),
        ("journey: {key: j}", "j.yaml:1: stages: the required key 'stages' is missing"),
        ("journey: {key: j}\nstages: []", "j.yaml:2: stages: given [], needed: a list of stages, not empty"),
        (
            "journey: {key: j, unit: acount}\nstages: []",
            "j.yaml:1: journey.unit: given 'acount'; did you mean 'account'?",
        ),
        ("journey: {key: j, reopen_days: -1}\nstages: []", "j.yaml:1: journey.reopen_days: given -1"),
        ("journey: 5\nstages: []", "j.yaml:1: journey: given 5, needed: keys of: key, label"),
        ("journey: {key: j}\nstage: []", "j.yaml:2: stage: unknown key 'stage'; did you mean 'stages'?"),
        ("journey: {key: j}\nstages: []\nlost: {reason: x}", "j.yaml:3: lost: given {}, needed: a condition"),
        ("journey: {key: j}\nstages: []\nlost: {touch: x, reason: 5}", "j.yaml:3: lost.reason: given 5"),
        ("journey: {key: j}\njourney: {key: k}\nstages: []", "j.yaml:2: journey: the key was already given in line 1"),
        ("journey: {key: !!int 5}\nstages: []", "j.yaml:1: journey.key: YAML tags are not used here"),
        ("? [a]\n: 5\n", "j.yaml:1: a key must be a text"),
        (f"journey: {{key: j}}\nstages: [{'{}, ' * 300}]", "j.yaml:2: stages: 300 stages, at most 200"),
    ],
)
def test_a_mistake_around_the_stages_is_told_with_file_line_and_key(text: str, told: str) -> None:
    error = complaint(text)

    assert error.code == "bad_journey"
    assert told in error.en.splitlines() or any(line.startswith(told) for line in error.en.splitlines())


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    error = complaint(stage_lines("{key: a, rank: 1, horizn: 5}", "{key: a, rank: x}", "{rank: 3, phase: later}"))

    lines = [line.split(":")[1] for line in error.en.splitlines()]
    assert lines == ["3", "4", "4", "5", "5"]
    assert len(error.ru.splitlines()) == 5


def test_a_hopeless_file_is_told_in_a_message_of_bounded_length() -> None:
    error = complaint("journey: {key: j}\nstages: []\n" + "".join(f"key_{at}: 1\n" for at in range(500)))

    assert len(error.en.splitlines()) == 51
    assert error.en.endswith("and 451 more")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("journey: {key: j", "j.yaml:1:17: not readable as YAML"),
        ("journey:\n\tkey: j", "j.yaml:2:1: not readable as YAML"),
        ("journey: &a {key: j}\nstages: *a", "j.yaml:2:9: YAML anchors and aliases"),
        ("journey: \x00", "j.yaml: not readable as YAML (forbidden characters"),
        ("[" * 50_000, "j.yaml: not readable as YAML (forbidden characters or nested too deeply)"),
    ],
)
def test_a_text_that_is_no_plain_yaml_is_refused(text: str, told: str) -> None:
    error = complaint(text)

    assert error.code == "bad_yaml"
    assert error.en.startswith(told)


def test_growing_aliases_are_refused_before_they_grow() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert complaint(bomb).code == "bad_yaml"


def test_a_deeply_nested_rule_is_refused() -> None:
    nested = "{not: " * 100 + "{touch: x}" + "}" * 100

    assert "nested too deeply" in complaint(stage_lines(f"{{key: a, rank: 1, enter: {nested}}}")).en


def test_words_that_yaml_would_turn_into_truth_or_dates_stay_texts() -> None:
    text = stage_lines("{key: no, rank: 1, enter: {touch: [on, yes, 2024-05-01, '5']}}")

    stage = JourneyModel.parse(text).stages[0]
    assert (stage.key, stage.rule) == ("no", Compare("touch.type", "in", ("on", "yes", "2024-05-01", "5")))


def test_a_file_is_read_with_its_name_as_source(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())

    assert JourneyModel.read(file).source == "mine.yaml"


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"journey: {key: j}\nstages: \xff", "bad_yaml", "mine.yaml:2: the file is not UTF-8"),
        (b"#" * 1_000_001, "journey_too_large", "mine.yaml: larger than 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_journey_is_refused(tmp_path: Path, content: bytes, code: str, told: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)

    with pytest.raises(InputError) as caught:
        JourneyModel.read(file)
    assert caught.value.code == code
    assert caught.value.en.startswith(told)


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="the journey file cannot be opened") as caught:
        JourneyModel.read(tmp_path / name)
    assert caught.value.code == "journey_not_found"


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
