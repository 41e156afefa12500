"""What a person is told about mistakes in a journey."""

from pathlib import Path

import pytest

from tropa.analysis.model import JourneyModel
from tropa.analysis.problem import InputError
from tropa.analysis.tests.journeys import stage_lines


def complaint(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        JourneyModel.parse(text, name="j.yaml")
    return caught.value


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
