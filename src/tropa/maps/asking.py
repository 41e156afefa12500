"""What the figures of a board are asked for: the form and the words of its filters, the addresses they lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tropa.insights import filters
from tropa.insights.question import Question
from tropa.workspace.models import Workspace


@dataclass(frozen=True, slots=True)
class Asking:
    """bare: the address of the board; mode: what else of its address stays, as `compare`."""

    question: Question
    workspace: Workspace
    bare: str
    mode: str = ""

    @property
    def kept(self) -> Mapping[str, str]:
        """What of the address a form of the page carries on."""
        return self.question.params | self._more

    @property
    def periods(self) -> list[filters.Option]:
        return filters.periods(self.question, self.address)

    @property
    def measures(self) -> list[filters.Option]:
        return filters.measures(self.question, self.address)

    @property
    def form(self) -> filters.Filters:
        return filters.Filters(self.question, self.workspace)

    @property
    def refused(self) -> list[str]:
        return filters.refused_words(self.question)

    @property
    def words(self) -> str:
        """What is measured, on the button of the filters."""
        chips = [chip.text for chip in filters.chips(self.question, self.workspace, self.address)]
        words = chips if self.question.period != "all" else [filters.period_words(self.question), *chips]
        return " · ".join(words[:3]) + (" …" if len(words) > 3 else "")

    @property
    def counted(self) -> str:
        """The board that waits for its figures, for a browser that cannot ask for them behind the page."""
        return self.address(figures="1")

    def address(self, **changes: Any) -> str:
        """The board with another question."""
        return self.question.query(**self._more, **changes) or self.bare

    @property
    def _more(self) -> dict[str, str]:
        return {"mode": self.mode} if self.mode else {}
