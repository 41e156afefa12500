"""How fast the pages of the product are: python -m bench.pages [--sizes 1M,10M].

At each size a demo world in a server of its own: the dashboard in a process that has just begun, after new touches,
with another filter, and when its figures are kept; the card of a company with 5,000 touches (server time, by Django's
test client in this process, on SQLite). Then a map of 600 cards in Chromium, from `tropa serve`: first contentful
paint, and the longest task while a card is dragged over the board. Prints tables and writes them to
bench/measured/pages.md.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.append import MEASURED, ROOT, WORK, _set_up
from scripts.chromium import launch
from scripts.pages import server, signed_in

CARDS, TOUCHES, TIMES, CHANGES = 600, 5_000, 15, 5
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
WATCH = """() => {
  window.tasks = [];
  new PerformanceObserver(list => tasks.push(...list.getEntries().map(task => task.duration)))
    .observe({ type: "longtask" });
}"""


def main() -> None:
    """Measure the server at each size, then the board on the smallest world."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--sizes", default="1M", help="touches of the demo world, in millions")
    parser.add_argument("--size", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.size:
        _one_size(Path(asked.folder), asked.size)
        return
    WORK.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    board = ""
    for size in asked.sizes.split(","):
        folder = Path(tempfile.mkdtemp(prefix="pages-", dir=WORK))
        try:
            # Settings are read once in a process, so each size has its own.
            command = [sys.executable, "-m", "bench.pages", "--size", size, "--folder", str(folder)]
            done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            lines += done.stdout.splitlines()[-1:]
            board = board or _board(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    text = _table(lines) + "\n" + board
    (MEASURED / "pages.md").write_text(text, encoding="utf-8")
    print(text)


def _one_size(folder: Path, size: str) -> None:
    """Fill a server, measure it, print one row of the table."""
    _set_up(folder, "sqlite")
    from django.test import Client
    from django.utils import timezone

    from tropa.demo.loading import LOGIN, load_world
    from tropa.demo.world import Size
    from tropa.workspace.models import Member

    loaded = load_world(Size.of_touches(int(float(size.rstrip("M")) * 1e6)), now=timezone.now())
    owner = Member.objects.select_related("user").get(workspace=loaded.workspace, user__email=LOGIN)
    account = _busy_account(owner)
    _large_map(owner)
    client = Client(headers={"host": "localhost"})
    client.force_login(owner.user, "allauth.account.auth_backends.AuthenticationBackend")
    home = f"/w/{loaded.workspace.slug}"
    get(client, f"{home}/accounts/")
    cold = _seconds(lambda: get(client, f"{home}/dashboard/"), times=1)
    changed = _seconds_after(lambda nth: _news(owner, nth), lambda: get(client, f"{home}/dashboard/"))
    warm = _seconds(lambda: get(client, f"{home}/dashboard/"))
    narrowed = _seconds(lambda: get(client, f"{home}/dashboard/?period=12&who=company"), times=1)
    card = _seconds(lambda: get(client, f"{home}/accounts/{account}/"))
    board = _seconds(lambda: get(client, f"{home}/maps/{_large_map(owner)}/"))
    print(
        f"| {loaded.touches / 1e6:.2g} M | {cold:.2f} | {changed:.2f} | {narrowed:.2f} | {warm:.3f} | {card:.3f} "
        f"| {board:.3f} | {os.getloadavg()[0]:.1f} |"
    )


def get(client: Any, address: str) -> None:
    """Open a page. Raises AssertionError when it is not there."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _seconds(work: Callable[[], object], *, times: int = TIMES) -> float:
    """The median of several times."""
    taken = []
    for _ in range(times):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return statistics.median(taken)


def _seconds_after(before: Callable[[int], object], work: Callable[[], object]) -> float:
    """The median of several times, each behind something that is not measured."""
    taken = []
    for nth in range(CHANGES):
        before(nth)
        taken.append(_seconds(work, times=1))
    return statistics.median(taken)


def _busy_account(owner: Any) -> int:
    """A company with 5,000 touches of the last two years, of which one in fifty leads to a stage."""
    from django.utils import timezone

    from tropa.customers.models import Account
    from tropa.facts import actions
    from tropa.facts.domain import microseconds
    from tropa.facts.models import Source
    from tropa.facts.touches import NewTouch
    from tropa.journeys import placement

    now = timezone.now()
    account = Account.objects.of(owner.workspace).filter(kind=Account.Kind.COMPANY).order_by("pk").first()
    assert account is not None
    source = actions.source(owner.workspace, "bench", Source.Kind.API, "bench")
    every = timedelta(days=700) / TOUCHES
    touches = [
        NewTouch(
            message_id=f"bench-{nth}",
            type="demo_held" if nth % 50 == 0 else "website_product_page",
            occurred_us=microseconds(now - nth * every),
            account_id=account.pk,
            channel="website",
        )
        for nth in range(TOUCHES)
    ]
    actions.append(source, touches, now=now)
    placement.refresh(owner.workspace, now=now)
    return int(account.pk)


def _news(owner: Any, nth: int) -> None:
    """A touch that leads another company to a stage, and its place."""
    from django.utils import timezone

    from tropa.customers.models import Account
    from tropa.facts import actions
    from tropa.facts.domain import microseconds
    from tropa.facts.models import Source
    from tropa.facts.touches import NewTouch
    from tropa.journeys import placement

    now = timezone.now()
    account = Account.objects.of(owner.workspace).filter(kind=Account.Kind.COMPANY).order_by("-pk")[nth]
    source = actions.source(owner.workspace, "bench", Source.Kind.API, "bench")
    touch = NewTouch(f"bench-news-{nth}-{now}", "demo_held", microseconds(now), account.pk)
    actions.append(source, [touch], now=now)
    placement.refresh(owner.workspace, now=now)


def _large_map(owner: Any) -> int:
    """A map of 600 cards over all its cells; made once."""
    from django.utils import timezone

    from tropa.journeys.models import Journey
    from tropa.maps import actions, queries
    from tropa.maps.models import JourneyMap, Persona

    name, now = "Bench", timezone.now()
    if found := JourneyMap.objects.of(owner.workspace).filter(name=name).first():
        return int(found.pk)
    journey = Journey.objects.of(owner.workspace).order_by("pk")[0]
    persona = Persona.objects.of(owner.workspace).order_by("pk")[0]
    made = actions.create(
        workspace=owner.workspace, by=owner, journey=journey, kind="current_state", name=name, persona=persona, at=now
    )
    columns = [column.key for column in queries.board(made, now=now).columns]
    lanes = [lane.key for lane in made.lanes.filter(value_type__startswith="cards")]
    for nth in range(CARDS):
        actions.add_card(
            map=made, by=owner, lane=lanes[nth % len(lanes)], column=columns[nth // len(lanes) % len(columns)],
            text=f"Карточка {nth}: что здесь происходит с клиентом", at=now,
        )  # fmt: skip
    return int(made.pk)


def _board(folder: Path) -> str:
    """First paint and the longest tasks in Chromium."""
    from playwright.sync_api import sync_playwright

    with server(folder) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        page = signed_in(browser, address, size=(1440, 900))
        page.goto(f"{address}/w/demo/maps/")
        page.get_by_role("link", name="Bench").first.click()
        page.wait_for_selector("[data-card]")
        paints = []
        for _ in range(5):
            page.reload()
            page.wait_for_selector("[data-card]")
            paints.append(float(page.evaluate(PAINT)))
        page.wait_for_timeout(1_500)
        cards = page.locator("[data-card]").count()
        page.evaluate(WATCH)
        _drag(page)
        tasks = page.evaluate("tasks")
        browser.close()
    longest = f"{max(tasks):.0f} ms" if tasks else "none over 50 ms"
    return (
        f"A map of {cards} cards in Chromium, 1440 × 900: first contentful paint {statistics.median(paints):.0f} ms "
        f"(median of {len(paints)}; goal below 1,000 ms). Longest task while a card is dragged over the board: "
        f"{longest} (goal: none over 50 ms). Load {os.getloadavg()[0]:.1f}.\n"
    )


def _drag(page: Any) -> None:
    """Take a card over the whole board in small steps and let it go. Raises AssertionError when none is taken."""
    card = page.locator(".jc[data-card]").first.bounding_box()
    page.mouse.move(card["x"] + card["width"] / 2, card["y"] + card["height"] / 2)
    page.mouse.down()
    for step in range(1, 80):
        page.mouse.move(card["x"] + 20 + step * 10 % 900, card["y"] + 10 + step * 3, steps=2)
        page.wait_for_timeout(16)
    assert page.locator(".jc.is-drag").count() == 1, "no card was picked up"
    page.keyboard.press("Escape")
    page.mouse.up()
    page.wait_for_timeout(500)


def _table(rows: list[str]) -> str:
    head = [
        "Pages of the server: seconds, medians of 15 but for what is asked for the first time.",
        "",
        "| touches | dashboard, new process | after new touches | narrowed, first time | dashboard again "
        "| card with 5,000 touches | board of 600 cards | load |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    main()
