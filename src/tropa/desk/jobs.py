"""Background work of the desk: making a demo world, and removing one."""

from django.utils import timezone

from tropa.desk import demo
from tropa.desk.models import DemoWorld
from tropa.jobs import GiveUp, job
from tropa.workspace import removal
from tropa.workspace.models import User, Workspace


@job("desk.load_demo", retries=3)
def load_demo(*, user_id: int) -> None:
    """Make the demo world that a person waits for. A worker that died is followed by another, which takes it up; a
    world that cannot be made is said to the person, who may try again."""
    row = DemoWorld.objects.select_related("user").filter(user_id=user_id).exclude(step__in=demo.OVER).first()
    if row is None:
        return
    try:
        loaded = demo.world().load_world(now=timezone.now(), owner=row.user, tell=lambda step: _tell(user_id, step))
    except Exception as error:
        demo.note(user_id, demo.Step.FAILED, now=timezone.now())
        raise GiveUp(f"The demo world of user {user_id} was not made: {error}") from error
    rows = DemoWorld.objects.filter(user_id=user_id)
    rows.update(step=demo.Step.READY, at=timezone.now(), workspace=loaded.workspace)


@job("desk.remove_demo", retries=20)
def remove_demo(*, workspace_id: int, user_id: int) -> None:
    """Remove a demo workspace that was closed."""
    workspace = Workspace.objects.filter(pk=workspace_id, is_demo=True).first()
    user = User.objects.filter(pk=user_id).first()
    if workspace is not None:
        removal.remove(workspace=workspace, by=user)
    if user is not None:
        demo.world().disband(keep=user)


def _tell(user_id: int, step: str) -> None:
    if step in demo.Step.values:
        demo.note(user_id, step, now=timezone.now())
