"""What makes a touch storable, and how it is recognised when it comes again. Pure rules, no database."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final

from tropa.facts.touches import NewTouch, Rejection

MOST_TEXT: Final = {"message_id": 200, "type": 80, "channel": 40, "campaign": 200, "page": 1000}
MOST_PROPERTIES: Final = 300
MOST_PROPERTY_BYTES: Final = 32_768
MOST_PAYLOAD_BYTES: Final = 32_768
# 1900-01-01 and 2200-01-01: what lies outside is a wrong unit or a slipped digit, not a moment of a client.
EARLIEST_US: Final = -2_208_988_800_000_000
LATEST_US: Final = 7_258_118_400_000_000
LARGEST: Final = 2**63 - 1
DAY_US: Final = 86_400_000_000
BUCKETS: Final = 64

Flaw = tuple[str, dict[str, object]]


def message_hash(source_id: int, message_id: str) -> bytes:
    """16 bytes that stand for a message of a source: the same id from another source gives others."""
    return blake2b(message_id.encode(), digest_size=16, key=source_id.to_bytes(8, "big")).digest()


def bucket_of(account_id: int | None) -> int:
    """The bucket of the columnar copy that holds an account; touches of nobody lie in the first."""
    return 0 if account_id is None else account_id % BUCKETS


def hour_of(moment: datetime) -> datetime:
    """The hour of the ledger that a moment falls in (UTC)."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, without the rounding of floating-point seconds."""
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def flaw(touch: NewTouch) -> Flaw | None:
    """Why a touch cannot be stored: the reason and what was given and allowed; None when it can."""
    return _bad_text(touch) or _bad_moment(touch) or _bad_number(touch) or _bad_properties(touch.properties)


def rejection(touch: NewTouch, position: int, found: Flaw) -> Rejection:
    """A touch that was refused, with all that was sent."""
    sent = asdict(touch) | {"properties": dict(touch.properties)}
    payload = json.dumps(sent, ensure_ascii=False, default=str)
    return Rejection(position if touch.position is None else touch.position, found[0], payload, found[1])


def storable(text: str, most_bytes: int = MOST_PAYLOAD_BYTES) -> str:
    """A text that every database takes: no NUL, no half characters, cut to `most_bytes` of UTF-8."""
    raw = text.replace("\x00", "\ufffd").encode("utf-8", "replace")[:most_bytes]
    return raw.decode("utf-8", "ignore")


def _bad_text(touch: NewTouch) -> Flaw | None:
    if not touch.message_id:
        return "no_message_id", {}
    if not touch.type:
        return "no_type", {}
    for name, most in MOST_TEXT.items():
        text = getattr(touch, name)
        if not isinstance(text, str):
            return "not_text", {"field": name, "given": type(text).__name__}
        if text == "":
            continue
        if len(text) > most:
            return "too_long", {"field": name, "given": len(text), "allowed": most}
        if not _is_storable(text):
            return "bad_characters", {"field": name}
    return None


def _is_storable(text: str) -> bool:
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bad_moment(touch: NewTouch) -> Flaw | None:
    for name in ("occurred_us", "ended_us", "sent_us", "client_us"):
        moment = getattr(touch, name)
        if moment is None and name != "occurred_us":
            continue
        if type(moment) is not int:
            return "not_a_moment", {"field": name, "given": str(moment)[:80]}
        # What a wrong clock says is kept as it came; only the moments that figures are made of must be plausible.
        low, high = (EARLIEST_US, LATEST_US) if name in ("occurred_us", "ended_us") else (-LARGEST, LARGEST)
        if not low <= moment <= high:
            return "moment_out_of_range", {"field": name, "given": str(moment)[:80], "allowed": [low, high]}
    return None


def _bad_number(touch: NewTouch) -> Flaw | None:
    for name in ("account_id", "contact_id", "deal_id"):
        number = getattr(touch, name)
        if number is not None and not (type(number) is int and 0 < number <= LARGEST):
            return "bad_id", {"field": name, "given": str(number)[:80]}
    if touch.value is not None and not _is_number(touch.value):
        return "bad_value", {"given": str(touch.value)[:80]}
    return None


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _bad_properties(properties: Mapping[Any, Any]) -> Flaw | None:
    if not properties:
        return None
    if len(properties) > MOST_PROPERTIES:
        return "too_many_properties", {"given": len(properties), "allowed": MOST_PROPERTIES}
    size = 0
    for name, text in properties.items():
        if not isinstance(name, str) or not isinstance(text, str):
            return "not_text", {"field": f"properties.{str(name)[:80]}", "given": type(text).__name__}
        if not _is_storable(name) or not _is_storable(text):
            return "bad_characters", {"field": f"properties.{storable(name, 80)}"}
        size += len(name.encode()) + len(text.encode())
    if size > MOST_PROPERTY_BYTES:
        return "too_large", {"field": "properties", "given": size, "allowed": MOST_PROPERTY_BYTES}
    return None
