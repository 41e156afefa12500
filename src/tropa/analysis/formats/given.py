"""Events that are already in memory, as dictionaries with canonical names."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from tropa.analysis.formats.canonical import COLUMNS, schema
from tropa.analysis.formats.reading import LogSource
from tropa.analysis.formats.roles import CANONICAL
from tropa.analysis.problem import InputError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def as_table(rows: Iterable[Mapping[str, object]], name: str) -> tuple[pa.Table, LogSource]:
    """The canonical Arrow table and its origin. Raises InputError for a row without case, type or occurred_at."""
    given = list(rows)
    properties = _properties(given)
    records = [_record(row, place, properties, name) for place, row in enumerate(given)]
    table = pa.Table.from_pylist(records, schema=schema(tuple(properties)))
    used = {key for row in given for key in row}
    columns = {role: column for role, column in CANONICAL.items() if column in used}
    columns.setdefault("case", "account_id")
    return table, _origin(name, columns, len(records))


def _origin(name: str, columns: Mapping[str, str], rows: int) -> LogSource:
    return LogSource(
        path=name, format="rows", compressed=False, encoding=None, delimiter=None, decimal=None, date_format="iso",
        timezone="UTC", columns=columns, rows_read=rows, rows_rejected=0, rejects_file=None, guessed=(),
    )  # fmt: skip


def _properties(rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Property name to key, in order of appearance."""
    keys = dict.fromkeys(key for row in rows for key in row if key not in COLUMNS)
    return {key.removeprefix("p_"): key for key in keys}


def _record(row: Mapping[str, object], place: int, properties: Mapping[str, str], name: str) -> dict[str, object]:
    record: dict[str, object] = {column: row.get(column) for column in COLUMNS}
    record["seq"] = place
    for column in ("case_id", "account_id", "contact_id", "deal_id", "type", "channel", "campaign"):
        record[column] = _text(row.get(column))
    record["case_id"] = record["case_id"] or record["account_id"]
    record["occurred_at"], record["ended_at"] = _moment(row.get("occurred_at")), _moment(row.get("ended_at"))
    missing = [column for column in ("case_id", "type", "occurred_at") if record[column] is None]
    if missing:
        raise _incomplete(name, place, missing)
    return record | {f"p_{title}": _text(row.get(key)) for title, key in properties.items()}


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _moment(value: object) -> int | None:
    if value is None or isinstance(value, int):
        return value
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise TypeError(f"A moment is a datetime, an ISO text or microseconds, not {value!r}")
    if moment.tzinfo is None:
        if not isinstance(value, str):
            raise ValueError(f"{value!r} has no time zone")
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND


def _incomplete(name: str, place: int, missing: list[str]) -> InputError:
    listed = ", ".join(missing)
    return InputError(
        "bad_row",
        ru=f"{name}, строка {place}: нет значения {listed}. Нужны case_id или account_id, type и occurred_at.",
        en=f"{name}, row {place}: no value for {listed}. Needed are case_id or account_id, type and occurred_at.",
    )
