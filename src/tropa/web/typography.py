"""How numbers, money, days and sentences look in the language of the page."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_timedelta
from django.utils import timezone
from django.utils.translation import get_language

from tropa.analysis import words
from tropa.analysis.problem import Language
from tropa.analysis.words import DASH, NBSP

Amount = int | float | Decimal

# Not an abbreviation: «КП просмотрено» may be broken.
_SHORT_WORD = re.compile(r"(?<![\w-])([А-Яа-яЁё][а-яё]?) (?=\S)")
_BEFORE_DASH = re.compile(r" ([—–])")
# A number stays with its unit or noun, and with the next group of digits.
_AFTER_NUMBER = re.compile(r"(?<=\d) (?=[\d%‰₽$€A-Za-zА-Яа-яЁё])")
_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "KZT": "₸", "UAH": "₴", "AMD": "֏", "GEL": "₾"}
_TAG = re.compile(r"(<[^>]*>)")
_SCALES = (
    (Decimal(10) ** 9, "млрд", "B"),
    (Decimal(10) ** 6, "млн", "M"),
    (Decimal(10) ** 3, "тыс.", "K"),
)
# Below it an amount is told in full: 9 500 ₽ is as short as 9,5 тыс. ₽ and says more.
_SHORT_FROM = Decimal(10_000)
# From here on a scaled amount has no decimals: 480 тыс., but 11,7 млн.
_WHOLE_FROM = 100


def language() -> Language:
    """The language of the page, Russian when it is none of ours."""
    return "en" if (get_language() or "").startswith("en") else "ru"


def number(value: Amount | None, digits: int = 0) -> str:
    """1 234,5; a dash for a missing value."""
    return words.number(None if value is None else float(value), language(), digits=digits)


def signed(value: Amount | None) -> str:
    """A whole number with its sign: +47, −4, 0; a dash for a missing value."""
    shown = number(None if value is None else round(float(value)))
    return f"+{shown}" if value is not None and round(float(value)) > 0 else shown


def percent(fraction: Amount | None) -> str:
    """18,3 %. fraction: 0..1."""
    return words.percent(None if fraction is None else float(fraction), language())


def portion(part: int, whole: int) -> str:
    """«81,8 % (54 из 66)»; below ten only «5 из 8», since a percentage would pretend precision."""
    of = words.text("share.of", language(), k=number(part), n=number(whole))
    share = words.Words(language()).portion(part / whole if whole else None, whole)
    return tied(of) if share == DASH else f"{share} ({tied(of)})"


def money(amount: Amount | None, currency: str = "RUB") -> str:
    """«480 тыс. ₽», "₽480K". amount: in whole units of the currency."""
    if amount is None:
        return DASH
    value = Decimal(str(amount))
    if abs(value) < _SHORT_FROM:
        return money_full(value, currency)
    size, russian, english = _scale(value)
    shown = _few_digits(value / size)
    if language() == "en":
        return _with_symbol(f"{shown}{english}", currency)
    return _with_symbol(f"{shown}{NBSP}{russian}", currency)


def _scale(value: Decimal) -> tuple[Decimal, str, str]:
    """The largest unit of which the rounded amount holds at least one: 999 960 is a million."""
    for scale in _SCALES:
        if round(abs(value) / scale[0], 1) >= 1:
            return scale
    return _SCALES[-1]


def _few_digits(value: Decimal) -> str:
    rounded = round(value, 0 if abs(value) >= _WHOLE_FROM else 1)
    return number(rounded, 0 if rounded == rounded.to_integral_value() else 1)


def money_full(amount: Amount | None, currency: str = "RUB") -> str:
    """«480 000 ₽», «1 234,50 ₽»."""
    if amount is None:
        return DASH
    value = Decimal(str(amount))
    return _with_symbol(number(value, 0 if value == value.to_integral_value() else 2), currency)


def _with_symbol(shown: str, currency: str) -> str:
    sign = _SIGNS.get(currency, currency)
    if language() == "ru":
        return f"{shown}{NBSP}{sign}"
    minus, shown = ("−", shown[1:]) if shown.startswith("−") else ("", shown)
    return f"{minus}{sign}{NBSP if sign.isalpha() else ''}{shown}"


def days(amount: Amount | timedelta | None) -> str:
    """«47 дней», «1 день», «7,5 дня». amount: days."""
    if amount is None:
        return DASH
    value = amount / timedelta(days=1) if isinstance(amount, timedelta) else float(amount)
    shown = round(value) if abs(value) >= 10 or round(value, 1) == round(value) else round(value, 1)
    return f"{number(shown, 0 if shown == int(shown) else 1)}{NBSP}{words.noun(shown, 'day', language())}"


def counted(amount: int | None, noun: str) -> str:
    """«5 компаний»: a number with a noun of analysis/words.yaml."""
    return DASH if amount is None else words.count(amount, noun, language())


def day(value: date | datetime | None) -> str:
    """«17 мая 2024», in the time zone of the workspace."""
    return DASH if value is None else words.moment(_local(value).strftime("%Y-%m-%d"), language())


def moment(value: datetime | None) -> str:
    """«17 мая 2024, 09:40», in the time zone of the workspace."""
    return DASH if value is None else f"{day(value)}, {_local(value):%H:%M}"


def _local(value: date | datetime) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def ago(value: datetime | None, now: datetime) -> str:
    """«3 часа назад»; «только что» within a minute."""
    if value is None:
        return DASH
    passed = value - now
    if abs(passed) < timedelta(minutes=1):
        return "just now" if language() == "en" else "только что"
    return tied(format_timedelta(passed, add_direction=True, locale=language()))


def tied(sentence: str) -> str:
    """Short prepositions, dashes and units stay with their neighbour at a line break."""
    if language() == "ru":
        sentence = _SHORT_WORD.sub(rf"\1{NBSP}", sentence)
    return _AFTER_NUMBER.sub(NBSP, _BEFORE_DASH.sub(rf"{NBSP}\1", sentence))


def tied_markup(markup: str) -> str:
    """The same between tags alone: attributes stay as they are."""
    return "".join(part if part.startswith("<") else tied(part) for part in _TAG.split(markup))
