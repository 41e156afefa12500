"""The journey model: stages in rank order, and the rules that enter them and end a trip."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from tropa.analysis.condition import Condition, fields, property_of
from tropa.analysis.condition.reading import MOST_DAYS
from tropa.analysis.model.plain_yaml import MOST_BYTES, decode, load
from tropa.analysis.model.reading import StageReader
from tropa.analysis.model.stage import Stage
from tropa.analysis.model.values import Labels, Node
from tropa.analysis.problem import InputError, KeyPath, Problems

Unit = Literal["account", "deal", "contact"]

UNITS: tuple[Unit, ...] = get_args(Unit)

REOPEN_DAYS = 90.0

TOP_KEYS = ("journey", "stages", "lost", "completed", "client_activity", "first_value")
JOURNEY_KEYS = ("key", "label", "unit", "reopen_days")


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
    def read(cls, path: Path | str) -> "JourneyModel":
        """A model from a YAML file (docs/reference/journey.md).

        Raises InputError: `journey_not_found`, `journey_too_large`, `bad_yaml`, `bad_journey`.
        """
        file = Path(path)
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


class _Reader(StageReader):
    """From plain data to the model; what cannot be read becomes a problem and a value that is thrown away with it."""

    def journey(self, data: object, *, source: str) -> JourneyModel:
        top = self.mapping(data, (), TOP_KEYS)
        for key in ("journey", "stages"):
            if key not in top and isinstance(data, dict):
                self.problems.missing((), key)
        at: KeyPath = ("journey",)
        head = self.mapping(top.get("journey", {}), at, JOURNEY_KEYS)
        name = self.required_text(head, "key", at) if isinstance(top.get("journey"), dict) else ""
        reopen = self.number(head, "reopen_days", at, low=0, high=MOST_DAYS)
        lost, reason = self._lost(top)
        return JourneyModel(
            key=name,
            label=self.label(head, at, name),
            stages=self.stages(top["stages"]) if "stages" in top else (),
            unit=self.choice(head, "unit", at, UNITS) or "account",
            lost=lost,
            completed=self.rule(top, "completed", ()),
            client_activity=self.rule(top, "client_activity", ()),
            reason_property=reason,
            reopen_days=REOPEN_DAYS if reopen is None else reopen,
            first_value=self.rule(top, "first_value", ()),
            source=source,
        )

    def _lost(self, top: Node) -> tuple[Condition | None, str | None]:
        """The rule of a loss; `reason` beside it names the column that holds the reason."""
        node = top.get("lost")
        if not isinstance(node, dict):
            return self.rule(top, "lost", ()), None
        rule = {"lost": {key: value for key, value in node.items() if key != "reason"}}
        return self.rule(rule, "lost", ()), self.text(node, "reason", ("lost",))
