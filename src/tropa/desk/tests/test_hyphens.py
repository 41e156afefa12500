"""Soft hyphens: where a word may be broken."""

import pytest

from tropa.desk.hyphens import SHY, soft


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
