"""Loading the demo world: its rows in small transactions, so that others can write in between, into a workspace that is
closed until they are all there; then its journey. An interrupted load leaves nothing of the first part (what a killed
one left, the next one removes), and the second starts again from where it was.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tropa.customers.models import Account
from tropa.demo.loading.deals import add_deals
from tropa.demo.loading.files import BATCH, WorldFiles, write_world
from tropa.demo.loading.journey import place
from tropa.demo.loading.maps import draw
from tropa.demo.loading.people import HEAD_OF_SALES, SALES, open_doors, settle, unfinished, workspace_of
from tropa.demo.loading.records import add_accounts, add_contacts
from tropa.demo.world import DEFAULT_SIZE, SEED, Size
from tropa.facts import actions as facts
from tropa.facts.catalogue import Touchpoint
from tropa.facts.models import Source
from tropa.facts.queries import count
from tropa.facts.touches import NewTouch
from tropa.workspace import removal
from tropa.workspace.models import Member, User, Workspace

SOURCE_KEY, SOURCE_NAME = "demo", "Демо"
ZONE = "Europe/Moscow"
# The move is written down once, as the product does it; the world's own line for it says less.
LEFT_OUT = "deal_stage_changed"
KEPT = ("lost_reason", "contact_role")
# What the vendor's CRM reports and the shipped catalogue does not know.
OWN_TYPES = (
    Touchpoint(
        key="contract_cancelled",
        label_ru="Договор расторгнут",
        label_en="Contract cancelled",
        kind="human",
        channel="crm",
        direction="system",
        client_activity=False,
        attributable=False,
        weight=0,
    ),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What stands in the demo workspace. is_new: false when it was there before; is_placed: false while a worker places
    everybody."""

    workspace: Workspace
    accounts: int
    touches: int
    is_new: bool
    is_placed: bool


def load_world(
    size: Size = DEFAULT_SIZE,
    *,
    now: datetime,
    seed: int = SEED,
    until: datetime | None = None,
    owner: User | None = None,
    tell: Callable[[str], None] = lambda step: None,
) -> Loaded:
    """Make the demo workspace, unless it is there; a second call changes nothing.

    now: moment of receipt. until: aware moment at which the world ends, None: today's midnight of the workspace.
    owner: whose workspace it is to be; None: that of the people of the demo, whose password is known.
    tell: called with the name of each step: world, records, touches, journey.
    """
    workspace = workspace_of(owner)
    is_new = workspace is None
    if workspace is None:
        tell("world")
        with tempfile.TemporaryDirectory(prefix="tropa-demo-") as folder:
            files = write_world(Path(folder), size, seed=seed, until=until or midnight(now))
            tell("records")
            workspace = _fill(files, now, tell, owner)
    is_placed = place(workspace, now=now, tell=lambda: tell("journey"))
    draw(workspace, now=now)
    return Loaded(workspace, Account.objects.of(workspace).count(), count(workspace), is_new, is_placed)


def midnight(now: datetime) -> datetime:
    """The beginning of today where the demo workspace is."""
    local = now.astimezone(ZoneInfo(ZONE))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _fill(files: WorldFiles, now: datetime, tell: Callable[[str], None], owner: User | None) -> Workspace:
    for left in unfinished(owner):
        removal.remove(workspace=left, by=owner)
    workspace, members = settle(owner)
    try:
        _load(workspace, members, files, now, tell)
    except BaseException:
        removal.remove(workspace=workspace, by=owner)
        raise
    open_doors(workspace)
    return workspace


def _load(
    workspace: Workspace, members: Mapping[str, Member], files: WorldFiles, now: datetime, tell: Callable[[str], None]
) -> None:
    facts.load_catalogue(workspace)
    facts.add_types(workspace, OWN_TYPES)
    seen = files.first_seen()
    accounts = add_accounts(workspace, files, seen, members[HEAD_OF_SALES])
    contacts = add_contacts(workspace, files, seen, accounts)
    deals, moves = add_deals(workspace, files, accounts, members[SALES])
    tell("touches")
    source = facts.source(workspace, SOURCE_KEY, Source.Kind.DEMO, SOURCE_NAME)
    for batch in _batches(files, accounts, contacts, deals):
        facts.append(source, batch, now=now)
    for first in range(0, len(moves), BATCH):
        facts.append(source, moves[first : first + BATCH], now=now)


def _batches(
    files: WorldFiles, accounts: Mapping[str, int], contacts: Mapping[str, int], deals: Mapping[str, int]
) -> Iterator[list[NewTouch]]:
    for first, rows in files.touches():
        yield [
            NewTouch(
                f"touch-{number}",
                row["type"],
                row["occurred_at"],
                account_id=accounts[row["account_id"]],
                contact_id=contacts.get(row["contact_id"]),
                deal_id=deals.get(row["deal_id"]),
                channel=row["channel"] or "",
                campaign=row["campaign"] or "",
                value=row["value"],
                properties={name: row[name] for name in KEPT if row[name]},
            )
            for number, row in enumerate(rows, first)
            if row["type"] != LEFT_OUT
        ]
