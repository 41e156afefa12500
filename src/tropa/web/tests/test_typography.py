"""Numbers, money, days and sentences in both languages of the pages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from tropa.web import typography

NOW = datetime(2026, 5, 17, 9, 40, tzinfo=UTC)


def shown(source: str, **context: object) -> str:
    """A template's output, with a dot in the place of each non-breaking space."""
    return Template(source).render(Context(context)).replace("\u00a0", "·")


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    with translation.override("ru"):
        yield


def test_it_works() -> None:
    assert shown("{{ n|number }} {{ x|number:1 }} {{ s|percent }}", n=1234, x=-2.25, s=0.1834) == "1·234 −2,2 18,3·%"
    with translation.override("en"):
        assert shown("{{ n|number }} {{ x|number:1 }} {{ s|percent }}", n=1234, x=-2.25, s=0.1834) == "1,234 −2.2 18.3%"


def test_what_is_missing_is_a_dash_not_a_zero() -> None:
    filters = ("number", "percent", "money", "money_full", "days", "day", "moment", "ago", 'counted:"account"')
    assert {shown("{{ nothing|" + name + " }}", nothing=None) for name in filters} == {"—"}


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        (0, "0·₽", "₽0"),
        (9_500, "9·500·₽", "₽9,500"),
        (480_000, "480·тыс.·₽", "₽480K"),
        (12_345, "12,3·тыс.·₽", "₽12.3K"),
        (999_960, "1·млн·₽", "₽1M"),
        (Decimal("11700000"), "11,7·млн·₽", "₽11.7M"),
        (-4_400_000, "−4,4·млн·₽", "−₽4.4M"),
        (2_500_000_000, "2,5·млрд·₽", "₽2.5B"),
        (1234.5, "1·234,50·₽", "₽1,234.50"),
    ],
)
def test_money_is_short(amount: Decimal, russian: str, english: str) -> None:
    assert shown('{{ x|money:"RUB" }}', x=amount) == russian
    with translation.override("en"):
        assert shown('{{ x|money:"RUB" }}', x=amount) == english


def test_money_in_full_and_in_other_currencies() -> None:
    assert shown('{{ x|money_full:"RUB" }}', x=480_000) == "480·000·₽"
    assert shown('{{ x|money:"KZT" }} {{ x|money:"USD" }}', x=480_000) == "480·тыс.·₸ 480·тыс.·$"
    assert shown('{{ x|money:"BYN" }}', x=480_000) == "480·тыс.·BYN"
    with translation.override("en"):
        assert shown('{{ x|money:"BYN" }}', x=-480_000) == "−BYN·480K"


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        (1, "1·день", "1·day"),
        (3, "3·дня", "3·days"),
        (47, "47·дней", "47·days"),
        (7.5, "7,5·дня", "7.5·days"),
        (21.4, "21·день", "21·days"),
        (timedelta(days=2), "2·дня", "2·days"),
        (0, "0·дней", "0·days"),
    ],
)
def test_days_have_their_form(amount: float, russian: str, english: str) -> None:
    assert shown("{{ x|days }}", x=amount) == russian
    with translation.override("en"):
        assert shown("{{ x|days }}", x=amount) == english


def test_a_share_says_of_how_many() -> None:
    assert shown("{{ 54|out_of:66 }}") == "81,8·% (54·из·66)"
    assert shown("{{ 5|out_of:8 }}") == "5·из·8"
    assert shown("{{ 0|out_of:0 }}") == "0·из·0"
    assert shown('{{ 22|counted:"account" }}') == "22·компании"


def test_moments_are_told_in_the_zone_of_the_workspace() -> None:
    late = datetime(2026, 5, 17, 22, 5, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Moscow")):
        assert shown("{{ at|moment }}; {{ at|day }}", at=late) == "18·мая 2026, 01:05; 18·мая 2026"
    with timezone.override(ZoneInfo("America/New_York")), translation.override("en"):
        assert shown("{{ at|moment }}", at=late) == "17·May 2026, 18:05"


def test_midnight_and_a_plain_date_are_told_too() -> None:
    midnight = datetime(2026, 5, 17, tzinfo=UTC)
    with timezone.override(UTC):
        assert shown("{{ at|moment }}", at=midnight) == "17·мая 2026, 00:00"
    assert shown("{{ at|day }}", at=date(2026, 1, 2)) == "2·января 2026"


@pytest.mark.parametrize(
    ("passed", "russian", "english"),
    [
        (timedelta(seconds=20), "только что", "just now"),
        (timedelta(minutes=1), "1·минуту назад", "1·minute ago"),
        (timedelta(hours=3), "3·часа назад", "3·hours ago"),
        (timedelta(days=5), "5·дней назад", "5·days ago"),
        (-timedelta(days=2), "через 2·дня", "in 2·days"),
    ],
)
def test_ago(passed: timedelta, russian: str, english: str) -> None:
    assert typography.ago(NOW - passed, NOW).replace("\u00a0", "·") == russian
    with translation.override("en"):
        assert typography.ago(NOW - passed, NOW).replace("\u00a0", "·") == english


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("Путь — это в сделке и на этапе", "Путь·— это в·сделке и·на·этапе"),
        ("цель 84 %, 480 000 ₽, 12 компаний", "цель 84·%, 480·000·₽, 12·компаний"),
        ("«Он» и „в“ кто-то за 3 дня", "«Он» и·„в“ кто-то за·3·дня"),
    ],
)
def test_lines_break_where_they_may(text: str, tied: str) -> None:
    assert shown("{{ text|typo }}", text=text) == tied


def test_typography_leaves_markup_and_hostile_text_alone() -> None:
    markup = mark_safe('<a class="t 5 px" href="/в/">в 5 дней</a>')
    assert shown("{{ text|typo }}", text=markup) == '<a class="t 5 px" href="/в/">в·5·дней</a>'
    assert shown("{{ text|typo }}", text="<b>в доме</b>") == "&lt;b&gt;в·доме&lt;/b&gt;"
