"""Amounts written by people: thousands separators, a decimal comma, currency signs."""

import re
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tropa.analysis.formats.rows import Flags
from tropa.analysis.problem import InputError

Decimal = Literal[".", ","]
_NOISE = r"[\s\x{00A0}\x{202F}\x{2009}'’]|₽|руб\.?|р\.|\$|€|£|RUB|USD|EUR"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"


def checked_decimal(decimal: str) -> Decimal:
    if decimal == ".":
        return "."
    if decimal == ",":
        return ","
    raise InputError(
        "bad_decimal",
        ru=f"Десятичный знак {decimal!r} не подходит. Нужна точка или запятая.",
        en=f"The decimal mark {decimal!r} cannot be used. A point or a comma is needed.",
    )


def guess_decimal(sample: pa.Array, *, delimiter: str | None) -> Decimal:
    """The decimal mark that the values themselves show; undecided files take the comma only beside a semicolon."""
    votes = {".": 0, ",": 0}
    for text in set(sample.to_pylist()):
        if mark := _mark(text):
            votes[mark] += 1
    if votes["."] == votes[","]:
        return "," if delimiter == ";" and any("," in text for text in sample.to_pylist()) else "."
    return "," if votes[","] > votes["."] else "."


def read_numbers(text: pa.Array, decimal: Decimal) -> tuple[npt.NDArray[np.float64], Flags]:
    """Numbers and where the text is one. The other mark is a thousands separator."""
    plain = _try_plain(text) if decimal == "." else None
    if plain is not None:
        return plain, np.ones(len(text), dtype=np.bool_)
    clean = pc.replace_substring_regex(text, _NOISE, "")
    clean = pc.replace_substring(clean, "." if decimal == "," else ",", "")
    clean = pc.replace_substring(clean, ",", ".") if decimal == "," else clean
    ok = pc.match_substring_regex(clean, _NUMBER)
    values = pc.if_else(ok, pc.replace_substring_regex(clean, r"^\+", ""), "0").cast(pa.float64())
    array = values.to_numpy(zero_copy_only=False)
    return array, ok.to_numpy(zero_copy_only=False) & np.isfinite(array)


def _try_plain(text: pa.Array) -> npt.NDArray[np.float64] | None:
    try:
        values: npt.NDArray[np.float64] = text.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return values if bool(np.isfinite(values).all()) else None


def _mark(text: str) -> Decimal | None:
    """The decimal mark of one value; "1,234" and "1.234" say nothing."""
    point, comma = text.rfind("."), text.rfind(",")
    if point >= 0 and comma >= 0:
        return "." if point > comma else ","
    last = max(point, comma)
    if last < 0 or not re.search(r"\d", text):
        return None
    digits = len(text) - last - 1 - len(text[last + 1 :].lstrip("0123456789"))
    if (digits == 3 and 1 <= len(re.findall(r"\d", text[:last])) <= 3) or text.count(text[last]) > 1:
        return None
    return "." if point > comma else ","
