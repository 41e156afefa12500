"""Many rows at once into the table of a model, without an object for each: for what is too much for `bulk_create`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from types import NoneType
from typing import Any, Final

from django.db import connection, models, transaction

Field = models.Field[Any, Any]

# Rows of one statement: so many are in memory twice.
CHUNK: Final = 10_000
# What these fields hold goes to both databases as it is; every other field prepares its values itself.
_PLAIN: Final[Mapping[type[Field], Callable[[Any], Any]]] = {
    models.BigAutoField: int, models.BigIntegerField: int, models.IntegerField: int, models.PositiveIntegerField: int,
    models.FloatField: float, models.CharField: str, models.TextField: str, models.BinaryField: bytes,
}  # fmt: skip


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    same: Mapping[str, Any],
    once: Sequence[str] = (),
) -> None:
    """Insert rows whose values stand in the order of `names`, all or none, within the caller's transaction.

    Columns are named as attributes of the model (`version_id`). same: those with one value in all rows. One that is
    not named takes its model's default when that is a constant. once: unique columns; a row that is there already takes
    the other values of the new one. No ids come back. Raises ValueError for a column that is unknown or named twice,
    and for one that would be left without its value.
    """
    known = {field.attname: field for field in model._meta.concrete_fields}
    given = [*names, *same]
    if wrong := {name for name in given if name not in known or given.count(name) > 1}:
        raise ValueError(f"{model.__name__} has no such columns, or they are named twice: {', '.join(sorted(wrong))}")
    varying = [known[name] for name in names]
    constant = {known[name]: known[name].get_db_prep_save(value, connection) for name, value in same.items()}
    constant |= _defaults(model, given)
    write = _in_sqlite if connection.vendor == "sqlite" else _in_postgresql
    left, tail = iter(rows), _when_there([*varying, *constant], [known[name] for name in once])
    with transaction.atomic(savepoint=False):
        while chunk := list(islice(left, CHUNK)):
            values = zip(varying, zip(*chunk, strict=True), strict=True)
            write(model._meta.db_table, {field: _prepared(field, column) for field, column in values}, constant, tail)


def _defaults(model: type[models.Model], given: Sequence[str]) -> dict[Field, Any]:
    """The constant defaults of the columns that are not given."""
    left = [
        each for each in model._meta.concrete_fields if each.attname not in given and each is not model._meta.auto_field
    ]
    if open_ := [field.attname for field in left if not _has_constant(field)]:
        raise ValueError(f"{model.__name__} has no constant default for {', '.join(open_)}: name the value")
    return {field: field.get_db_prep_save(field.default, connection) for field in left}


def _has_constant(field: Field) -> bool:
    """Whether the default says it all: it is not made for each row, and nothing is computed on saving."""
    is_computed = type(field).pre_save is not models.Field.pre_save
    return field.has_default() and not callable(field.default) and not is_computed


def _prepared(field: Field, values: Sequence[Any]) -> Sequence[Any]:
    """Values of one column as the database takes them."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    kind = _PLAIN.get(type(target))
    if kind is None:
        return [field.get_db_prep_save(value, connection) for value in values]
    if {*map(type, values)} <= {kind, NoneType}:
        return values
    return [None if value is None else kind(value) for value in values]


def _in_sqlite(table: str, varying: Mapping[Field, Sequence[Any]], constant: Mapping[Field, Any], tail: str) -> None:
    marks = ", ".join(["%s"] * (len(varying) + len(constant)))
    shared = tuple(constant.values())
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({_names([*varying, *constant])}) VALUES ({marks}) {tail}",
            [row + shared for row in zip(*varying.values(), strict=True)],
        )


def _in_postgresql(
    table: str, varying: Mapping[Field, Sequence[Any]], constant: Mapping[Field, Any], tail: str
) -> None:
    shared = "".join(f", %s::{_kind(field)}" for field in constant)
    arrays = ", ".join(f"%s::{_kind(field)}[]" for field in varying)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({_names([*varying, *constant])}) "
            f"SELECT sent.*{shared} FROM unnest({arrays}) AS sent {tail}",
            [*constant.values(), *(list(column) for column in varying.values())],
        )


def _kind(field: Field) -> str:
    # Without its length: a cast cuts what is too long, the column itself refuses it.
    return str(field.db_type(connection)).split("(")[0]


def _when_there(fields: Sequence[Field], once: Sequence[Field]) -> str:
    if not once:
        return ""
    taken = (f"{_name(field)} = excluded.{_name(field)}" for field in fields if field not in once)
    return f"ON CONFLICT ({_names(once)}) DO UPDATE SET {', '.join(taken)}"


def _names(fields: Iterable[Field]) -> str:
    return ", ".join(map(_name, fields))


def _name(field: Field) -> str:
    return connection.ops.quote_name(str(field.column))
