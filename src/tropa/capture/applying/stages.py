"""Pipelines and stages that rows name: found by name or key, made when there is none."""

import re

from tropa.capture.applying.books import Entry, Trace
from tropa.capture.applying.desk import Desk
from tropa.capture.rows import Row
from tropa.customers.domain import folded, latin_key

OPEN, WON, LOST = "open", "won", "lost"
_WON = re.compile(r"\bwon\b|выигр|успешн|реализован|оплачен|^142$|(^|[:_])won$|подписан")
_LOST = re.compile(r"\blos[te]\b|\blose\b|проигр|провал|отказ|не реализован|^143$|(^|[:_])(lose|apology|junk)$|потер")
_DEFAULT_NAME = "Сделки"


def load(desk: Desk) -> None:
    desk.pipelines.load({"all"})
    desk.stages.load({"all"})


def ending_of(row: Row, stage: str) -> str:
    """Open, won or lost: as the flags of the row say, else as the name of the stage sounds."""
    semantics = row.text("semantics").upper()
    if semantics in ("S", "F"):
        return WON if semantics == "S" else LOST
    if row.values.get("is_won") is True:
        return WON
    if row.values.get("is_closed") is True and "is_won" in row.values:
        return LOST
    name = folded(stage)
    if _LOST.search(name):
        return LOST
    return WON if _WON.search(name) else OPEN


def stage_of(desk: Desk, trace: Trace, row: Row, pipeline_name: str) -> Entry:
    """The stage that a row names. pipeline_name: for all rows, when they do not say it themselves."""
    pipeline = _pipeline(desk, trace, row.text("pipeline") or pipeline_name)
    name = row.text("stage")
    stages = stages_in(desk, pipeline.id)
    ending = ending_of(row, name)
    if not name:
        fitting = [each for each in stages if each.values["kind"] == ending]
        if fitting:
            return fitting[0]
        name = {OPEN: "Новая", WON: "Выиграна", LOST: "Проиграна"}[ending]
    return _named(stages, name) or _make_stage(desk, trace, pipeline, name, ending)


def stages_in(desk: Desk, pipeline_id: int) -> list[Entry]:
    """Stages of a pipeline in their order."""
    here = [each for each in desk.stages.all_of("all") if each.values["pipeline_id"] == pipeline_id]
    return sorted(here, key=lambda each: (each.values["position"], each.id < 0, abs(each.id)))


def is_first(desk: Desk, stage: Entry) -> bool:
    return stages_in(desk, stage.values["pipeline_id"])[0] is stage


def by_id(desk: Desk, stage_id: int) -> Entry:
    return desk.stages.by_id[stage_id]


def pipeline_of(desk: Desk, stage: Entry) -> Entry:
    return desk.pipelines.by_id[stage.values["pipeline_id"]]


def _named(entries: list[Entry], name: str) -> Entry | None:
    wanted = folded(name)
    same = [each for each in entries if folded(each.values["name"]) == wanted]
    return next(iter(same or [each for each in entries if each.values["key"] == wanted]), None)


def _pipeline(desk: Desk, trace: Trace, name: str) -> Entry:
    pipelines = sorted(desk.pipelines.all_of("all"), key=lambda each: each.values["position"])
    found = _named(pipelines, name) if name else next(iter(pipelines), None)
    if found is not None:
        return found
    name = name or _DEFAULT_NAME
    key = _free(latin_key(name) or "pipeline", {each.values["key"] for each in pipelines})
    made = desk.pipelines.create(trace, key=key, name=name, position=len(pipelines), is_strict=False)
    desk.pipelines.flush()
    desk.tally.name("pipelines", name)
    return made


def _make_stage(desk: Desk, trace: Trace, pipeline: Entry, name: str, ending: str) -> Entry:
    stages = stages_in(desk, pipeline.id)
    key = _free(latin_key(name) or "stage", {each.values["key"] for each in stages})
    made = desk.stages.create(
        trace, pipeline_id=pipeline.id, key=key, name=name, position=_position(stages, ending), kind=ending
    )
    desk.stages.flush()
    desk.tally.name("stages", f"{pipeline.values['name']}: {name}")
    return made


def _position(stages: list[Entry], ending: str) -> int:
    """Behind the open stages and before the ends: stages of one position stand in the order they were made."""
    if ending != OPEN:
        return 9000
    return max((each.values["position"] for each in stages if each.values["kind"] == OPEN), default=0)


def _free(key: str, taken: set[str]) -> str:
    free, number = key, 2
    while free in taken:
        free, number = f"{key}_{number}", number + 1
    return free
