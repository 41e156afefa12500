"""The condition language: a small frozen tree over a touch, its account, contact, deal, stage and the touches so far.

One tree serves two evaluators that must agree: `evaluate` in memory (here) and `matches` in Ibis (condition_sql).
Logic is two-valued: a comparison with a missing value is false, so `not` of it is true.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tropa.analysis.condition_operators import BOUNDS, OPERATORS, Kind, Operand, Operator, Scalar, kind_of, read_as
from tropa.analysis.condition_tree import (
    FIELDS,
    RECORDS,
    All,
    Any,
    Compare,
    Condition,
    Count,
    Last,
    Not,
    column_of,
    fields,
    property_of,
    walk,
)
from tropa.analysis.model_problems import Path, Problems

__all__ = [
    "All",
    "Any",
    "Compare",
    "Condition",
    "Count",
    "Facts",
    "Last",
    "Not",
    "column_of",
    "evaluate",
    "fields",
    "parse",
    "property_of",
    "read",
    "walk",
]

FORMS = ("touch", "field", "all", "any", "not", "count", "last")
MICROSECONDS_A_DAY = 86_400_000_000
MOST_DAYS = 36_525
LONGEST_PATH = 60
GREATEST = 1e15


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition is asked about at one moment.

    now: microseconds since 1970-01-01 UTC. touch: the touch at hand, None when the question is about the moment.
    touches: touches of the case, the one at hand included; those after `now` are ignored. Keys of touches are the
    canonical columns of EventLog (`occurred_at` in microseconds); a missing key is a missing value.
    """

    now: int
    touch: Mapping[str, object] | None = None
    touches: Sequence[Mapping[str, object]] = ()
    account: Mapping[str, object] | None = None
    contact: Mapping[str, object] | None = None
    deal: Mapping[str, object] | None = None
    stage: str | None = None


def evaluate(condition: Condition, facts: Facts) -> bool:
    """Whether the condition holds for the facts."""
    match condition:
        case All(parts):
            return all(evaluate(part, facts) for part in parts)
        case Any(parts):
            return any(evaluate(part, facts) for part in parts)
        case Not(part):
            return not evaluate(part, facts)
        case Compare(field, name, operand):
            return _holds(name, _value(field, facts), operand)
        case Count(of, within_us, name, number):
            oldest = -math.inf if within_us is None else facts.now - within_us
            return OPERATORS[name].holds(sum(at > oldest for at in _moments(of, facts)), number)
        case Last(of, name, age_us):
            latest = max(_moments(of, facts), default=None)
            return latest is not None and OPERATORS[name].holds(facts.now - latest, age_us)


def parse(node: object) -> Condition:
    """A condition from plain data (as YAML or JSON gives it); forms in docs/reference/conditions.md.

    Raises InputError `bad_condition` that names every problem and its place.
    """
    problems = Problems()
    condition = read(node, (), problems)
    problems.raise_any("bad_condition", "")
    return condition


def read(node: object, path: Path, problems: Problems) -> Condition:
    """As `parse`, but problems are gathered; the result is meaningless when there are any."""
    return _Reader(problems).condition(node, path)


def _holds(name: str, value: object, operand: Operand) -> bool:
    entry = OPERATORS[name]
    if not entry.sees_missing:
        value = read_as(kind_of(operand), value)
        if value is None:
            return False
    return entry.holds(value, operand)


def _value(field: str, facts: Facts) -> object:
    record, _, name = field.partition(".")
    if record == "stage":
        return facts.stage
    if record == "touch":
        return None if facts.touch is None else facts.touch.get(column_of(field))
    of = {"account": facts.account, "contact": facts.contact, "deal": facts.deal}[record]
    return None if of is None else of.get(name)


def _moments(of: Condition, facts: Facts) -> Iterator[int]:
    for touch in facts.touches:
        at = touch["occurred_at"]
        if not isinstance(at, int):
            raise TypeError(f"occurred_at is {at!r}; needed integer microseconds since 1970-01-01 UTC")
        if at <= facts.now and evaluate(of, Facts(now=at, touch=touch)):
            yield at


_NOTHING = All(())


class _Reader:
    """From plain data to the tree; what cannot be read becomes a problem and an empty `All`."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def condition(self, node: object, path: Path, *, touch_only: bool = False) -> Condition:
        if not isinstance(node, dict) or not node:
            self.problems.wrong_type(
                path, node, ru="условие, например {touch: demo_held}", en="a condition such as {touch: demo_held}"
            )
            return _NOTHING
        if len(path) > LONGEST_PATH:
            self.problems.add(path, ru="условие вложено слишком глубоко", en="the condition is nested too deeply")
            return _NOTHING
        form = self._form(node, path, touch_only)
        if form is None:
            return _NOTHING
        inner, place = node[form], (*path, form)
        match form:
            case "all":
                return All(self._parts(inner, place, touch_only))
            case "any":
                return Any(self._parts(inner, place, touch_only))
            case "not":
                return Not(self.condition(inner, place, touch_only=touch_only))
            case "count":
                return self._count(inner, place)
            case "last":
                return self._last(inner, place)
            case "touch":
                return self._types(inner, place)
            case _:
                return self._compare(node, path, touch_only)

    def _form(self, node: Mapping[str, object], path: Path, touch_only: bool) -> str | None:
        allowed = [form for form in FORMS if not (touch_only and form in ("count", "last"))]
        forms = [key for key in node if key in FORMS]
        if len(forms) > 1:
            both = ", ".join(forms)
            self.problems.add(
                path,
                ru=f"в одном условии сразу {both}; соедините их через all или any",
                en=f"one condition holds {both}; join them with all or any",
            )
            return None
        known = {"field", *OPERATORS} if forms == ["field"] else set(forms)
        for key in node:
            if key not in known:
                self.problems.unknown_key(path, key, [*OPERATORS] if forms == ["field"] else forms or allowed)
        if forms and forms[0] not in allowed:
            self.problems.add(
                (*path, forms[0]),
                ru=f"внутри of нельзя {forms[0]}; допустимо: {', '.join(allowed)}",
                en=f"{forms[0]} cannot stand inside of; allowed: {', '.join(allowed)}",
            )
            return None
        return forms[0] if forms else None

    def _parts(self, node: object, path: Path, touch_only: bool) -> tuple[Condition, ...]:
        if not isinstance(node, list) or not node:
            self.problems.wrong_type(path, node, ru="непустой список условий", en="a list of conditions, not empty")
            return ()
        return tuple(self.condition(part, (*path, at), touch_only=touch_only) for at, part in enumerate(node))

    def _types(self, node: object, path: Path) -> Condition:
        listed = node if isinstance(node, list) else [node]
        if not listed or not all(isinstance(one, str) and one for one in listed):
            self.problems.wrong_type(
                path,
                node,
                ru="тип касания текстом или непустой список таких текстов (числа в кавычках)",
                en="a touch type as text, or a list of them, not empty (numbers in quotes)",
            )
            return _NOTHING
        return Compare("touch.type", "in", tuple(str(one) for one in listed))

    def _compare(self, node: Mapping[str, object], path: Path, touch_only: bool) -> Condition:
        field = self._field(node["field"], (*path, "field"), touch_only)
        names = [key for key in node if key in OPERATORS]
        if len(names) != 1:
            allowed = ", ".join(OPERATORS)
            self.problems.add(
                path,
                ru=f"рядом с field нужно ровно одно сравнение из: {allowed}",
                en=f"beside field exactly one comparison is needed, of: {allowed}",
            )
            return _NOTHING
        operand = self._operand(OPERATORS[names[0]], node[names[0]], (*path, names[0]))
        if operand is None or field is None:
            return _NOTHING
        if field == "touch.value" and kind_of(operand) != "number" and not OPERATORS[names[0]].sees_missing:
            self.problems.wrong_type(
                (*path, names[0]), node[names[0]], ru="число: value хранит числа", en="a number: value holds numbers"
            )
        return Compare(field, names[0], operand)

    def _field(self, node: object, path: Path, touch_only: bool) -> str | None:
        record, _, name = node.partition(".") if isinstance(node, str) else ("", "", "")
        fits = (record == "stage" and node == "stage") or (record in RECORDS and bool(name))
        if isinstance(node, str) and fits and (record == "touch" or not touch_only):
            return node
        allowed = [field for field in FIELDS if field.startswith("touch") or not touch_only]
        self.problems.not_allowed(path, node, allowed)
        return None

    def _operand(self, entry: Operator, node: object, path: Path) -> Operand | None:
        if not entry.many:
            return self._scalar(node, entry.kinds, path)
        if not isinstance(node, list) or not node:
            self.problems.wrong_type(path, node, ru="непустой список", en="a list, not empty")
            return None
        read = [self._scalar(one, entry.kinds, (*path, at)) for at, one in enumerate(node)]
        listed = [one for one in read if one is not None]
        if len({kind_of(one) for one in listed}) > 1:
            self.problems.add(
                path,
                ru="в списке смешаны тексты и числа; возьмите числа в кавычки или уберите кавычки",
                en="the list mixes texts and numbers; put the numbers in quotes or take the quotes away",
            )
        return tuple(listed) if len(listed) == len(node) else None

    def _scalar(self, node: object, kinds: Collection[Kind], path: Path) -> Scalar | None:
        if isinstance(node, bool) and "flag" in kinds:
            return node
        if isinstance(node, str) and node and "text" in kinds:
            return node
        if isinstance(node, int | float) and not isinstance(node, bool) and "number" in kinds and abs(node) <= GREATEST:
            # Fifteen digits survive every engine's way of reading a decimal literal.
            return float(f"{node:.15g}")
        ru, en = zip(*(_KIND_WORDS[kind] for kind in kinds), strict=True)
        self.problems.wrong_type(path, node, ru=" или ".join(ru), en=" or ".join(en))
        return None

    def _count(self, node: object, path: Path) -> Condition:
        read = self._window(node, path, BOUNDS, ("of", "within_days"))
        if read is None:
            return _NOTHING
        inner, bound = read
        number = inner[bound]
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= GREATEST:
            self.problems.wrong_type((*path, bound), number, ru="целое число от 0", en="a whole number from 0")
            return _NOTHING
        within = self._microseconds(inner["within_days"], (*path, "within_days")) if "within_days" in inner else None
        return Count(self.condition(inner["of"], (*path, "of"), touch_only=True), within, bound, number)

    def _last(self, node: object, path: Path) -> Condition:
        read = self._window(node, path, [f"{bound}_days" for bound in BOUNDS], ("of",))
        if read is None:
            return _NOTHING
        inner, bound = read
        age = self._microseconds(inner[bound], (*path, bound))
        of = self.condition(inner["of"], (*path, "of"), touch_only=True)
        return Last(of, bound.removesuffix("_days"), age)

    def _window(
        self, node: object, path: Path, bounds: Collection[str], keys: Collection[str]
    ) -> tuple[Mapping[str, object], str] | None:
        if not isinstance(node, dict):
            self.problems.wrong_type(path, node, ru=f"ключи {', '.join(keys)}", en=f"the keys {', '.join(keys)}")
            return None
        for key in node:
            if key not in keys and key not in bounds:
                self.problems.unknown_key(path, key, [*keys, *bounds])
        given = [key for key in node if key in bounds]
        if "of" not in node:
            self.problems.missing(path, "of")
        if len(given) != 1:
            allowed = ", ".join(bounds)
            self.problems.add(
                path, ru=f"нужна ровно одна граница из: {allowed}", en=f"exactly one bound is needed, of: {allowed}"
            )
        return (node, given[0]) if len(given) == 1 and "of" in node else None

    def _microseconds(self, node: object, path: Path) -> int:
        if isinstance(node, bool) or not isinstance(node, int | float) or not 0 < node <= MOST_DAYS:
            self.problems.wrong_type(
                path,
                node,
                ru=f"число дней больше 0 и не больше {MOST_DAYS}",
                en=f"days above 0 and at most {MOST_DAYS}",
            )
            return 1
        return max(1, round(node * MICROSECONDS_A_DAY))


_KIND_WORDS: dict[Kind, tuple[str, str]] = {
    "text": ("непустой текст", "a text, not empty"),
    "number": ("число", "a number"),
    "flag": ("true или false", "true or false"),
}
