"""The demo world inside the product: the planted truths hold there, and loading twice changes nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import time_machine
from django.test import Client

from tropa.analysis import EventLog, JourneyModel, analyse, document
from tropa.customers.models import Account, Contact, Deal, DealMove
from tropa.demo import JOURNEY, UNTIL, Size, generate
from tropa.demo.clock import OfficeClock
from tropa.demo.loading import LOGIN, PASSWORD, SLUG, load, load_world
from tropa.demo.loading.load import Loaded, midnight
from tropa.demo.story import DECISION, OUTCOMES
from tropa.demo.world import DAYS, SEED, plans
from tropa.engine import Engine
from tropa.facts.models import LedgerHour, Touch, TouchType
from tropa.journeys.models import JourneyVersion, Placement
from tropa.workspace import removal
from tropa.workspace.models import AuditEntry, Member, Role, User, Workspace

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = Size(500)
NOW = UNTIL + timedelta(hours=12)
STATES = {"open": "open", "silent": "dropped", "lost": "lost"}


@pytest.fixture
def today() -> Iterator[None]:
    """The day after the last one of the world."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def loaded(today: None) -> Loaded:
    return load_world(SIZE, now=NOW)


def planned() -> Counter[tuple[str, str]]:
    """How many accounts the story puts where: stage and state."""
    stages = [stage.key for stage in JourneyModel.read(JOURNEY).stages]
    outcomes = np.concatenate([plan.outcome for _, plan, _ in plans(SIZE, OfficeClock(UNTIL, DAYS), SEED)])
    return Counter((stages[OUTCOMES[each].reach], STATES[OUTCOMES[each].ending]) for each in outcomes)


def placed(workspace: Workspace) -> Counter[tuple[str, str]]:
    """Where the product has them, by their last trip."""
    version = JourneyVersion.objects.get(workspace=workspace, status=JourneyVersion.Status.SERVING)
    last = {row.unit_id: row for row in Placement.objects.filter(version=version).order_by("trip")}
    return Counter((row.stage, row.state) for row in last.values())


def test_it_works(loaded: Loaded) -> None:
    assert loaded.is_new
    assert loaded.accounts == SIZE.accounts
    assert placed(loaded.workspace) == planned()
    assert loaded.workspace.is_demo


def test_stage_counts_equal_those_of_the_log(loaded: Loaded, tmp_path: Any) -> None:
    world = generate(SIZE, path=tmp_path / "touches.parquet", until=UNTIL)
    model = JourneyModel.read(JOURNEY)
    with Engine() as engine:
        log = EventLog.read(world.path, engine=engine, timezone="Europe/Moscow", keep=model.properties())
        stages = document(analyse(log, model, as_of=NOW))["stages"]
    here = {stage["key"]: stage["here"] for stage in stages if stage["here"]}
    assert {stage: count for (stage, state), count in placed(loaded.workspace).items() if state == "open"} == here


def test_every_touch_is_there_once(loaded: Loaded, tmp_path: Any) -> None:
    world = generate(SIZE, path=tmp_path / "touches.parquet", until=UNTIL)
    moves = DealMove.objects.of(loaded.workspace).count()
    told = Touch.objects.filter(workspace=loaded.workspace, type__key="deal_stage").count()
    assert told == moves
    by_world = Touch.objects.filter(workspace=loaded.workspace, message_id__startswith="touch-").count()
    assert by_world == loaded.touches - moves
    assert 0 <= world.touches - by_world < world.touches / 100
    assert sum(LedgerHour.objects.of(loaded.workspace).values_list("stored", flat=True)) == loaded.touches
    assert sum(LedgerHour.objects.of(loaded.workspace).values_list("rejected", flat=True)) == 0


def test_values_of_touches_are_kept(loaded: Loaded, tmp_path: Any) -> None:
    """What was paid for a deal, and the scores of answers."""
    log = pq.read_table(generate(SIZE, path=tmp_path / "log.parquet").path, columns=["type", "value"])
    told = Counter((row["type"], row["value"]) for row in log.to_pylist() if row["value"] is not None)
    rows = Touch.objects.filter(workspace=loaded.workspace).exclude(value=None)
    assert Counter(rows.values_list("type__key", "value")) == told
    version = JourneyVersion.objects.get(workspace=loaded.workspace, status=JourneyVersion.Status.SERVING)
    assert [stage.get("target_nps") for stage in version.document["stages"]] == [None] * 5 + [45]


def test_every_type_has_a_name_of_its_own(loaded: Loaded) -> None:
    types = TouchType.objects.of(loaded.workspace)
    assert [each.key for each in types if each.key in (each.label_ru, each.label_en)] == []


def test_deals_stand_where_their_touches_brought_them(loaded: Loaded) -> None:
    outcomes = np.concatenate([plan.outcome for _, plan, _ in plans(SIZE, OfficeClock(UNTIL, DAYS), SEED)])
    deciding = sum(OUTCOMES[each].reach >= DECISION for each in outcomes)
    deals = Deal.objects.of(loaded.workspace).select_related("stage", "account")
    assert len(deals) == deciding
    for deal in deals:
        moves = list(deal.moves.all())
        assert moves[-1].to_stage_id == deal.stage_id
        assert moves[-1].at == deal.stage_since
        assert [move.at for move in moves] == sorted(move.at for move in moves)
        assert (deal.closed_at is not None) == (deal.stage.kind != "open")
        assert deal.lost_reason == "" or deal.stage.kind == "lost"
    won = Touch.objects.filter(workspace=loaded.workspace, type__key="deal_won").values_list("deal_id", flat=True)
    assert {deal.pk for deal in deals if deal.stage.kind == "won"} == set(won)


def test_people_have_positions_and_companies_but_no_names(loaded: Loaded) -> None:
    contacts = Contact.objects.of(loaded.workspace)
    assert contacts.exists()
    assert set(contacts.values_list("name", flat=True)) == {""}
    assert not contacts.filter(position="").exists()
    assert not contacts.filter(affiliations=None).exists()
    assert not contacts.exclude(email__endswith=".example").exists()


def test_every_role_can_sign_in(loaded: Loaded, client: Client) -> None:
    members = Member.objects.of(loaded.workspace)
    assert set(members.values_list("role", flat=True)) == set(Role.values)
    assert members.get(role=Role.EDITOR).is_head
    assert all(member.user.check_password(PASSWORD) for member in members)
    assert client.login(email=LOGIN, password=PASSWORD)


def test_loading_twice_changes_nothing(loaded: Loaded) -> None:
    counted: list[Any] = [Account, Contact, Deal, DealMove, Touch, Placement, JourneyVersion, Member, User, AuditEntry]
    before = [model.objects.count() for model in counted]
    again = load_world(SIZE, now=NOW + timedelta(days=3))
    assert not again.is_new
    assert again.touches == loaded.touches
    assert [model.objects.count() for model in counted] == before


def test_a_load_that_was_cut_off_leaves_nothing_and_can_be_done_again(
    today: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(load, "add_deals", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            load_world(SIZE, now=NOW)
    assert not Workspace.objects.exists()
    assert not Touch.objects.exists()
    assert load_world(SIZE, now=NOW).accounts == SIZE.accounts


def test_what_a_killed_load_left_is_removed_by_the_next(today: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(load, "add_deals", _cut_off)
        patch.setattr(removal, "remove", lambda **_: 0)  # as if there had been no time for it
        with pytest.raises(KeyboardInterrupt):
            load_world(SIZE, now=NOW)
    left = Workspace.objects.get()
    assert Account.objects.of(left).exists()
    assert not Member.objects.of(left).filter(is_active=True).exists()
    found = load_world(SIZE, now=NOW)
    assert found.is_new
    assert list(Workspace.objects.all()) == [found.workspace]
    assert Account.objects.count() == SIZE.accounts


def test_a_person_gets_a_demo_of_their_own(today: None) -> None:
    owner = User.objects.create_user("director@example.com", "a long password")
    theirs = load_world(Size(60), now=NOW, owner=owner)
    assert [member.user for member in Member.objects.of(theirs.workspace)] == [owner]
    assert theirs.is_placed
    assert not load_world(Size(60), now=NOW, owner=owner).is_new
    assert load_world(Size(60), now=NOW).workspace != theirs.workspace


def test_a_load_that_was_cut_off_before_placing_is_taken_up(today: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("tropa.journeys.placement.build", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            load_world(SIZE, now=NOW)
    found = load_world(SIZE, now=NOW)
    assert not found.is_new
    assert placed(found.workspace) == planned()


def _cut_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_the_world_ends_at_midnight_of_the_workspace() -> None:
    assert midnight(UNTIL + timedelta(hours=9)) == UNTIL
    assert midnight(UNTIL) == UNTIL
    assert midnight(UNTIL - timedelta(minutes=1)) == UNTIL - timedelta(days=1)


def test_a_workspace_of_somebody_else_called_demo_is_left_alone(today: None) -> None:
    owner = User.objects.create_user("director@example.com", "a long password")
    theirs = Workspace.objects.create(name="Наше", slug=SLUG)
    Member.objects.create(workspace=theirs, user=owner, role=Role.OWNER)
    found = load_world(Size(60), now=NOW)
    assert found.workspace != theirs
    assert found.workspace.is_demo
    assert not load_world(Size(60), now=NOW).is_new
