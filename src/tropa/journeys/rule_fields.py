"""Which fields a rule may name here. The log of a workspace holds touches; what a company, a person or a deal is like
can change without any, and no place would follow. `tropa analyze` reads such fields from a file with the columns."""

from tropa.analysis.condition.tree import TOUCH_COLUMNS
from tropa.analysis.problem import KeyPath, Problems

_RECORDS = ("account.", "contact.", "deal.")


def refuse_records(data: object, path: KeyPath, problems: Problems) -> None:
    """A problem for each field of a record in a rule, or in a whole journey; both were found sound before."""
    if isinstance(data, dict):
        field = data.get("field")
        if isinstance(field, str) and field.startswith(_RECORDS):
            _refuse(field, (*path, "field"), problems)
        for key, value in data.items():
            refuse_records(value, (*path, key), problems)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            refuse_records(value, (*path, place), problems)


def _refuse(field: str, path: KeyPath, problems: Problems) -> None:
    known, instead = ", ".join(f"touch.{each}" for each in TOUCH_COLUMNS), f"touch.{field.replace('.', '_')}"
    problems.add(
        path,
        ru=f"дано {field}, но правила смотрят только на касания: такого поля у них нет, сравнение с ним всегда ложно; "
        f"допустимо: {known}, touch.<свойство>. Передавайте значение свойством касания и пишите {instead}",
        en=f"given {field}, but rules look at touches alone: they have no such field, comparing with it is always false"
        f"; allowed: {known}, touch.<property>. Send the value as a property of the touch and write {instead}",
    )
