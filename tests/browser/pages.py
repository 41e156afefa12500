"""What the browser tests of the server share: whether pages have their looks, what axe says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tropa.web import assets

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Colours do not depend on the width: each theme at one of the two.
LOOKS: list[dict[str, Any]] = [
    {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 390, "height": 900}},
]

Open = Callable[..., Page]


def is_built() -> bool:
    """Whether pages have their looks and behaviours, and axe is there to look at them."""
    return assets.built() and AXE.exists()


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def violations(page: Page) -> list[str]:
    """Where a page breaks WCAG 2.2 AA as far as axe can tell: rule and element."""
    # Run through the debugger, which the page's policy does not concern.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # What is right is not described: that would take most of the time.
    found = page.evaluate("axe.run", {"runOnly": RULES, "resultTypes": ["violations"]})
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]
