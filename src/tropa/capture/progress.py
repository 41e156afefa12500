"""An import in the words and numbers of its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.capture.models import Import, ImportedRow
from tropa.capture.problems import NOTES, reason_text, shown

Status = Import.Status
MOVING = (Status.CHECKING, Status.QUEUED, Status.RUNNING, Status.UNDOING)
_STEPS = {Status.UPLOADED: 2, Status.CHECKING: 3, Status.CHECKED: 3}
_FRESH = ("created", "updated")
_MOST_LISTED = 5
# The trial run has written nothing: it tells what would come.
_AHEAD: dict[str, Any] = {
    "created": gettext_lazy("Будет создано"),
    "updated": gettext_lazy("Будет изменено"),
    "unchanged": gettext_lazy("Останется без изменений"),
    "duplicate": gettext_lazy("Уже есть"),
    "rejected": gettext_lazy("Не будет загружено"),
}
# An undone one has left nothing of this, but for what undoing had to leave.
_BEHIND: dict[str, Any] = dict(ImportedRow.Outcome.choices) | {
    "created": gettext_lazy("Было создано"),
    "updated": gettext_lazy("Было изменено"),
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """What came of the rows, or would come of them. outcomes: (key, label, rows) in a fixed order, without zeros.

    notes: (key, rows, what stood there) of rows that are loaded without something.
    """

    outcomes: list[tuple[str, str, int]]
    reasons: list[tuple[str, int]]
    made: list[tuple[str, int]]
    names: list[tuple[str, list[str]]]
    findings: Mapping[str, int]
    notes: list[tuple[str, int, str]]
    rejected: int
    to_load: int

    @property
    def noted(self) -> int:
        return sum(rows for _, rows, _ in self.notes)

    @property
    def total(self) -> int:
        return sum(rows for _, _, rows in self.outcomes)


def numbers_of(given: Mapping[str, Any], labels: Mapping[str, Any]) -> Numbers:
    """From counts, reasons, made and findings of an import or of its trial run, which has columns too."""
    counts = given["counts"]
    outcomes = [(key, str(label), counts[key]) for key, label in labels.items() if counts.get(key)]
    made = given["made"]
    return Numbers(
        outcomes,
        _reasons(given),
        [(key, made[key]) for key in ("accounts", "deals") if made.get(key)],
        [(key, made[key]) for key in ("pipelines", "stages", "types") if made.get(key)],
        given["findings"],
        [(key, rows, _listed(made[key])) for key in NOTES if (rows := given["findings"].get(key))],
        counts.get("rejected", 0),
        sum(counts.get(key, 0) for key in _FRESH),
    )


def _reasons(given: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Why rows are rejected, in words, the most frequent first; with the column where that is known."""
    columns = given.get("columns", {})
    told = [
        (reason_text(reason, column), rows)
        for reason, total in given["reasons"].items()
        for column, rows in columns.get(reason, {"": total}).items()
    ]
    return sorted(told, key=lambda pair: (-pair[1], pair[0]))


def _listed(values: list[str]) -> str:
    named = ", ".join(values[:_MOST_LISTED])
    return named if len(values) <= _MOST_LISTED else _("%(named)s и другие") % {"named": named}


def run_numbers(of: Import) -> Numbers:
    given = {"counts": of.counts, "reasons": of.reasons, "made": of.made, "findings": of.findings}
    return numbers_of(given, _BEHIND if of.status == Status.UNDONE else dict(ImportedRow.Outcome.choices))


def share(of: Import) -> int:
    """Percent of the rows that are behind us."""
    done = of.check_cursor if of.status == Status.CHECKING else of.cursor
    if of.status == Status.UNDOING:
        total = of.imported_rows.count()
        done = of.imported_rows.filter(is_undone=True).count()
    else:
        total = of.rows or 0
    return 100 if not total else min(100, 100 * done // total)


def state(of: Import) -> dict[str, Any]:
    """What the page of an import shows."""
    return {
        "of": of,
        "step": _STEPS.get(Status(of.status), 4),
        "is_moving": of.status in MOVING,
        "share": share(of),
        "done": of.check_cursor if of.status == Status.CHECKING else of.cursor,
        "error": shown(of.error),
        "checked": numbers_of(of.checked, _AHEAD) if of.checked else None,
        "result": run_numbers(of) if of.counts else None,
        "can_undo": of.status in (Status.DONE, Status.STOPPED, Status.FAILED) and bool(of.cursor),
        "can_continue": of.status in (Status.STOPPED, Status.FAILED) and of.source_id is not None,
        "undone": undone(of),
    }


def undone(of: Import) -> list[tuple[str, int]]:
    """What undoing did and what it had to leave, in words."""
    labels = {
        "touches": _("Касаний убрано"),
        "deleted": _("Записей удалено"),
        "restored": _("Записям вернули прежние значения"),
        "kept_in_use": _("Осталось: на них держатся другие записи"),
        "kept_changed": _("Осталось: их изменили после загрузки"),
    }
    return [(label, of.undone[key]) for key, label in labels.items() if of.undone.get(key)]
