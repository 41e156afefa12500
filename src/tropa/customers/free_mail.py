"""Mail services where anybody may have an address: their domain says nothing about where a person works."""

from pathlib import Path

from tropa.analysis.shipped_yaml import loaded

_GIVEN = loaded((Path(__file__).parent / "catalogue" / "free_mail.yaml").read_text(encoding="utf-8"))
FREE_MAIL: frozenset[str] = frozenset(name for names in _GIVEN["free_mail"].values() for name in names)
