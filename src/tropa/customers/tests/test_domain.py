"""Pure rules: folding, keys, amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.customers.domain import LONGEST_SEARCH, UnclearAmount, bare_name, folded, latin_key, read_amount


def test_it_works() -> None:
    assert folded("ООО  «Ёлка»", "", "Казань") == "ооо «елка» казань"
    assert latin_key("КП отправлено №2") == "kp_otpravleno_no2"
    assert read_amount("12 500,50 ₽", language="ru") == Decimal("12500.50")


@pytest.mark.parametrize(
    ("text", "language", "amount"),
    [
        ("12500", "ru", "12500"),
        ("12 500,50", "ru", "12500.50"),
        ("12 500,5", "ru", "12500.5"),
        ("12.500,50", "ru", "12500.50"),
        ("1.250.000", "ru", "1250000"),
        ("0,5", "ru", "0.5"),
        ("12,500.50", "en", "12500.50"),
        ("1,250,000", "en", "1250000"),
        ("12,500", "en", "12500"),
        ("$12500.5", "en", "12500.5"),
        ("300 руб.", "ru", "300"),
        ("300 RUB", "ru", "300"),
        ("12'500.50", "en", "12500.50"),
    ],
)
def test_amounts_as_people_write_them(text: str, language: str, amount: str) -> None:
    assert read_amount(text, language=language) == Decimal(amount)


@pytest.mark.parametrize("text", ["12,500", "12.500"])
def test_a_mark_before_three_digits_is_not_guessed_in_russian(text: str) -> None:
    with pytest.raises(UnclearAmount) as told:
        read_amount(text, language="ru")
    assert told.value.either == ("12500", f"12{text[2]}50")


@pytest.mark.parametrize("text", ["", "много", "1,2,3", "12,50,00", "1e9", "NaN", "∞", "--5", "1 2,3,4.5", "9" * 15])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(UnclearAmount):
        read_amount(text, language="ru")


@given(st.decimals(0, 10**12, places=2))
def test_every_written_amount_is_read_back(amount: Decimal) -> None:
    russian = f"{amount:,.2f}".replace(",", " ").replace(".", ",")
    assert read_amount(russian, language="ru") == amount
    assert read_amount(f"{amount:,.2f}", language="en") == amount


@given(st.text())
def test_folding_twice_changes_nothing_and_case_does_not_matter(text: str) -> None:
    once = folded(text)
    assert len(once) <= LONGEST_SEARCH
    assert folded(once) == once


@given(st.text())
def test_keys_are_made_of_plain_letters(text: str) -> None:
    assert not latin_key(text) or latin_key(text).replace("_", "a").isalnum()
    assert latin_key(text).isascii()


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("ООО «Ёлка-Сервис»", "елка-сервис"),
        ("  елка-сервис,  О.О.О. ", "елка-сервис"),
        ('OOO "Ёлка-Сервис"', "елка-сервис"),
        ("Общество с ограниченной ответственностью „Ёлка-Сервис“", "елка-сервис"),
        ("Публичное акционерное общество «Маяк»", "маяк"),
        ("АО Маяк", "маяк"),
        ("Beacon, L.L.C.", "beacon"),
        ("Beacon Ltd.", "beacon"),
        ("Аорта", "аорта"),
        ("Маяк АО Восток", "маяк ао восток"),
        ("ООО", "ооо"),
    ],
)
def test_a_bare_name_is_without_case_quotes_and_legal_form(name: str, bare: str) -> None:
    assert bare_name(name) == bare
