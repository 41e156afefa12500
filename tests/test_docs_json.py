"""docs/reference/analyze-json.md against documents of rich, poor and odd logs: keys, types, absent values."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, get_args

import pytest

from tests import tree
from tropa.analysis import EventLog, JourneyModel, analyse, document
from tropa.analysis.figure import Reason
from tropa.engine import Engine

PAGE = tree.ROOT / "docs" / "reference" / "analyze-json.md"
REASONS = frozenset(get_args(Reason))
TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "text": (str,),
    "moment": (str,),
    "flag": (bool,),
    "list": (list,),
    "object": (dict,),
    "label": (dict,),
    "Share": (dict,),
}

JOURNEY = """
journey: {key: sale, label: {ru: "Продажа", en: "Sale"}}
stages:
  - {key: interest, rank: 1, enter: {touch: visit}, horizon_days: 30, inactivity_days: 30, target_days: 7}
  - {key: meeting, rank: 2, enter: {touch: demo}, horizon_days: 30, target_conversion: 0.5}
  - {key: purchase, rank: 3, enter: {touch: contract}, won: true, horizon_days: 30}
  - {key: use, rank: 4, enter: {touch: login}, horizon_days: 30, inactivity_days: 60}
  - {key: praise, rank: 5, enter: {touch: review}}
lost: {touch: lost, reason: why}
completed: {touch: ended}
first_value: {touch: deal_in_crm}
"""
# Most stay on its first stage, nobody comes to the others, and none of them is a purchase.
OTHER_JOURNEY = """
journey: {key: other}
lost: {touch: lost}
stages:
  - {key: visit, rank: 1, inactivity_days: 365}
  - {key: nothing, rank: 2}
  - {key: nobody, rank: 3}
"""
# case, day of 2024, activity: won and completed; lost and back and lost; silent; skipping; returning; late and open.
STORY = (
    "a 1 visit, a 3 demo, a 9 contract, a 12 login, a 13 deal_in_crm, a 40 review, a 60 ended,"
    "b 1 visit, b 5 demo, b 8 lost, b 20 demo, b 30 lost,"
    "c 2 visit, d 1 visit, d 70 contract, d 80 login, d 85 visit, d 180 visit,"
    "e 175 visit, e 176 demo, e 178 contract, f 10 demo, f 15 visit, f 18 demo"
)


@dataclass(frozen=True)
class Row:
    """One line of the tables of the page."""

    path: str
    type: str
    nullable: bool
    optional: bool
    null: str

    @property
    def reasons(self) -> frozenset[str]:
        return REASONS & set(re.findall(r"`(\w+)`", self.null))


@cache
def documented() -> dict[str, Row]:
    """Path → line of the page; the keys of shares and labels are added to each."""
    rows: dict[str, Row] = {}
    for cells in tables():
        row = Row(
            cells[0].strip("`"),
            cells[1].split(",")[0].split()[0],
            "null" in cells[1],
            "optional" in cells[1],
            cells[-1],
        )
        assert row.path not in rows, f"{row.path} is documented twice"
        rows[row.path] = row
        rows |= {part.path: part for part in parts(row)}
    return rows


def tables() -> Iterator[list[str]]:
    """Cells of the lines that document a path: four columns, the last one about null."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and cells[0].startswith("`"):
            yield cells


def parts(row: Row) -> Iterator[Row]:
    if row.type == "label":
        yield from (Row(f"{row.path}.{language}", "text", False, False, "") for language in ("ru", "en"))
    if row.type == "Share":
        for key in ("k", "n", "value", "low", "high"):
            kind = "integer" if key in "kn" else "number"
            yield Row(f"{row.path}.{key}", kind, bool(row.null), False, row.null if key == "value" else "")
        if row.null:
            yield Row(f"{row.path}.reason", "text", False, True, "")


@dataclass(frozen=True)
class Found:
    """One value of a document: its path, the value, and the object that holds it."""

    path: str
    value: Any
    within: dict[str, Any]


def found(node: Any, path: str = "") -> Iterator[Found]:
    if isinstance(node, list):
        for item in node:
            yield from found(item, f"{path}[]")
    elif isinstance(node, dict) and path != "source.columns":
        for key, value in node.items():
            below = f"{path}.{key}" if path else key
            yield Found(below, value, node)
            yield from found(value, below)


def story(text: str = STORY) -> list[dict[str, object]]:
    """The touches of a story, with a contact, a channel and half an hour of work for each."""
    return [touch(*told.split()) for told in text.split(",")]


def fewer_go_on() -> str:
    """Forty come in January and two days later to a meeting; of forty in February nobody does; somebody in April."""
    january = (f"j{n} 5 visit, j{n} 7 demo" for n in range(40))
    return ",".join((*january, *(f"f{n} 40 visit" for n in range(40)), "m 100 visit"))


def touch(case: str, day: str, type_: str) -> dict[str, object]:
    moment = datetime.strptime(f"2024 {day} +0000", "%Y %j %z").astimezone(UTC)
    return {
        "case_id": case,
        "type": type_,
        "occurred_at": moment,
        "ended_at": moment.replace(minute=30),
        "contact_id": f"{case}-1",
        "channel": "site",
        "why": "price" if case == "b" else None,
    }


def made(engine: Engine, rows: Sequence[dict[str, object]], journey: str | None) -> dict[str, Any]:
    """The document as a reader of the JSON gets it."""
    model = None if journey is None else JourneyModel.parse(journey)
    log = EventLog.from_rows(rows, engine=engine)
    given: dict[str, Any] = json.loads(json.dumps(document(analyse(log, model)), allow_nan=False))
    return given


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    at_once = [
        row | {"occurred_at": datetime(2024, 5, 1, tzinfo=UTC)} for row in story("a 1 visit, a 1 demo, b 1 visit")
    ]
    with Engine(memory_mb=512, threads=2) as engine:
        cases = [(story(), JOURNEY), (story(), None), (story(), OTHER_JOURNEY), (at_once, None)]
        cases += [(story("a 1 visit"), JOURNEY), (story("a 1 contract"), JOURNEY), (story(fewer_go_on()), JOURNEY)]
        return [made(engine, rows, journey) for rows, journey in cases]


@pytest.fixture(scope="module")
def values(documents: list[dict[str, Any]]) -> list[Found]:
    return [value for given in documents for value in found(given)]


def test_the_page_has_paths() -> None:
    assert {"schema", "stages[].conversion.mature.low", "question.journey.label.ru"} <= set(documented())


def test_every_key_is_documented(values: list[Found]) -> None:
    assert sorted({value.path for value in values} - set(documented())) == []


def test_every_documented_key_occurs(values: list[Found]) -> None:
    assert sorted(set(documented()) - {value.path for value in values}) == []


def test_keys_that_are_not_optional_are_always_there(documents: list[dict[str, Any]]) -> None:
    needed = [row.path for row in documented().values() if not row.optional]
    holders = [("", given) for given in documents]
    holders += [(held.path, held.value) for given in documents for held in found(given)]
    objects = [(path, item) for path, value in holders for path, item in opened(path, value)]
    missing = {path for holder, item in objects for path in needed if is_of(path, holder) and last(path) not in item}
    assert sorted(missing) == []


def opened(path: str, value: Any) -> list[tuple[str, dict[str, Any]]]:
    """The objects at a path: itself, or the members of a list."""
    if isinstance(value, dict):
        return [(path, value)]
    return [(f"{path}[]", item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def is_of(path: str, holder: str) -> bool:
    return path.rpartition(".")[0] == holder


def last(path: str) -> str:
    return path.rpartition(".")[2]


def test_types_are_as_documented(values: list[Found]) -> None:
    wrong = {
        value.path
        for value in values
        if value.value is not None
        and (
            not isinstance(value.value, TYPES[documented()[value.path].type])
            # A flag is an integer to Python, not to a reader of the page.
            or isinstance(value.value, bool) != (documented()[value.path].type == "flag")
        )
    }
    assert sorted(wrong) == []


def test_null_only_where_documented(values: list[Found]) -> None:
    assert (
        sorted({value.path for value in values if value.value is None and not documented()[value.path].nullable}) == []
    )


def test_a_missing_share_has_one_of_its_reasons(values: list[Found]) -> None:
    shares = [value for value in values if "value" in value.within and last(value.path) == "value"]
    assert {value.value is None for value in shares} == {True, False}
    for share in shares:
        reason = share.within.get("reason")
        assert (reason in documented()[share.path].reasons) if share.value is None else reason is None, share


def test_a_missing_median_has_one_of_its_reasons(values: list[Found]) -> None:
    medians = [value for value in values if value.path == "stages[].dwell.km_median_seconds"]
    for median in medians:
        reason = median.within.get("reason")
        assert (reason in documented()[median.path].reasons) if median.value is None else reason is None, median


def test_every_documented_reason_occurs(values: list[Found]) -> None:
    seen = {(value.path, reason_of(value)) for value in values if value.value is None}
    told = {
        (row.path, reason)
        for row in documented().values()
        for reason in row.reasons
        if last(row.path) in ("value", "km_median_seconds")
    }
    assert sorted(told - seen) == []


def reason_of(value: Found) -> str | None:
    reason = value.within.get("reason")
    return reason if isinstance(reason, str) else None


def test_exits_sum_to_visits_and_endings_to_count(documents: list[dict[str, Any]]) -> None:
    stages = [stage for given in documents for stage in given["stages"]]
    assert [stage["visits"] for stage in stages] == [sum(stage["exits"].values()) for stage in stages]
    variants = [variant for given in documents for variant in given["variants"]]
    assert [variant["count"] for variant in variants] == [sum(variant["endings"].values()) for variant in variants]
