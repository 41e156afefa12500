"""Conditions out of plain data, each mistake told with its place and what is allowed."""

from collections.abc import Collection, Mapping

from tropa.analysis.condition.operators import BOUNDS, OPERATORS, Kind, Operand, Operator, Scalar, kind_of
from tropa.analysis.condition.tree import FIELDS, RECORDS, All, Any, Compare, Condition, Count, Last, Not
from tropa.analysis.problem import KeyPath, Problems

FORMS = ("touch", "field", "all", "any", "not", "count", "last")
MICROSECONDS_A_DAY = 86_400_000_000
MOST_DAYS = 36_525
LONGEST_PATH = 60
GREATEST = 1e15


def parse(node: object) -> Condition:
    """A condition from plain data (as YAML or JSON gives it); forms in docs/reference/conditions.md.

    Raises InputError `bad_condition` that names every problem and its place.
    """
    problems = Problems()
    condition = read(node, (), problems)
    problems.raise_any("bad_condition", "")
    return condition


def read(node: object, path: KeyPath, problems: Problems) -> Condition:
    """As `parse`, but problems are gathered; the result is meaningless when there are any."""
    return _Reader(problems).condition(node, path)


def read_days(node: object, path: KeyPath, problems: Problems) -> float | None:
    """A length of time in days, above 0; anything else becomes a problem."""
    if isinstance(node, int | float) and not isinstance(node, bool) and 0 < node <= MOST_DAYS:
        return float(node)
    problems.wrong_type(
        path, node, ru=f"число дней больше 0 и не больше {MOST_DAYS}", en=f"days above 0 and at most {MOST_DAYS}"
    )
    return None


_NOTHING = All(())
_KIND_WORDS: dict[Kind, tuple[str, str]] = {
    "text": ("непустой текст", "a text, not empty"),
    "number": ("число", "a number"),
    "flag": ("true или false", "true or false"),
}


class _Reader:
    """From plain data to the tree; what cannot be read becomes a problem and an empty `All`."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def condition(self, node: object, path: KeyPath, *, touch_only: bool = False) -> Condition:
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

    def _form(self, node: Mapping[str, object], path: KeyPath, touch_only: bool) -> str | None:
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

    def _parts(self, node: object, path: KeyPath, touch_only: bool) -> tuple[Condition, ...]:
        if not isinstance(node, list) or not node:
            self.problems.wrong_type(path, node, ru="непустой список условий", en="a list of conditions, not empty")
            return ()
        return tuple(self.condition(part, (*path, at), touch_only=touch_only) for at, part in enumerate(node))

    def _types(self, node: object, path: KeyPath) -> Condition:
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

    def _compare(self, node: Mapping[str, object], path: KeyPath, touch_only: bool) -> Condition:
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

    def _field(self, node: object, path: KeyPath, touch_only: bool) -> str | None:
        record, _, name = node.partition(".") if isinstance(node, str) else ("", "", "")
        fits = (record == "stage" and node == "stage") or (record in RECORDS and bool(name))
        if isinstance(node, str) and fits and (record == "touch" or not touch_only):
            return node
        allowed = [field for field in FIELDS if field.startswith("touch") or not touch_only]
        self.problems.not_allowed(path, node, allowed)
        return None

    def _operand(self, entry: Operator, node: object, path: KeyPath) -> Operand | None:
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

    def _scalar(self, node: object, kinds: Collection[Kind], path: KeyPath) -> Scalar | None:
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

    def _count(self, node: object, path: KeyPath) -> Condition:
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

    def _last(self, node: object, path: KeyPath) -> Condition:
        read = self._window(node, path, [f"{bound}_days" for bound in BOUNDS], ("of",))
        if read is None:
            return _NOTHING
        inner, bound = read
        age = self._microseconds(inner[bound], (*path, bound))
        of = self.condition(inner["of"], (*path, "of"), touch_only=True)
        return Last(of, bound.removesuffix("_days"), age)

    def _window(
        self, node: object, path: KeyPath, bounds: Collection[str], keys: Collection[str]
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

    def _microseconds(self, node: object, path: KeyPath) -> int:
        days = read_days(node, path, self.problems)
        return 1 if days is None else max(1, round(days * MICROSECONDS_A_DAY))
