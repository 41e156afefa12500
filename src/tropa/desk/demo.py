"""The demo world of a person: asking for it, how far it is, taking it away again. It is made by a room that lies above
(settings.DEMO_WORLD)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from tropa.desk.models import DemoWorld
from tropa.jobs import enqueue
from tropa.workspace import removal
from tropa.workspace.models import Member, Role, User, Workspace

Step = DemoWorld.Step
# A worker that says nothing for so long is not at it any more.
SILENT: Final = timedelta(minutes=15)
OVER: Final = (Step.READY, Step.FAILED)


class NotRemovable(Exception):
    """Only a demo workspace can be removed this way, and only by its owner."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the demo world of a person is. step: empty when nobody asked for it; number: of the steps that are shown,
    from 1. workspace: what can be opened."""

    step: str
    number: int = 0
    workspace: Workspace | None = None

    @property
    def is_moving(self) -> bool:
        return bool(self.step) and self.step not in OVER


# What a person is told of: making the world, loading its rows, placing everybody, drawing the map.
_NUMBERS: Final = {
    Step.QUEUED: 1, Step.WORLD: 1, Step.RECORDS: 2, Step.TOUCHES: 2, Step.JOURNEY: 3, Step.MAP: 4,
}  # fmt: skip


def world() -> Any:
    """The module that makes demo worlds."""
    return import_module(settings.DEMO_WORLD)


def progress(user: User, *, now: datetime) -> Progress:
    """How far it is; a demo workspace that the person is in counts as ready, whoever loaded it."""
    row = DemoWorld.objects.filter(user=user).first()
    if row is not None and row.step not in OVER:
        late = now - row.at > SILENT
        return Progress(Step.FAILED if late else row.step, _NUMBERS.get(Step(row.step), 0))
    if found := workspace_of(user):
        return Progress(Step.READY, workspace=found)
    return Progress(Step.FAILED if row is not None and row.step == Step.FAILED else "")


def workspace_of(user: User) -> Workspace | None:
    """The demo workspace that a person is in."""
    theirs = Member.objects.filter(user=user, is_active=True)
    return Workspace.objects.filter(is_demo=True, pk__in=theirs.values("workspace")).order_by("pk").first()


def is_owned(workspace: Workspace, user: User) -> bool:
    """Whether a person owns it, and so may remove it."""
    return Member.objects.of(workspace).filter(user=user, role=Role.OWNER, is_active=True).exists()


@transaction.atomic
def ask(user: User, *, now: datetime) -> None:
    """Have a demo world made for a person, unless it is there or being made."""
    from tropa.desk.jobs import load_demo

    User.objects.select_for_update().get(pk=user.pk)
    found = progress(user, now=now)
    if found.is_moving or found.step == Step.READY:
        return
    DemoWorld.objects.update_or_create(user=user, defaults={"step": Step.QUEUED, "at": now, "workspace": None})
    enqueue(load_demo, user_id=user.pk)


def note(user_id: int, step: str, *, now: datetime) -> None:
    """What is being done now."""
    DemoWorld.objects.filter(user_id=user_id).update(step=step, at=now)


@transaction.atomic
def remove(*, workspace: Workspace, by: Member) -> None:
    """Close a demo workspace at once and have it removed with everything in it. Raises NotRemovable."""
    from tropa.desk.jobs import remove_demo

    if not workspace.is_demo or by.workspace_id != workspace.pk or by.role != Role.OWNER:
        raise NotRemovable(workspace.pk)
    DemoWorld.objects.filter(workspace=workspace).delete()
    DemoWorld.objects.filter(user=by.user, step__in=OVER).delete()
    removal.close(workspace=workspace, by=by.user)
    enqueue(remove_demo, workspace_id=workspace.pk, user_id=by.user_id)
