"""The Chromium of the system: the project downloads none."""

import shutil

from playwright.sync_api import Browser, Playwright

# The first is the same engine without the parts that only a window needs: pages take a third less time in it.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-extensions", "--mute-audio",
]  # fmt: skip


def launch(playwright: Playwright) -> Browser:
    """Start it. SystemExit names the command that installs it when it is absent."""
    if CHROMIUM is None:
        raise SystemExit("Chromium is not installed: `make browser` installs it by apt")
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
