"""From wall clock to UTC in a named zone, for whole columns at once."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
import numpy.typing as npt

from tropa.analysis.problem import InputError, did_you_mean

Micros = npt.NDArray[np.int64]

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock before a zone is applied
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_MICRO = timedelta(microseconds=1)


def checked_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; InputError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        close = did_you_mean(name, available_timezones())
        raise InputError(
            "unknown_timezone",
            ru=f"Часовой пояс «{name}» неизвестен."
            + (f" Возможно, вы имели в виду {close}." if close else "")
            + " Нужно имя IANA, например Europe/Moscow или UTC.",
            en=f"Unknown time zone {name!r}."
            + (f" Did you mean {close}?" if close else "")
            + " An IANA name is needed, for example Europe/Moscow or UTC.",
        ) from error


def to_utc(local: Micros, zone: ZoneInfo) -> Micros:
    """Microseconds of wall clock since 1970-01-01 00:00 to microseconds since 1970-01-01 UTC.

    A wall clock time that occurs twice is the first of the two; one that is skipped is the first valid instant
    behind the gap.
    """
    if zone.key == "UTC" or not len(local):
        return local
    days, place = np.unique(local // DAY, return_inverse=True)
    offsets = np.array([_offset_of_day(int(day), zone) for day in days], dtype=np.float64)[place]
    utc: Micros = local - np.nan_to_num(offsets).astype(np.int64)
    changing = np.flatnonzero(np.isnan(offsets))
    if len(changing):
        utc[changing] = _by_minute(local[changing], zone)
    return utc


def _offset_of_day(day: int, zone: ZoneInfo) -> float:
    """The offset in microseconds, or nan when the clock changes on that day or next to it."""
    try:
        start = _EPOCH + timedelta(days=day)
        ends = {moment.replace(tzinfo=zone).utcoffset() for moment in (start, start + timedelta(days=1))}
    except OverflowError:
        return 0.0
    return _micros(ends.pop()) if len(ends) == 1 else float("nan")


def _by_minute(local: Micros, zone: ZoneInfo) -> Micros:
    minutes, place = np.unique(local // MINUTE, return_inverse=True)
    starts = np.array([_minute_start(int(minute), zone) for minute in minutes], dtype=np.int64)
    inside = local - local // MINUTE * MINUTE
    # All moments of a skipped minute are the same first valid instant.
    skipped = np.array([_is_skipped(int(minute), zone) for minute in minutes], dtype=np.bool_)
    result: Micros = starts[place] + np.where(skipped[place], 0, inside)
    return result


def _minute_start(minute: int, zone: ZoneInfo) -> int:
    wall = _EPOCH + timedelta(minutes=minute)
    if _is_skipped(minute, zone):
        return _end_of_gap(wall, zone)
    return (wall.replace(tzinfo=zone) - _EPOCH_UTC) // _ONE_MICRO


@lru_cache(maxsize=4096)
def _is_skipped(minute: int, zone: ZoneInfo) -> bool:
    wall = (_EPOCH + timedelta(minutes=minute)).replace(tzinfo=zone)
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    return before is not None and after is not None and after > before


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> int:
    """The instant of the change, found by halving between the two readings of the skipped time."""
    later, earlier = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    low, high = (int((moment - _EPOCH_UTC).total_seconds()) for moment in (earlier, later))
    target = _offset_at(high, zone)
    while low < high:
        middle = (low + high) // 2
        if _offset_at(middle, zone) == target:
            high = middle
        else:
            low = middle + 1
    return low * SECOND


def _offset_at(seconds: int, zone: ZoneInfo) -> timedelta | None:
    return (_EPOCH_UTC + timedelta(seconds=seconds)).astimezone(zone).utcoffset()


def _micros(offset: timedelta | None) -> float:
    return (offset or timedelta()) / _ONE_MICRO
