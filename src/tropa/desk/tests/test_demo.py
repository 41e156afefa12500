"""The demo world of a person: asked for, made, opened, and removed with everything in it and nothing else."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tropa.capture import actions as capture
from tropa.capture.models import Import, ImportedRow, ImportedTouch, SavedMapping
from tropa.capture.uploads import StoredFile, path_of
from tropa.customers import actions as customers
from tropa.customers.models import Account, EntryFact, PipelineStage
from tropa.demo import loading
from tropa.demo.world import Size
from tropa.desk import beginning, demo, first_steps
from tropa.desk.models import DemoWorld
from tropa.facts import actions as facts
from tropa.facts import copy, settling
from tropa.facts.models import Source
from tropa.facts.touches import Rejection
from tropa.jobs.testing import run_all
from tropa.journeys import actions as journeys
from tropa.journeys.models import Journey, JourneyVersion, StageChange
from tropa.journeys.tests.making import append, built, company, small_journey, touch
from tropa.maps import actions as maps
from tropa.workspace import invitations, removal
from tropa.workspace.actions import create_workspace
from tropa.workspace.models import ApiKey, AuditEntry, Member, Role, User, Workspace
from tropa.workspace.tests.people import PASSWORD, World, make_user, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder that no other test has written to."""
    monkeypatch.setattr(settings, "DATA", tmp_path)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Demo worlds of 60 accounts."""

    def load_world(**told: Any) -> Any:
        return loading.load_world(Size(60), **told)

    fake = SimpleNamespace(load_world=load_world, disband=loading.disband, DEFAULT_SIZE=loading.DEFAULT_SIZE)
    monkeypatch.setattr(demo, "world", lambda: fake)


def test_a_demo_world_comes_on_one_click_into_a_workspace_of_its_own(world: World, client: Client, small: None) -> None:
    sign_in(client, world.owner)
    assert client.post(reverse("demo_load"))["Location"] == reverse("demo_world")
    client.post(reverse("demo_load"))  # twice asked for is once made
    assert 'hx-trigger="every 2s"' in _read(client.get(reverse("demo_world"), headers={"HX-Request": "true"}))
    run_all()
    made = Workspace.objects.get(is_demo=True)
    assert [member.user for member in Member.objects.of(made)] == [world.owner.user]
    page = _read(client.get(reverse("demo_world"), headers={"HX-Request": "true"}))
    assert reverse("workspace", args=[made.slug]) in page
    assert "every 2s" not in page
    assert JourneyVersion.objects.of(made).get().status == JourneyVersion.Status.SERVING
    client.post(reverse("demo_load"))
    run_all()
    assert Workspace.objects.filter(is_demo=True).count() == 1


def test_a_person_without_a_workspace_can_look_at_the_demo(client: Client, small: None) -> None:
    user = make_user()
    client.login(email=user.email, password=PASSWORD)
    assert reverse("demo_world") in _read(client.get(reverse("workspaces")))
    assert "Загрузить пример" in _read(client.get(reverse("demo_world")))
    client.post(reverse("demo_load"))
    run_all()
    assert client.get(reverse("home"))["Location"] == reverse("workspace", args=[Workspace.objects.get().slug])


def test_a_world_that_cannot_be_made_says_so_and_can_be_asked_for_again(
    world: World, client: Client, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, world.owner)
    client.post(reverse("demo_load"))
    with monkeypatch.context() as patch:
        patch.setattr(loading, "load_world", _broken)
        with pytest.raises(Exception, match="was not made"):
            run_all()
    assert "Пример не загрузился" in _read(client.get(reverse("demo_world")))
    client.post(reverse("demo_load"))
    assert DemoWorld.objects.get().step == DemoWorld.Step.QUEUED


def test_a_world_that_nobody_makes_any_more_can_be_asked_for_again(world: World, client: Client) -> None:
    long_ago = timezone.now() - 2 * demo.SILENT
    DemoWorld.objects.create(user=world.owner.user, step=DemoWorld.Step.RECORDS, at=long_ago)
    assert demo.progress(world.owner.user, now=timezone.now()).step == DemoWorld.Step.FAILED
    demo.ask(world.owner.user, now=timezone.now())
    assert DemoWorld.objects.get().step == DemoWorld.Step.QUEUED


def test_removing_the_demo_leaves_every_other_row_and_file(world: World, client: Client, small: None) -> None:
    _fill_own(world)
    before = _rows(world), _files()
    sign_in(client, world.owner)
    client.post(reverse("demo_load"))
    run_all()
    made = Workspace.objects.get(is_demo=True)
    _fill_demo(made)
    empty = [model.__name__ for model in removal.owned_models() if not model._base_manager.filter(workspace=made)]
    assert not empty, "rows of these tables are not tested"
    assert _files() > before[1] + 5
    assert client.post(reverse("demo_remove", args=[made.slug]))["Location"] == reverse("home")
    assert client.get(reverse("workspace", args=[made.slug])).status_code == 404
    run_all()
    assert not Workspace.objects.filter(pk=made.pk).exists()
    assert not [model.__name__ for model in removal.owned_models() if model._base_manager.filter(workspace=made.pk)]
    assert (_rows(world), _files()) == before
    trail = AuditEntry.objects.filter(workspace=None, target=f"workspace.workspace:{made.pk}").order_by("pk")
    assert [entry.action for entry in trail] == ["workspace.closed", "workspace.removed"]
    assert trail[1].details["rows"] > 1_000
    assert "Загрузить пример" in _read(client.get(reverse("demo_world")))


def test_a_removal_that_was_cut_off_goes_on(
    world: World, client: Client, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _rows(world), _files()
    demo.ask(world.owner.user, now=timezone.now())
    run_all()
    made = Workspace.objects.get(is_demo=True)
    owner = Member.objects.of(made).get()
    demo.remove(workspace=made, by=owner)
    with monkeypatch.context() as patch:
        patch.setattr(removal, "AuditHead", None)
        with pytest.raises(AttributeError):
            run_all()
    assert Workspace.objects.filter(pk=made.pk).exists()
    removal.remove(workspace=made, by=None)
    assert (_rows(world), _files()) == before


def test_only_a_demo_and_only_its_owner(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    assert client.post(reverse("demo_remove", args=[world.own.slug])).status_code == 403
    made = create_workspace(name="Демо", owner=world.owner.user, is_demo=True)
    sign_in(client, world.stranger)
    assert client.post(reverse("demo_remove", args=[made.slug])).status_code == 404
    editor = Member.objects.create(workspace=made, user=world.stranger.user, role=Role.EDITOR)
    assert client.post(reverse("demo_remove", args=[made.slug])).status_code == 403
    with pytest.raises(demo.NotRemovable):
        demo.remove(workspace=made, by=editor)
    with pytest.raises(demo.NotRemovable):
        demo.remove(workspace=made, by=world.owner)
    assert Workspace.objects.filter(pk=made.pk).exists()


def test_people_of_the_demo_whose_password_is_known_are_shut_out_with_it() -> None:
    loaded = loading.load_world(Size(60), now=timezone.now())
    owner = Member.objects.get(workspace=loaded.workspace, role=Role.OWNER)
    demo.remove(workspace=loaded.workspace, by=owner)
    run_all()
    assert list(User.objects.filter(is_active=True)) == [owner.user]


def _read(response: Any) -> str:
    """A page with plain blanks."""
    return str(response.content.decode()).replace("\xa0", " ")


def _broken(**_: object) -> None:
    raise RuntimeError("no space left")


def _rows(world: World) -> dict[str, Any]:
    """Every row of the two workspaces that are not removed, and how many people there are."""
    mine = [world.own, world.foreign]
    rows = {model: list(model._base_manager.filter(workspace__in=mine).values()) for model in removal.owned_models()}
    return {model.__name__: found for model, found in rows.items()} | {"User": User.objects.count()}


def _files() -> int:
    return sum(path.is_file() for name in ("copy", "visits", "uploads") for path in _folder(name).rglob("*"))


def _fill_own(world: World) -> None:
    """Touches, hot, settled and copied; a journey that serves; a file."""
    append(world.own, [touch(company(world.own), "ask", day) for day in range(5)])
    built(small_journey(world.own), on_day=7)
    copy.refresh(world.own, now=timezone.now())
    settling.settle(now=timezone.now(), hot=0, step=1)
    _upload(Member.objects.get(workspace=world.own, role=Role.OWNER))


def _fill_demo(made: Workspace) -> None:
    """What a person does with a demo world, and what comes of it."""
    now, owner = timezone.now(), Member.objects.of(made).get()
    settling.settle(now=now, hot=50, step=20)
    _upload(owner)
    found = Import.objects.of(made).get()
    ImportedRow.objects.create(workspace=made, of=found, line=2, outcome="created")
    ImportedTouch.objects.create(workspace=made, of=found, line=3, base=b"a", ordinal=0, is_stored=True)
    SavedMapping.objects.create(workspace=made, kind="deals", name="A", headers=[], mapping={}, used_at=now)
    source = facts.source(made, "file", Source.Kind.IMPORT, "Файл")
    facts.append(source, [touch(company(made), "ask", 0)], now=now, rejected=[Rejection(0, "bad", "{}")])
    facts.remove_of_source(source, now=now)
    account = Account.objects.of(made).exclude(pk=0).first()
    assert account is not None
    customers.create_order(account=account, by=owner, ordered_at=now)
    customers.create_subscription(account=account, by=owner, started_on=now.date())
    Account.objects.of(made).exclude(pk=account.pk).update(merged_into=account)
    stage = PipelineStage.objects.of(made).all()[0]
    EntryFact.objects.create(workspace=made, stage=stage, label="Факт", rule={})
    journey = Journey.objects.of(made).get()
    journeys.set_mapping(journey=journey, pairs=[(journey.draft_stages()[0].pk, stage.pk)], without=())
    changes = list(StageChange.objects.of(made)[:2])
    StageChange.objects.filter(pk=changes[0].pk).update(supersedes=changes[1])
    invitations.invite(by=owner, email="new@example.com", role=Role.VIEWER, now=now)
    ApiKey.objects.create(workspace=made, name="A", scope="read", prefix="a", secret_hash="a")
    first_steps.put_away(owner, "hidden_at", at=now)
    drawn = beginning.begin(by=owner, template_key="classic_7", product="A", persona="B", at=now)
    lane, column = drawn.lanes.get(key="pains").key, drawn.journey.draft_stages()[0].key
    card = maps.add_card(map=drawn, by=owner, lane=lane, column=column, text="Долго", at=now)
    maps.add_evidence(map=drawn, by=owner, card=card.target, kind="interview", quote="Долго", at=now)
    maps.undo(map=drawn, by=owner, at=now)
    maps.save_version(map=drawn, by=owner, at=now)


def _upload(by: Member) -> None:
    path = path_of(f"{by.workspace.slug}-start.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"name\nCompany 1\n")
    capture.accept(by=by, file=StoredFile(path.name, "start.csv", 15, "0" * 64))


def _folder(name: str) -> Path:
    return Path(settings.DATA) / name
