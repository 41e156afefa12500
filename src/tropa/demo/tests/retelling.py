"""A slow, obvious reading of the demo log: one account after the other, touch by touch, with the journey file."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import yaml

from tropa.demo import JOURNEY

DAY = 86_400 * 1_000_000
ENDINGS = ("deal_lost", "contract_cancelled")


@dataclass
class Story:
    """One account: the stages it entered, days spent on each, how it stands at the end of the log."""

    account: str
    path: list[str] = field(default_factory=list)
    days: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    ending: str = "open"
    last_type: str | None = None
    reason: str | None = None
    broken_silences: int = 0

    @property
    def final(self) -> str:
        return self.path[-1]

    def returns(self, rank: dict[str, int]) -> list[tuple[str, str]]:
        pairs = zip(self.path, self.path[1:], strict=False)
        return [(source, target) for source, target in pairs if rank[target] < rank[source]]


def journey() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(JOURNEY.read_text("utf-8"))
    return document


def ranks() -> dict[str, int]:
    return {stage["key"]: stage["rank"] for stage in journey()["stages"]}


def retell(log: pa.Table) -> list[Story]:
    """What happened to every account of the log."""
    moments = log["occurred_at"].cast(pa.int64())
    last = max(moments.to_pylist())
    return [_story(account, touches, last) for account, touches in _by_account(log, moments)]


def _by_account(log: pa.Table, moments: pa.ChunkedArray) -> Iterator[tuple[str, list[tuple[int, str, str | None]]]]:
    touches = defaultdict(list)
    columns = (log["case_id"], moments, log["type"], log["lost_reason"])
    for account, at, type_, reason in zip(*(column.to_pylist() for column in columns), strict=True):
        touches[account].append((at, type_, reason))
    for account, found in touches.items():
        # Stable: touches of one moment keep the order of the file.
        yield account, sorted(found, key=lambda touch: touch[0])


def _story(account: str, touches: list[tuple[int, str, str | None]], as_of: int) -> Story:
    story = Story(account)
    entered = alive = 0
    for at, type_, reason in touches:
        if type_ in ENDINGS:
            story.ending, story.reason = "lost", reason
            story.days[story.final] += (at - entered) / DAY
            return story
        stage = ENTRY.get(type_)
        if stage is None and type_ in NOT_THE_CLIENT:
            continue
        if story.path and at - alive >= SILENCE[story.final] * DAY:
            story.broken_silences += 1
        if stage is not None and (not story.path or stage != story.final):
            if story.path:
                story.days[story.final] += (at - entered) / DAY
            story.path.append(stage)
            entered = at
        alive, story.last_type = at, type_
    silent = as_of - alive >= SILENCE[story.final] * DAY
    story.ending = "silent" if silent else "open"
    story.days[story.final] += ((alive if silent else as_of) - entered) / DAY
    return story


ENTRY = {type_: stage["key"] for stage in journey()["stages"] for type_ in stage["enter"]["touch"]}
SILENCE = {stage["key"]: stage["inactivity_days"] for stage in journey()["stages"]}
NOT_THE_CLIENT = frozenset(journey()["client_activity"]["not"]["touch"])
