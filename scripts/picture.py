"""A picture of a page: `python -m scripts.picture PAGE.html PICTURE.png --width 1440 --theme dark`."""

import argparse
from pathlib import Path
from typing import Literal, cast

from playwright.sync_api import Browser, sync_playwright

from scripts.chromium import launch

Theme = Literal["light", "dark"]


def main() -> None:
    """Take the picture the arguments ask for; the whole page unless a height is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, help="pixels from the top; the whole page by default")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        take(browser, given.page, given.picture, width=given.width, height=given.height, theme=cast(Theme, given.theme))
        browser.close()


def take(
    browser: Browser, page: Path, picture: Path, *, width: int, height: int | None = None, theme: Theme = "light"
) -> None:
    """Write the picture of a page as it looks in a window of this width (pixels) and theme."""
    context = browser.new_context(viewport={"width": width, "height": height or 900}, color_scheme=theme)
    opened = context.new_page()
    opened.goto(page.resolve().as_uri())
    opened.screenshot(path=picture, full_page=height is None)
    context.close()


if __name__ == "__main__":
    main()
