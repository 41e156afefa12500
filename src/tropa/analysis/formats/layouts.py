"""The ways of writing a moment that are known, each as one regular expression with named parts."""

import re
from dataclasses import dataclass

from tropa.analysis.problem import InputError

_CLOCK = (
    r"(?:(?:[T ]|\s*,\s*)\s*(?P<H>\d{1,2})(?::(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"(?:\s*(?P<p>[AaPp]\.?[Mm]\.?))?)?"
)
_ZONE = r"(?:\s*(?P<z>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
_YEAR = r"(?P<y>\d{4}|\d{2})"
_SLASH = r"(?:\.|/|-)"


@dataclass(frozen=True, slots=True)
class Layout:
    """name: what LogSource.date_format shows; pattern: RE2 with the parts y m d H M S f p z b, or e for an epoch.

    per_second: units per second, for an epoch.
    """

    name: str
    pattern: str
    per_second: int = 0


ISO = Layout("iso", rf"^(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d){_CLOCK}{_ZONE}$")
YMD = Layout("ymd", rf"^(?P<y>\d{{4}}){_SLASH}(?P<m>\d{{1,2}}){_SLASH}(?P<d>\d{{1,2}}){_CLOCK}{_ZONE}$")
DMY = Layout("dmy", rf"^(?P<d>\d{{1,2}}){_SLASH}(?P<m>\d{{1,2}}){_SLASH}{_YEAR}{_CLOCK}{_ZONE}$")
MDY = Layout("mdy", rf"^(?P<m>\d{{1,2}}){_SLASH}(?P<d>\d{{1,2}}){_SLASH}{_YEAR}{_CLOCK}{_ZONE}$")
COMPACT = Layout(
    "compact",
    rf"^(?P<y>\d{{4}})(?P<m>\d\d)(?P<d>\d\d)(?:T?(?P<H>\d\d)(?P<M>\d\d)(?:(?P<S>\d\d)(?:\.(?P<f>\d{{1,9}}))?)?)?{_ZONE}$",
)
EPOCH_S = Layout("epoch_s", r"^(?P<e>-?\d{1,12})(?:\.(?P<f>\d{1,9}))?$", 1)
EPOCH_MS = Layout("epoch_ms", r"^(?P<e>-?\d{1,15})(?:\.(?P<f>0+))?$", 1_000)
EPOCH_US = Layout("epoch_us", r"^(?P<e>-?\d{1,18})(?:\.(?P<f>0+))?$", 1_000_000)

LAYOUTS = {layout.name: layout for layout in (ISO, YMD, DMY, MDY, COMPACT, EPOCH_S, EPOCH_MS, EPOCH_US)}

_DIRECTIVES = {
    "%Y": r"(?P<y>\d{4})",
    "%y": r"(?P<y>\d{2})",
    "%m": r"(?P<m>\d{1,2})",
    "%d": r"(?P<d>\d{1,2})",
    "%H": r"(?P<H>\d{1,2})",
    "%I": r"(?P<H>\d{1,2})",
    "%M": r"(?P<M>\d{1,2})",
    "%S": r"(?P<S>\d{1,2})",
    "%f": r"(?P<f>\d{1,9})",
    "%p": r"(?P<p>[AaPp][Mm])",
    "%z": r"(?P<z>Z|[+-]\d\d(?::?\d\d)?)",
    "%b": r"(?P<b>[A-Za-z]{3})",
    "%B": r"(?P<b>[A-Za-z]{3,9})",
    "%F": r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    "%T": r"(?P<H>\d{1,2}):(?P<M>\d{1,2}):(?P<S>\d{1,2})",
    "%%": "%",
}


def layout_of(date_format: str) -> Layout:
    """The layout of a name from LAYOUTS or of a strptime pattern; InputError for anything else."""
    if date_format in LAYOUTS:
        return LAYOUTS[date_format]
    parts = re.findall(r"%.|[^%]+|%", date_format)
    pattern = "".join(_DIRECTIVES.get(part) or re.escape(part) for part in parts)
    unknown = [part for part in parts if part.startswith("%") and part not in _DIRECTIVES]
    names = re.findall(r"\(\?P<(\w)>", pattern)
    if unknown or not {"y", "d"} <= set(names) or not {"m", "b"} & set(names) or len(set(names)) < len(names):
        raise _not_a_format(date_format)
    return Layout(date_format, f"^{pattern}$")


def _not_a_format(date_format: str) -> InputError:
    names, parts = ", ".join(LAYOUTS), " ".join(_DIRECTIVES)
    return InputError(
        "bad_date_format",
        ru=f"Формат даты «{date_format}» не подходит. Можно: {names} или шаблон из {parts}; "
        "год, месяц и день нужны по одному разу, например %d.%m.%Y %H:%M.",
        en=f"The date format {date_format!r} cannot be used. Allowed: {names} or a pattern of {parts}; "
        "year, month and day are needed once each, for example %d.%m.%Y %H:%M.",
    )
