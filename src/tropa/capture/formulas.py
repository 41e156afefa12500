"""Cells that a spreadsheet would run as formulas: made inert on the way out, and the same again on the way in.

An apostrophe is put before every text that begins with a formula sign, behind any apostrophes it has already, so that
taking one away always gives back the text.
"""

import re

_LIVE = re.compile(r"'*[=+\-@\t\r\n\0＝＋－＠]")


def inert(text: str) -> str:
    """Text that a spreadsheet shows and does not run."""
    return "'" + text if _LIVE.match(text) else text


def restored(text: str) -> str:
    """What `inert` was given."""
    return text[1:] if text.startswith("'") and _LIVE.match(text) else text
