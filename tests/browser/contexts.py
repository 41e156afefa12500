"""Windows of a browser that tests use one after the other: a new one fetches and paints everything anew."""

from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page


class Contexts:
    """Contexts of a browser by their options. One that is taken is nobody else's until it is given back."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: defaultdict[str, list[BrowserContext]] = defaultdict(list)
        self._options: dict[BrowserContext, str] = {}

    def take(self, **options: Any) -> BrowserContext:
        free = self._free[repr(sorted(options.items()))]
        if free:
            return free.pop()
        made = self._browser.new_context(**options)
        self._options[made] = repr(sorted(options.items()))
        return made

    def give_back(self, page: Page) -> None:
        """Nothing of a test is left for the next one: cookies, what pages keep, other pages."""
        context = page.context
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")
        for each in context.pages:
            each.close()
        context.clear_cookies()
        context.set_offline(False)
        self._free[self._options[context]].append(context)
