"""The audit trail: complete, and nobody changes it unseen."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from tropa.workspace import actions, audit
from tropa.workspace.models import AuditEntry, Role, User
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db


def filled() -> list[AuditEntry]:
    """A workspace's chain of six lines; another workspace writes in between."""
    own, other = people.make_workspace("Своё"), people.make_workspace("Чужое")
    for number in range(5):
        for workspace in (own, other):
            audit.record(workspace=workspace, actor=None, action="test", details={"n": number, "ё": [1, None, "я"]})
    return list(audit.chain(own))


def test_it_works() -> None:
    lines = filled()
    assert len(lines) == 6
    assert audit.verify(lines[0].workspace) is None
    assert audit.verify(None) is None


@pytest.mark.parametrize(
    "column", ["action", "target", "actor_id", "at", "details", "address", "hash", "previous_hash"]
)
def test_a_changed_line_is_found(column: str) -> None:
    lines = filled()
    values = {"actor_id": 99, "at": lines[0].at, "details": {"n": 7}, "address": "192.0.2.1"}
    AuditEntry.objects.filter(pk=lines[3].pk).update(**{column: values.get(column, "другое")})
    found = audit.verify(lines[0].workspace)
    assert found is not None
    assert found.pk == lines[3].pk


def test_a_removed_line_is_found() -> None:
    lines = filled()
    lines[2].delete()
    found = audit.verify(lines[0].workspace)
    assert found is not None
    assert found.pk == lines[3].pk


def test_lines_cut_off_at_the_end_are_found() -> None:
    lines = filled()
    AuditEntry.objects.filter(pk__gte=lines[4].pk, workspace=lines[0].workspace).delete()
    found = audit.verify(lines[0].workspace)
    assert found is not None
    assert found.pk == lines[3].pk
    audit.chain(lines[0].workspace).delete()
    gone = audit.verify(lines[0].workspace)
    assert gone is not None
    assert gone.pk is None


def test_a_line_that_is_rolled_back_leaves_no_gap() -> None:
    workspace = people.make_workspace("Своё")
    with transaction.atomic():
        audit.record(workspace=workspace, actor=None, action="test")
        transaction.set_rollback(True)
    audit.record(workspace=workspace, actor=None, action="test")
    assert audit.verify(workspace) is None


def test_the_chain_outlives_a_person() -> None:
    workspace = people.make_workspace("Своё")
    person = people.make_user()
    audit.record(workspace=workspace, actor=person, action="test")
    number = person.pk
    User.objects.filter(pk=number).delete()
    assert audit.verify(workspace) is None
    assert AuditEntry.objects.get(action="test").actor_id == number


@pytest.mark.django_db(transaction=True)
def test_the_chain_never_forks() -> None:
    workspace = people.make_workspace("Своё")

    def write() -> None:
        for _ in range(5):
            audit.record(workspace=workspace, actor=None, action="test")
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit.chain(workspace).count() == 31
    assert audit.verify(workspace) is None


def test_changes_are_written_down(client: Client) -> None:
    world = people.world()
    owner, viewer = world.owner, world.members[Role.VIEWER]
    actions.change_member(member=viewer, by=owner, values={"role": Role.ANALYST, "reports_to": owner})
    actions.deactivate_member(member=viewer, by=owner)
    actions.activate_member(member=viewer, by=owner)
    actions.update_workspace(workspace=world.own, by=owner, values={"currency": "EUR"})
    lines = {line.action: line for line in audit.chain(world.own)}
    assert set(lines) == {
        "workspace.created",
        "member.changed",
        "member.deactivated",
        "member.activated",
        "workspace.changed",
    }
    changed = lines["member.changed"].details["changed"]
    assert changed == {"role": ["viewer", "analyst"], "reports_to": [None, owner.pk]}
    assert lines["workspace.changed"].details == {"changed": {"currency": ["RUB", "EUR"]}}


def test_the_page_shows_filters_and_pages(client: Client) -> None:
    world = people.world()
    people.sign_in(client, world.owner)
    for _ in range(60):
        audit.record(workspace=world.own, actor=world.owner.user, action="key.created")
    audit.record(workspace=world.foreign, actor=world.stranger.user, action="member.deactivated")
    audit.record(workspace=None, actor=world.owner.user, action="sign_in.done")
    audit.record(workspace=None, actor=world.stranger.user, action="sign_out.done")
    page = f"/w/{world.own.slug}/settings/audit/"
    first = people.text_of(client.get(page))
    assert "Цепочка" not in first
    assert "Цепочка цела" in people.text_of(client.get(f"{page}?check=1"))
    assert first.count("<td>ключ создан") == 49
    assert "<td>вход<" in first
    assert "участник отключён" not in first
    assert "<td>выход" not in first
    older = first.split("before=")[1].split('"')[0]
    assert client.get(f"{page}?before={older}").content.decode().count("<td>ключ создан") == 11
    assert client.get(f"{page}?action=sign_in.done").content.decode().count("<tr>") == 2
    assert "Таких записей нет" in client.get(f"{page}?until=2020-01-01").content.decode()
    assert client.get(f"{page}?since=вчера&actor=x&before=-1").status_code == 200


def test_the_page_shows_a_broken_chain(client: Client) -> None:
    world = people.world()
    AuditEntry.objects.filter(workspace=world.own).update(action="другое")
    page = people.sign_in(client, world.owner).get(f"/w/{world.own.slug}/settings/audit/?check=1")
    assert "Цепочка журнала нарушена" in people.text_of(page)
