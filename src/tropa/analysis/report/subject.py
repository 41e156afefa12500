"""What every part of the report needs to know: the document, the language, the names of stages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from unicodedata import category

from tropa.analysis.problem import Language
from tropa.analysis.report.document import Label, StageDoc, SummaryDoc
from tropa.analysis.words import Words

LONGEST_TEXT = 140
UNITS = ("account", "deal", "contact")


@dataclass(frozen=True)
class Subject:
    """The document being drawn and the words it is drawn with.

    address: where the rows behind a flow are, from what it is (`transition`, `gone`), the stage it leaves and the stage
    it reaches; None in a file, which has no rows behind its figures.
    """

    document: SummaryDoc
    words: Words
    address: Callable[[str, str, str], str] | None = None

    def link(self, what: str, stage: str, target: str = "") -> str | None:
        return None if self.address is None else self.address(what, stage, target)

    @property
    def language(self) -> Language:
        return self.words.language

    @property
    def has_journey(self) -> bool:
        return self.document["question"]["journey"] is not None

    @cached_property
    def stages(self) -> dict[str, StageDoc]:
        return {stage["key"]: stage for stage in self.document["stages"]}

    @cached_property
    def positions(self) -> dict[str, int]:
        return {key: position for position, key in enumerate(self.stages)}

    def name(self, key: str) -> str:
        """What a person calls the stage; the key itself when it has no name in this language."""
        stage = self.stages.get(key)
        return self.label(stage["label"] if stage else None, key)

    def label(self, label: Label | None, key: str) -> str:
        return clean((label or {}).get(self.language) or key) or self.words("unnamed")

    @property
    def unit(self) -> str:
        """The noun of what travels the journey; trips when the log has no journey."""
        unit = self.document["question"]["unit"]
        return unit if self.has_journey and unit in UNITS else "trip"

    @cached_property
    def won(self) -> StageDoc | None:
        """The stage that counts as won: marked so, else the last stage of the sale, else the last of all."""
        stages = list(self.stages.values()) if self.has_journey else []
        marked = [stage for stage in stages if stage.get("won")]
        sale = [stage for stage in stages if stage["phase"] == "sale"]
        return marked[0] if marked else sale[-1] if sale else stages[-1] if stages else None


def clean(text: str) -> str:
    """A text of the data as one line that cannot grow without bound nor turn the line around."""
    line = "".join(" " if category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text[: LONGEST_TEXT * 4])
    line = " ".join(line.translate(_TURNING).split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1].rstrip() + "…"


# Marks that change the direction of the text after them, outside their own name too.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
