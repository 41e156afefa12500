"""The journey model: stages in rank order, the rules that enter them, horizons, targets and weights.

Defaults follow metrics.md 1.1, 1.3 and 1.4 for the stages it names, else the phase of the stage.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Literal, get_args

from tropa.analysis.condition import MOST_DAYS, Compare, Condition, fields, property_of, read
from tropa.analysis.model_problems import Path, Problems
from tropa.analysis.model_values import Labels, Node, Values
from tropa.analysis.model_yaml import MOST_BYTES, decode, load
from tropa.analysis.problem import InputError

Phase = Literal["pre_sale", "sale", "post_sale"]
Unit = Literal["account", "deal", "contact"]

PHASES: tuple[Phase, ...] = get_args(Phase)
UNITS: tuple[Unit, ...] = get_args(Unit)

HORIZON_DAYS = {"awareness": 180.0, "consideration": 120.0, "decision": 90.0, "purchase": 45.0, "onboarding": 60.0}
INACTIVITY_DAYS = {
    "awareness": 90.0,
    "consideration": 60.0,
    "decision": 45.0,
    "purchase": 30.0,
    "onboarding": 21.0,
    "loyalty": 90.0,
    "advocacy": 180.0,
}
LOSS_WEIGHT = {
    "awareness": 0.05,
    "consideration": 0.20,
    "decision": 0.50,
    "purchase": 0.75,
    "onboarding": 1.00,
    "loyalty": 1.00,
    "advocacy": 1.00,
}
PHASE_HORIZON_DAYS: dict[Phase, float] = {"pre_sale": 120.0, "sale": 60.0, "post_sale": 90.0}
PHASE_INACTIVITY_DAYS: dict[Phase, float] = {"pre_sale": 60.0, "sale": 30.0, "post_sale": 90.0}
PHASE_LOSS_WEIGHT: dict[Phase, float] = {"pre_sale": 0.20, "sale": 0.50, "post_sale": 1.00}
REOPEN_DAYS = 90.0
MOST_STAGES = 200

TOP_KEYS = ("journey", "stages", "lost", "completed", "client_activity", "first_value")
JOURNEY_KEYS = ("key", "label", "unit", "reopen_days")
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
    "loss_weight",
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. rank: its place in the order; horizon_days: the time a client has to go on (conversion, metrics.md
    1.1); inactivity_days: silence after which the client counts as dropped (1.3); loss_weight: 0..1 (1.4);
    target_conversion: a fraction; target_days: wanted time on the stage; won: entering it wins the client.
    """

    key: str
    rank: float
    label: Labels
    phase: Phase
    enter: Condition | None
    horizon_days: float
    inactivity_days: float
    loss_weight: float
    target_conversion: float | None = None
    target_days: float | None = None
    won: bool = False

    @property
    def rule(self) -> Condition:
        """What enters the stage; without a rule the touch type named like its key."""
        return self.enter or Compare("touch.type", "in", (self.key,))


@dataclass(frozen=True, slots=True)
class JourneyModel:
    """A journey: stages sorted by rank and the rules that end it.

    lost, completed: touches that end a trip. client_activity: touches that show a living client (None: every touch).
    reason_property: the extra column of the log that holds the reason of a loss. reopen_days: a lost trip goes on when
    a touch enters a stage within this time. source: the file it was read from.
    """

    key: str
    label: Labels
    stages: tuple[Stage, ...]
    unit: Unit = "account"
    lost: Condition | None = None
    completed: Condition | None = None
    client_activity: Condition | None = None
    reason_property: str | None = None
    reopen_days: float = REOPEN_DAYS
    first_value: Condition | None = None
    source: str | None = None

    @classmethod
    def read(cls, path: FilePath | str) -> "JourneyModel":
        """A model from a YAML file (docs/reference/journey.md).

        Raises InputError: `journey_not_found`, `journey_too_large`, `bad_yaml`, `bad_journey`.
        """
        file = FilePath(path)
        try:
            with file.open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
        except OSError as error:
            raise InputError(
                "journey_not_found",
                ru=f"{file}: файл пути не открывается ({error.strerror}); проверьте имя и права на чтение",
                en=f"{file}: the journey file cannot be opened ({error.strerror}); check its name and permissions",
            ) from error
        return cls.parse(decode(content, file.name), name=file.name)

    @classmethod
    def parse(cls, text: str, name: str = "journey.yaml") -> "JourneyModel":
        """A model from YAML text; `name` stands in messages. Raises InputError `bad_yaml`, `bad_journey`."""
        problems = Problems()
        document = load(text, name, problems)
        model = _Reader(problems).journey(document.data, source=name)
        problems.raise_any("bad_journey", name, document.line)
        return model

    def rules(self) -> tuple[Condition, ...]:
        """Every condition of the model."""
        ends = (self.lost, self.completed, self.client_activity, self.first_value)
        return (*(stage.rule for stage in self.stages), *(rule for rule in ends if rule is not None))

    def properties(self) -> frozenset[str]:
        """Extra columns of the log that the rules and the reason need: what EventLog.read has to keep."""
        named = {property_of(field) for rule in self.rules() for field in fields(rule)}
        return frozenset(name for name in (*named, self.reason_property) if name is not None)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A stage as written, before defaults; path: its place in the document."""

    path: Path
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


class _Reader(Values):
    """From plain data to the model; what cannot be read becomes a problem and a value that is thrown away with it."""

    def journey(self, data: object, *, source: str) -> JourneyModel:
        top = self.mapping(data, (), TOP_KEYS)
        for key in ("journey", "stages"):
            if key not in top and isinstance(data, dict):
                self.problems.missing((), key)
        at: Path = ("journey",)
        head = self.mapping(top.get("journey", {}), at, JOURNEY_KEYS)
        name = self.required_text(head, "key", at) if isinstance(top.get("journey"), dict) else ""
        reopen = self.number(head, "reopen_days", at, low=0, high=MOST_DAYS)
        lost, reason = self._lost(top)
        return JourneyModel(
            key=name,
            label=self.label(head, at, name),
            stages=self._stages(top["stages"]) if "stages" in top else (),
            unit=self.choice(head, "unit", at, UNITS) or "account",
            lost=lost,
            completed=self._rule(top, "completed", ()),
            client_activity=self._rule(top, "client_activity", ()),
            reason_property=reason,
            reopen_days=REOPEN_DAYS if reopen is None else reopen,
            first_value=self._rule(top, "first_value", ()),
            source=source,
        )

    def _stages(self, node: object) -> tuple[Stage, ...]:
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
        return tuple(map(_stage, drafts, phases, self._weights(drafts, phases)))

    def _draft(self, item: object, path: Path) -> _Draft:
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
            enter=self._rule(node, "enter", path) or Compare("touch.type", "in", (key,)),
            won=self.flag(node, "won", path),
            horizon_days=self.days(node, "horizon_days", path),
            inactivity_days=self.days(node, "inactivity_days", path),
            loss_weight=self.number(node, "loss_weight", path, low=0, high=1),
            target_conversion=self.share(node, "target_conversion", path),
            target_days=self.days(node, "target_days", path),
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

    def _lost(self, top: Node) -> tuple[Condition | None, str | None]:
        """The rule of a loss; `reason` beside it names the column that holds the reason."""
        node = top.get("lost")
        if not isinstance(node, dict):
            return self._rule(top, "lost", ()), None
        rule = {"lost": {key: value for key, value in node.items() if key != "reason"}}
        return self._rule(rule, "lost", ()), self.text(node, "reason", ("lost",))

    def _rule(self, node: Node, key: str, path: Path) -> Condition | None:
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
        won=draft.won,
    )
