"""Limits on tries at secrets (passwords, codes), counted before anything costly is done.

At most ten tries in any fifteen minutes per account and per address. One row per key holds the moments of the tries
within the window and is locked while it changes, so that the limit holds for any number of processes on both databases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from tropa.workspace.models import Tries

MOST_TRIES = 10
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limited:
    """Too many tries. wait: until the next one counts."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that may go on. It can be given back when it was a success: only failures shall add up."""

    keys: tuple[str, ...]
    stamp_us: int


def count(names: Iterable[str], *, now: datetime) -> Counted | Limited:
    """Count one try under each name (`sign_in:address:192.0.2.1`), or under none when any of them is at its limit."""
    keys = tuple(salted_hmac("tropa.limits", name, algorithm="sha256").hexdigest() for name in names)
    stamp_us = int(now.timestamp() * 1_000_000)
    with transaction.atomic():
        rows = []
        # Everybody locks in the order of the names (address, then account): no deadlock. The first limit ends it, so
        # that an address at its limit cannot fill the table with accounts.
        for key in keys:
            row = _locked(key, now)
            if wait_us := _wait_us(row, stamp_us):
                return Limited(timedelta(microseconds=wait_us))
            rows.append(row)
        for row in rows:
            row.stamps.append(stamp_us)
            row.touched_at = now
            row.save()
    return Counted(keys, stamp_us)


def give_back(counted: Counted) -> None:
    """A success does not count. Only the try itself is taken back: others stay, so this opens no way around."""
    with transaction.atomic():
        for key in counted.keys:
            row = Tries.objects.select_for_update().filter(key=key).first()
            if row and counted.stamp_us in row.stamps:
                row.stamps.remove(counted.stamp_us)
                row.save()


def forget_old(*, now: datetime) -> int:
    """Drop rows whose tries are all outside of the window. Returns how many."""
    return Tries.objects.filter(touched_at__lt=now - WINDOW).delete()[0]


def _locked(key: str, now: datetime) -> Tries:
    rows = Tries.objects.select_for_update().filter(key=key)
    if found := rows.first():
        return found
    Tries.objects.get_or_create(key=key, defaults={"touched_at": now})
    return rows.get()


def _wait_us(row: Tries, now_us: int) -> int:
    """Drop what left the window; how long until a further try is allowed, 0 when it is."""
    window_us = int(WINDOW.total_seconds() * 1_000_000)
    row.stamps = [each for each in row.stamps if now_us - window_us < each <= now_us]
    return row.stamps[0] + window_us - now_us if len(row.stamps) >= MOST_TRIES else 0


def first_use(name: str, *, now: datetime) -> bool:
    """Whether a name comes for the first time within the window: for what must count once, such as a one-time code."""
    key = salted_hmac("tropa.limits.once", name, algorithm="sha256").hexdigest()
    _, is_new = Tries.objects.get_or_create(key=key, defaults={"touched_at": now})
    return is_new
