"""Pages as they are read."""

import re
from html import unescape
from typing import Any


def seen(page: Any) -> str:
    """The page as it is read: without tags, blanks folded."""
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    return " ".join(unescape(text).replace("\u00a0", " ").split())
