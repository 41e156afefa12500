"""Office hours: a clock that runs fast while people work and slowly at night and at weekends.

The world is laid out in days of this clock, so order and gaps survive the way to real timestamps.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

# Moscow has kept UTC+3 without summer time since 2014, so a fixed shift is exact for every date used here.
MOSCOW = timedelta(hours=3)
DAY = 86_400
WEEK = 7 * DAY


def _week() -> npt.NDArray[np.float64]:
    workday = np.array([0.15] * 7 + [2.0, 5.0] + [9.0] * 4 + [7.0] + [9.0] * 4 + [4.0, 2.0, 1.5, 1.0, 0.8, 0.4])
    weekend = np.array([0.15] * 8 + [0.9] * 14 + [0.4, 0.15])
    hours = np.concatenate([np.tile(workday, 5), np.tile(weekend, 2)])
    busy = np.concatenate([[0.0], np.cumsum(hours)])
    return np.asarray(busy / busy[-1] * 7)


@dataclass(frozen=True, slots=True)
class OfficeClock:
    """Days of activity since the start of the world ↔ seconds since its start.

    until: end of the world (aware); days: its length.
    """

    until: datetime
    days: int

    @property
    def start(self) -> datetime:
        return self.until.astimezone(UTC) - timedelta(days=self.days)

    @property
    def length(self) -> float:
        """Length of the world in days of activity."""
        return self._activity(self._offset + self.days * DAY) - self._activity(self._offset)

    def seconds(self, activity: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        """Whole seconds since the start of the world, never decreasing in `activity`."""
        at = activity + self._activity(self._offset)
        week = np.floor(at / 7)
        real = np.interp(at - 7 * week, _WEEK, np.arange(169) * 3600.0)
        seconds = week * WEEK + real - self._offset
        return np.asarray(np.clip(seconds, 0, self.days * DAY - 1).astype(np.int32))

    @property
    def _offset(self) -> float:
        """Seconds from a Monday 00:00 in Moscow to the start of the world."""
        local = self.start + MOSCOW
        monday = datetime(2001, 1, 1, tzinfo=UTC)
        return (local - monday).total_seconds() % WEEK

    def _activity(self, seconds: float) -> float:
        week, rest = divmod(seconds, WEEK)
        return float(week * 7 + np.interp(rest, np.arange(169) * 3600.0, _WEEK))


_WEEK = _week()
