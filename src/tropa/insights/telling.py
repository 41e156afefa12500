"""What every tile is told with: the figures, the words, and where the rows behind a figure are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tropa.analysis.words import Words
from tropa.insights.figures import Figures, Split, StageFigures
from tropa.insights.sheet import Cell
from tropa.web import typography


@dataclass(frozen=True)
class Telling:
    """behind: the address of the rows behind a figure, from `what` and its parts. unit: the noun of who travels the
    journey; unit_url: the page of one of them. converted: the `what` of those
    who went on by the measure of the question. losses_by: what drop-off points are measured by."""

    figures: Figures
    unit: str
    converted: str
    behind: Callable[..., str]
    unit_url: Callable[[int], str]
    losses_by: str = ""

    @cached_property
    def words(self) -> Words:
        return Words(typography.language())

    @cached_property
    def stages(self) -> Mapping[str, StageFigures]:
        return {stage.key: stage for stage in self.figures.stages}

    def name(self, key: str) -> str:
        """What a stage is called; its key when the journey has lost it."""
        stage = self.stages.get(key)
        return stage.label if stage else key

    def count(self, split: Split, what: str, stage: str = "") -> "Count":
        """A count with its list; companies and unknown visitors are told apart."""
        where: dict[str, Any] = {"stage": stage} if stage else {}
        whole = self.behind(what, **where) if split.total else ""
        companies = self.behind(what, **where, who="company") if split.companies else ""
        unknown = self.behind(what, **where, who="unknown") if split.unknown else ""
        return Count(split.total, split.companies, split.unknown, whole, companies, unknown)

    def money(self, amount: Any) -> str:
        return typography.money(amount, self.figures.totals.currency)


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and who: unknown visitors are a part of total."""

    total: int
    companies: int
    unknown: int
    url: str
    companies_url: str
    unknown_url: str

    @property
    def cells(self) -> list[Cell]:
        """Two columns of a table: companies, unknown visitors."""
        return [
            Cell(typography.number(self.companies), self.companies, self.companies_url),
            Cell(typography.number(self.unknown), self.unknown, self.unknown_url),
        ]
