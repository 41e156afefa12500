"""Stages out of plain data: what each says itself, what follows from its neighbours, and the defaults for the rest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tropa.analysis.condition import Compare, Condition, fields, read
from tropa.analysis.model.stage import (
    HORIZON_DAYS,
    INACTIVITY_DAYS,
    LOSS_WEIGHT,
    PHASE_HORIZON_DAYS,
    PHASE_INACTIVITY_DAYS,
    PHASE_LOSS_WEIGHT,
    PHASES,
    Phase,
    Stage,
)
from tropa.analysis.model.values import Labels, Node, Values
from tropa.analysis.problem import KeyPath

MOST_STAGES = 200

STAGE_KEYS = (
    "key",
    "label",
    "rank",
    "phase",
    "enter",
    "won",
    "horizon_days",
    "inactivity_days",
    "target_conversion",
    "target_days",
    "target_drop",
    "target_nps",
    "loss_weight",
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A stage as written, before defaults; path: its place in the document."""

    path: KeyPath
    key: str
    rank: float
    label: Labels
    phase: Phase | None
    enter: Condition
    won: bool
    horizon_days: float | None
    inactivity_days: float | None
    loss_weight: float | None
    target_conversion: float | None
    target_days: float | None
    target_drop: float | None
    target_nps: float | None


class StageReader(Values):
    """From plain data to stages and rules; what cannot be read becomes a problem and a value to throw away."""

    def stages(self, node: object) -> tuple[Stage, ...]:
        if not isinstance(node, list) or not node:
            self.problems.wrong_type(("stages",), node, ru="непустой список этапов", en="a list of stages, not empty")
            return ()
        if len(node) > MOST_STAGES:
            self.problems.add(
                ("stages",),
                ru=f"этапов {len(node)}, допустимо не больше {MOST_STAGES}",
                en=f"{len(node)} stages, at most {MOST_STAGES} are allowed",
            )
            return ()
        drafts = [self._draft(item, ("stages", at)) for at, item in enumerate(node)]
        self._refuse_twins(drafts)
        drafts.sort(key=lambda draft: draft.rank)
        won = next((draft.rank for draft in drafts if draft.won), None)
        phases = [draft.phase or _phase(draft.rank, won) for draft in drafts]
        stages = tuple(map(_stage, drafts, phases, self._weights(drafts, phases)))
        if drafts[-1].won and drafts[-1].inactivity_days is None:
            # The journey ends with the purchase: who bought has reached its end and is not lost by being silent.
            return (*stages[:-1], replace(stages[-1], inactivity_days=math.inf))
        return stages

    def rule(self, node: Node, key: str, path: KeyPath) -> Condition | None:
        """A condition on touches; it cannot ask for the stage, which follows from it."""
        if key not in node:
            return None
        rule = read(node[key], (*path, key), self.problems)
        if "stage" in fields(rule):
            self.problems.add(
                (*path, key),
                ru="поле stage здесь неизвестно: этапы выводятся из этих правил",
                en="the field stage is not known here: stages follow from these rules",
            )
        return rule

    def _draft(self, item: object, path: KeyPath) -> _Draft:
        node = self.mapping(item, path, STAGE_KEYS)
        key = self.required_text(node, "key", path) if isinstance(item, dict) else ""
        if "rank" not in node and isinstance(item, dict):
            self.problems.missing(path, "rank")
        rank = self.number(node, "rank", path, low=-1e6, high=1e6)
        return _Draft(
            path=path,
            key=key,
            rank=math.nan if rank is None else rank,
            label=self.label(node, path, key),
            phase=self.choice(node, "phase", path, PHASES),
            enter=self.rule(node, "enter", path) or Compare("touch.type", "in", (key,)),
            won=self.flag(node, "won", path),
            horizon_days=self.days(node, "horizon_days", path),
            inactivity_days=self.days(node, "inactivity_days", path),
            loss_weight=self.number(node, "loss_weight", path, low=0, high=1),
            target_conversion=self.share(node, "target_conversion", path),
            target_days=self.days(node, "target_days", path),
            target_drop=self.share(node, "target_drop", path),
            target_nps=self.number(node, "target_nps", path, low=-100, high=100),
        )

    def _refuse_twins(self, drafts: Sequence[_Draft]) -> None:
        for at, draft in enumerate(drafts):
            for earlier in drafts[:at]:
                if draft.key and draft.key == earlier.key:
                    self.problems.add(
                        (*draft.path, "key"),
                        ru=f"этап «{draft.key}» уже описан; у каждого этапа свой ключ",
                        en=f"the stage '{draft.key}' is already there; each stage needs a key of its own",
                    )
                if draft.rank == earlier.rank:
                    self.problems.add(
                        (*draft.path, "rank"),
                        ru=f"ранг {draft.rank:g} уже у этапа «{earlier.key}»; у каждого этапа свой ранг",
                        en=f"the rank {draft.rank:g} belongs to stage '{earlier.key}'; each stage needs its own",
                    )
                if draft.won and earlier.won:
                    self.problems.add(
                        (*draft.path, "won"),
                        ru=f"выигрышным уже назван этап «{earlier.key}»; такой этап один",
                        en=f"the stage '{earlier.key}' is already the won one; a journey has at most one",
                    )

    def _weights(self, drafts: Sequence[_Draft], phases: Sequence[Phase]) -> list[float]:
        """Weights in rank order: given ones as they are, defaults never below what came before."""
        weights: list[float] = []
        before, greatest = "", 0.0
        for draft, phase in zip(drafts, phases, strict=True):
            given = draft.loss_weight
            if given is not None and given < greatest:
                self.problems.add(
                    (*draft.path, "loss_weight"),
                    ru=f"вес потерь {given:g} меньше {greatest:g} у этапа «{before}»; с ростом ранга вес не убывает",
                    en=f"the weight {given:g} is below {greatest:g} of stage '{before}'; weights never fall with rank",
                )
            weight = max(greatest, LOSS_WEIGHT.get(draft.key, PHASE_LOSS_WEIGHT[phase]) if given is None else given)
            if weight > greatest:
                before, greatest = draft.key, weight
            weights.append(weight)
        return weights


def _phase(rank: float, won: float | None) -> Phase:
    if won is None or rank < won:
        return "pre_sale"
    return "sale" if rank == won else "post_sale"


def _stage(draft: _Draft, phase: Phase, loss_weight: float) -> Stage:
    return Stage(
        key=draft.key,
        rank=draft.rank,
        label=draft.label,
        phase=phase,
        enter=draft.enter,
        horizon_days=draft.horizon_days or HORIZON_DAYS.get(draft.key, PHASE_HORIZON_DAYS[phase]),
        inactivity_days=draft.inactivity_days or INACTIVITY_DAYS.get(draft.key, PHASE_INACTIVITY_DAYS[phase]),
        loss_weight=loss_weight,
        target_conversion=draft.target_conversion,
        target_days=draft.target_days,
        target_drop=draft.target_drop,
        target_nps=draft.target_nps,
        won=draft.won,
    )
