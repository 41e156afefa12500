"""Moments and amounts: whole columns against the standard library, one value at a time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.formats.layouts import LAYOUTS, layout_of
from tropa.analysis.formats.moments import guess_layout, read_moments
from tropa.analysis.formats.numbers import guess_decimal, read_numbers
from tropa.analysis.formats.zones import to_utc
from tropa.analysis.problem import InputError

UTC_ZONE = ZoneInfo("UTC")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(text: str, layout: str = "iso", zone: str = "UTC") -> datetime | None:
    moments = read_moments(pa.array([text]), layout_of(layout), ZoneInfo(zone))
    return EPOCH + timedelta(microseconds=int(moments.at[0])) if moments.ok[0] else None


@pytest.mark.parametrize(
    ("text", "layout", "expected"),
    [
        ("2024-02-29", "iso", "2024-02-29T00:00"),
        ("2024-02-29 7:05", "iso", "2024-02-29T07:05"),
        ("2024-02-29T23:59:58.1234567", "iso", "2024-02-29T23:59:58.123456"),
        ("2024-02-29T00:00:00,5Z", "iso", "2024-02-29T00:00:00.5"),
        ("2024-02-29T00:00:00+03", "iso", "2024-02-28T21:00"),
        ("2024-02-29 00:00:00.000 -0330", "iso", "2024-02-29T03:30"),
        ("0001-01-01", "iso", "0001-01-01"),
        ("2024/2/9 1:02 pm", "ymd", "2024-02-09T13:02"),
        ("31.12.24", "dmy", "2024-12-31"),
        ("1/2/1999 12:00:00 AM", "dmy", "1999-02-01"),
        ("1/2/69", "mdy", "2069-01-02"),
        ("1/2/70", "mdy", "1970-01-02"),
        ("11/1/2019 8:51:12", "mdy", "2019-11-01T08:51:12"),
        ("11/1/2019, 12:51:12 PM", "mdy", "2019-11-01T12:51:12"),
        ("20240131T101112Z", "compact", "2024-01-31T10:11:12"),
        ("20240131", "compact", "2024-01-31"),
        ("1700000000.25", "epoch_s", "2023-11-14T22:13:20.25"),
        ("1700000000250", "epoch_ms", "2023-11-14T22:13:20.25"),
        ("1700000000250001", "epoch_us", "2023-11-14T22:13:20.250001"),
        ("-1", "epoch_s", "1969-12-31T23:59:59"),
        ("3 Mar 2024 5 PM", "%d %b %Y %I %p", "2024-03-03T17:00"),
        ("March 3, 2024", "%B %d, %Y", "2024-03-03"),
        ("24-12-31 (x)", "%y-%m-%d (x)", "2024-12-31"),
    ],
)
def test_it_works(text: str, layout: str, expected: str) -> None:
    assert read(text, layout) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("2023-02-29", "iso"),
        ("2024-13-01", "iso"),
        ("2024-00-10", "iso"),
        ("2024-01-01 24:00", "iso"),
        ("2024-01-01 10:60", "iso"),
        ("2024-01-01 10:00:60", "iso"),
        ("0000-01-01", "iso"),
        ("2024-01-01 x", "iso"),
        ("1.1.124", "dmy"),
        ("13:00 PM", "dmy"),
        ("1/1/2024 13:00 PM", "dmy"),
        ("1/1/2024 0:00 AM", "dmy"),
        ("31/04/2024", "dmy"),
        ("12a", "epoch_s"),
        ("3 Mrz 2024", "%d %b %Y"),
    ],
)
def test_no_such_moment(text: str, layout: str) -> None:
    assert read(text, layout) is None


@pytest.mark.parametrize("pattern", ["", "%Y", "%Y-%m", "%d.%m", "%Y-%m-%d %Q", "%Y-%m-%d-%d", "%Y-%m-%d %", "ISO"])
def test_patterns_that_cannot_be_used(pattern: str) -> None:
    with pytest.raises(InputError, match="cannot be used") as caught:
        layout_of(pattern)
    assert all(name in caught.value.ru for name in LAYOUTS)


@given(st.lists(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9998, 12, 30)), min_size=1))  # noqa: DTZ001
@pytest.mark.parametrize(
    ("pattern", "layout"),
    [
        ("%Y-%m-%d %H:%M:%S.%f", "iso"),
        ("%d.%m.%Y %H:%M:%S.%f", "dmy"),
        ("%m/%d/%Y %H:%M:%S.%f", "mdy"),
        ("%d/%m/%Y %I:%M:%S.%f %p", "dmy"),
        ("%Y%m%d%H%M%S.%f", "compact"),
        ("%Y %B %d %H.%M.%S.%f", "%Y %B %d %H.%M.%S.%f"),
    ],
)
def test_like_the_standard_library(pattern: str, layout: str, moments: list[datetime]) -> None:
    # strftime does not pad the years before 1000.
    texts = [moment.strftime(pattern.replace("%Y", f"{moment.year:04}")) for moment in moments]
    found = read_moments(pa.array(texts), layout_of(layout), UTC_ZONE)
    assert found.ok.all()
    assert found.at.tolist() == [(m.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1) for m in moments]


def test_one_bad_value_does_not_change_the_others() -> None:
    texts = ["2024-01-01T10:00:00+01:00", "2024-01-01", "x", "2024-06-01 10:00:00.25"]
    found = read_moments(pa.array(texts), layout_of("iso"), ZoneInfo("Europe/Berlin"))
    alone = [read(text, "iso", "Europe/Berlin") for text in texts]
    assert found.ok.tolist() == [moment is not None for moment in alone]
    assert [EPOCH + timedelta(microseconds=int(at)) for at in found.at[found.ok]] == [m for m in alone if m]


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        # Clocks go from 02:00 to 03:00: the skipped half hour is the first instant after the gap.
        ("Europe/Berlin", "2024-03-31 02:30", "2024-03-31T01:00"),
        ("Europe/Berlin", "2024-03-31 01:59:59", "2024-03-31T00:59:59"),
        ("Europe/Berlin", "2024-03-31 03:00", "2024-03-31T01:00"),
        # 02:30 happens twice: the first of the two.
        ("Europe/Berlin", "2024-10-27 02:30", "2024-10-27T00:30"),
        ("Europe/Berlin", "2024-10-27 03:00", "2024-10-27T02:00"),
        # A gap at midnight, one of half an hour, and a day that never was.
        ("America/Sao_Paulo", "2018-11-04 00:10", "2018-11-04T03:00"),
        ("Australia/Lord_Howe", "2024-10-06 02:15", "2024-10-05T15:30"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00"),
        ("Europe/Moscow", "2014-10-26 01:30", "2014-10-25T21:30"),
        ("Europe/Moscow", "2025-01-01", "2024-12-31T21:00"),
    ],
)
def test_gaps_and_overlaps(zone: str, text: str, expected: str) -> None:
    assert read(text, "iso", zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(
    st.lists(st.datetimes(min_value=datetime(1972, 1, 1), max_value=datetime(2037, 12, 31)), min_size=1),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Moscow", "Asia/Kathmandu"]),
)
def test_zones_like_the_standard_library(walls: list[datetime], name: str) -> None:
    zone = ZoneInfo(name)
    local = np.array([(wall.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1) for wall in walls])
    for wall, at in zip(walls, to_utc(local, zone).tolist(), strict=True):
        moment = EPOCH + timedelta(microseconds=at)
        back = moment.astimezone(zone).replace(tzinfo=None)
        if back == wall:
            assert moment == wall.replace(tzinfo=zone).astimezone(UTC)
        else:
            # Skipped: nothing before this instant reads as that wall clock or later.
            before = (moment - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
            assert before < wall < back


@pytest.mark.parametrize(
    ("values", "layout"),
    [
        (["2024-01-01", "2024-01-01T10:00:00Z", "junk"], "iso"),
        (["2024/1/1"], "ymd"),
        (["13/01/2024", "02/03/2024"], "dmy"),
        (["01/13/2024", "02/03/2024"], "mdy"),
        (["02/03/2024", "04/05/2024"], "dmy"),
        (["01.02.2024"], "dmy"),
        (["16-10-2024", "09-07-2024 03:00"], "dmy"),
        (["11/1/2019 8:51:12 AM", "11/20/2019 8:51:12 PM"], "mdy"),
        # Two bad values do not outvote the good ones.
        (["32.13.2024", "01.13.2024", "31.12.2024", "30.12.2024", "29.12.2024"], "dmy"),
        (["20240131", "20240201"], "compact"),
        (["1700000000"], "epoch_s"),
        (["1700000000123"], "epoch_ms"),
        (["1700000000123456"], "epoch_us"),
    ],
)
def test_guessed_layouts(values: list[str], layout: str) -> None:
    assert guess_layout(pa.array([*values, ""]))[0].name == layout


@pytest.mark.parametrize("values", [["1", "2", "3"], ["2024", "2023"], ["a"], [""]])
def test_what_is_no_moment(values: list[str]) -> None:
    assert guess_layout(pa.array(values))[1] == 0


@pytest.mark.parametrize(
    ("values", "delimiter", "mark"),
    [
        (["1.5", "2"], ",", "."),
        (["1,5", "2"], ",", ","),
        (["1 234,56"], ";", ","),
        (["1.234,56"], ";", ","),
        (["1,234.56"], ";", "."),
        (["1,234"], ",", "."),
        (["1,234"], ";", ","),
        (["1.234"], ";", "."),
        (["1,234,567"], ",", "."),
        (["0,5 ₽", "1,234"], ",", ","),
        ([""], ";", "."),
    ],
)
def test_guessed_decimal_marks(values: list[str], delimiter: str, mark: str) -> None:
    assert guess_decimal(pa.array(values), delimiter=delimiter) == mark


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1 234,50", ",", 1234.5),
        ("1\u00a0234,5 ₽", ",", 1234.5),
        ("-1.234,5", ",", -1234.5),
        ("$1,234.5", ".", 1234.5),
        ("+7", ".", 7.0),
        (".5", ".", 0.5),
        ("1e3", ".", 1000.0),
        ("12 руб.", ",", 12.0),
        ("", ".", None),
        ("nan", ".", None),
        ("inf", ".", None),
        ("1e999", ".", None),
        ("1.2.3", ".", None),
        ("many", ".", None),
        ("5 штук", ",", None),
    ],
)
def test_amounts(text: str, mark: str, expected: float | None) -> None:
    assert mark in (".", ",")
    values, ok = read_numbers(pa.array([text, "1"]), "," if mark == "," else ".")
    assert (values[0] if ok[0] else None) == expected
    assert (values[1], ok[1]) == (1.0, True)


@given(st.dates())
def test_day_and_month_are_never_swapped_silently(day: date) -> None:
    assert read(f"{day.day}/{day.month}/{day.year:04}", "dmy") == datetime(day.year, day.month, day.day, tzinfo=UTC)
