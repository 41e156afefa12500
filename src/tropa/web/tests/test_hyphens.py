"""Soft hyphens: where a word may be broken."""

import pytest

from tropa.web.hyphens import SHY, soft


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        ("Исследование", "Ис-сле-до-ва-ние"),
        ("Лояльность", "Ло-яль-ность"),
        ("Потребность подтверждена", "Пот-реб-ность под-твер-жде-на"),
        ("Решение", "Решение"),
        ("Onboarding", "Onboard-ing"),
        ("Requirements agreed", "Require-ments agreed"),
        ("Consideration", "Considera-tion"),
        ("Advocacy", "Advocacy"),
        ("Эксплуатация и развитие", "Экс-плу-ата-ция и раз-ви-тие"),
    ],
)
def test_long_words_may_be_broken_between_syllables(word: str, broken: str) -> None:
    assert soft(word).replace(SHY, "-") == broken


def test_running_text_is_broken_in_its_longest_words_and_not_near_their_ends() -> None:
    assert soft("КП просмотрено, а решение нет", 11).replace(SHY, "-") == "КП прос-мот-рено, а решение нет"
    assert soft("Documents and requirements", 11).replace(SHY, "-") == "Documents and require-ments"
