"""A column that keeps what a row is searched and sorted by."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from tropa.customers.domain import LONGEST_SEARCH, folded


class FoldedField(models.CharField[str, str]):
    """The named columns of the same row, folded (`domain.folded`). Written by save and bulk_create alike."""

    def __init__(self, *args: Any, of: Sequence[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        kwargs |= {"max_length": LONGEST_SEARCH, "editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for settled in ("max_length", "editable", "default"):
            kwargs.pop(settled, None)
        return name, path, args, kwargs | {"of": self.of}

    def value_of(self, row: Mapping[str, Any]) -> str:
        """What the column keeps of a row, for rows that are written without objects."""
        return folded(*(str(row[name] or "") for name in self.of))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.value_of({name: getattr(model_instance, name) for name in self.of})
        setattr(model_instance, self.attname, value)
        return value
