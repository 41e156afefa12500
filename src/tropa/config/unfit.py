"""The machine or the set-up is not ready for a command."""

from tropa.analysis.problem import Language


class Unfit(Exception):
    """A command cannot run as things stand. ru, en: why, and what to do."""

    def __init__(self, *, ru: str, en: str) -> None:
        super().__init__(en)
        self.ru = ru
        self.en = en

    def text(self, language: Language) -> str:
        return self.ru if language == "ru" else self.en
