"""The condition language in Ibis: the same answers as `evaluate`, for every row of a touches table at once.

Windows are RANGE frames over integer microseconds within the case, so that touches of one instant see each other and
the SQL is the same on every engine.
"""

import ibis
import ibis.expr.types as ir

from tropa.analysis.condition.operators import NUMBER_IN_TEXT, OPERATORS, Kind, Operand, kind_of
from tropa.analysis.condition.tree import All, Any, Compare, Condition, Count, Last, Not, column_of, fields, walk

# A finite float lies between these; NaN does not, whether an engine sorts it first, last or nowhere.
GREATEST_FLOAT = 1.7976931348623157e308


def matches(condition: Condition, touches: ir.Table) -> ir.BooleanValue:
    """Whether the condition holds at each row: `now` is the row's occurred_at, touches of its case up to now count.

    touches: canonical columns of EventLog, and account_<name>, contact_<name>, deal_<name>, stage where known; a field
    without a column is a missing value (see `absent`). A row with a null type is no touch but a moment: it is never
    counted, and the other rows do not see it. The result is never null on rows with a type; on a moment a condition on
    nothing but types may give null instead of false, so that on touches it stays a plain `type IN (…)`.
    """
    built = _Builder(touches).build(condition)
    return built if _settled(condition) else built.fill_null(False)


def holds_at(condition: Condition, touches: ir.Table, moment_us: int) -> ir.Table:
    """Which cases fit the condition at one moment: `case_id`, `holds` for each case that had begun by then.

    moment_us: microseconds since 1970-01-01 UTC. Each case gets one row for the moment, with the account and the stage
    of its latest touch and without touch, contact and deal.
    """
    past = touches.filter(touches.occurred_at <= moment_us)
    newest_first = ibis.window(group_by="case_id", order_by=[ibis.desc("occurred_at"), ibis.desc("seq")])
    latest = past.mutate(_place=ibis.row_number().over(newest_first)).filter(ibis._._place == 0)
    emptied = {
        name: ibis.null(kind)
        for name, kind in touches.schema().items()
        if name not in ("seq", "case_id", "stage") and not name.startswith("account_")
    }
    moments = latest.mutate(**{**emptied, "occurred_at": ibis.literal(moment_us, "int64")}).select(*touches.columns)
    rows = past.union(moments) if _looks_back(condition) else moments
    answered = rows.mutate(holds=_Builder(rows).build(condition).fill_null(False))
    return answered.filter(answered["type"].isnull()).select("case_id", "holds")


def absent(condition: Condition, touches: ir.Table) -> frozenset[str]:
    """Fields of the condition that the table has no column for; comparisons with them are always false."""
    return frozenset(field for field in fields(condition) if column_of(field) not in touches.columns)


class _Builder:
    """Builds booleans in which null stands for false; whoever negates or hands on fills it."""

    def __init__(self, touches: ir.Table) -> None:
        self.touches = touches

    def build(self, condition: Condition) -> ir.BooleanValue:
        match condition:
            case All(parts):
                return ibis.and_(*map(self.build, parts))
            case Any(parts):
                return ibis.or_(*map(self.build, parts))
            case Not(part):
                return ~self.build(part).fill_null(False)
            case Compare(field, name, operand):
                return self._compare(column_of(field), name, operand)
            case Count(of, within_us, name, number):
                return OPERATORS[name].build(self._count(of, within_us), number)
            case Last(of, name, age_us):
                return OPERATORS[name].build(self.touches.occurred_at - self._latest(of), age_us)

    def _compare(self, column: str, name: str, operand: Operand) -> ir.BooleanValue:
        entry = OPERATORS[name]
        known = column in self.touches.columns
        if entry.sees_missing:
            return entry.build(self.touches[column] if known else ibis.null("string"), operand)
        value = _read_as(kind_of(operand), self.touches[column]) if known else None
        return ibis.literal(False) if value is None else entry.build(value, operand)

    def _count(self, of: Condition, within_us: int | None) -> ir.IntegerValue:
        one = ibis.cases((self._touch(of), 1), else_=0)
        # Integers: t > now - w is t >= now - w + 1, which is what a frame with closed ends can say.
        return one.sum().over(_up_to_now(None if within_us is None else within_us - 1))

    def _latest(self, of: Condition) -> ir.IntegerValue:
        return ibis.cases((self._touch(of), self.touches.occurred_at)).max().over(_up_to_now(None))

    def _touch(self, of: Condition) -> ir.BooleanValue:
        return self.touches["type"].notnull() & self.build(of)


def _up_to_now(preceding_us: int | None) -> ibis.expr.builders.WindowBuilder:
    oldest = None if preceding_us is None else -preceding_us
    return ibis.window(group_by="case_id", order_by="occurred_at", range=(oldest, 0))


def _read_as(kind: Kind, column: ir.Value) -> ir.Value | None:
    """The column as texts, numbers or flags, null where a value is not one; None when no value can be one."""
    if isinstance(column, ir.StringValue):
        return _text_as(kind, column)
    if kind == "number" and isinstance(column, ir.NumericValue) and not isinstance(column, ir.BooleanValue):
        number = column.cast("float64")
        return ibis.cases((number.between(-GREATEST_FLOAT, GREATEST_FLOAT), number))
    return column if kind == "flag" and isinstance(column, ir.BooleanValue) else None


def _text_as(kind: Kind, column: ir.StringValue) -> ir.Value:
    if kind == "number":
        return ibis.cases((column.re_search(f"^{NUMBER_IN_TEXT}$"), column.try_cast("float64")))
    return ibis.cases((column == "true", True), (column == "false", False)) if kind == "flag" else column


def _looks_back(condition: Condition) -> bool:
    return any(isinstance(part, Count | Last) for part in walk(condition))


def _settled(condition: Condition) -> bool:
    """Whether what `build` makes of it is never null on touches."""
    match condition:
        case All(parts) | Any(parts):
            return all(map(_settled, parts))
        case Compare(field, name, operand):
            return OPERATORS[name].sees_missing or (field == "touch.type" and kind_of(operand) == "text")
        case Not() | Count():
            return True
        case Last():
            return False
