"""Named places of a lower page that a higher room fills: `{% slot "customer_card.side" %}`.

`config.slots` fills them; a room never fills a slot itself. A slot that nobody fills renders nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

Fragment = Callable[[Mapping[str, Any]], str]

_FILLED: dict[str, list[Fragment]] = {}


def fill(name: str, fragment: Fragment) -> None:
    """Add a fragment to a slot. fragment: from the context of the page to safe HTML, empty when it has nothing."""
    _FILLED.setdefault(name, []).append(fragment)


def render(name: str, context: Mapping[str, Any]) -> str:
    """Everything in a slot, in the order in which it was filled."""
    return "".join(fragment(context) for fragment in _FILLED.get(name, ()))
