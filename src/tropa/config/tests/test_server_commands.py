"""Commands on the data of the server: owners, the demo world, the ledger."""

import json

import pytest
from django.conf import LazySettings
from django.db.models import Count
from django.utils import translation

from tropa.config.cli import main
from tropa.demo.loading import LOGIN, PASSWORD
from tropa.facts import manifest
from tropa.facts.actions import append
from tropa.facts.models import CopySegment, Touch
from tropa.facts.tests import makers
from tropa.journeys.models import Placement
from tropa.workspace.models import Member, Role, User, Workspace

pytestmark = pytest.mark.django_db(transaction=True)
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _language(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.delenv("TROPA_LANG", raising=False)
    with translation.override("ru"):
        yield


def test_it_works(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("TROPA_PASSWORD", "четыре слова подряд")
    assert main(["owner", "--email", "Director@Example.com", "--workspace", "Ромашка"]) == 0
    user = User.objects.get()
    assert user.check_password("четыре слова подряд")
    member = Member.objects.get(user=user)
    assert (member.role, member.workspace.name) == (Role.OWNER, "Ромашка")
    said = capsys.readouterr().out
    assert "director@example.com" in said
    assert f"/w/{member.workspace.slug}/" in said
    assert "четыре" not in said


def test_a_password_is_made_when_none_is_given(capsys: Captured) -> None:
    assert main(["owner", "--email", "director@example.com", "--lang", "en"]) == 0
    password = capsys.readouterr().out.split("Password: ")[1].split()[0]
    assert User.objects.get().check_password(password)
    assert not Workspace.objects.exists()


def test_who_is_there_already_gets_a_new_password(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["owner", "--email", "director@example.com"]) == 0
    monkeypatch.setenv("TROPA_PASSWORD", "пять слов подряд же")
    assert main(["owner", "--email", "director@example.com"]) == 0
    assert User.objects.get().check_password("пять слов подряд же")


@pytest.mark.parametrize("password", ["short", "password123456"[:8]])
def test_a_weak_password_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, password: str
) -> None:
    monkeypatch.setenv("TROPA_PASSWORD", password)
    assert main(["owner", "--email", "director@example.com"]) == 2
    assert "пароль не подходит" in capsys.readouterr().err
    assert not User.objects.exists()


def test_a_bad_address_is_refused(capsys: Captured) -> None:
    assert main(["owner", "--email", "директор"]) == 2
    assert "--email директор" in capsys.readouterr().err


def test_tables_that_are_there_are_left_alone(capsys: Captured) -> None:
    assert main(["migrate"]) == 0
    assert "Таблицы готовы" in capsys.readouterr().out


def test_the_demo_world_is_loaded_once(capsys: Captured) -> None:
    assert main(["demo", "--load", "--accounts", "60"]) == 0
    assert f"{LOGIN}, пароль: {PASSWORD}" in capsys.readouterr().out
    assert main(["demo", "--load", "--accounts", "60", "--lang", "en"]) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert Workspace.objects.get().is_demo


def test_the_demo_world_does_not_go_where_others_are(settings: LazySettings, capsys: Captured) -> None:
    settings.URL = "https://tropa.example.com"
    assert main(["demo", "--load", "--accounts", "10"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert not Workspace.objects.exists()
    assert main(["demo", "--load", "--accounts", "10", "--yes"]) == 0
    assert Workspace.objects.exists()


def test_the_ledger_tells_what_came_in(capsys: Captured) -> None:
    source = makers.source()
    touches = makers.touches(0, 5)
    append(source, [*touches, touches[0]], now=makers.NOW)
    slug = source.workspace.slug
    assert main(["ledger", "--workspace", slug, "--json"]) == 0
    (hour,) = json.loads(capsys.readouterr().out)
    assert (hour["received"], hour["stored"], hour["duplicate"], hour["source"]) == (6, 5, 1, "site")
    assert main(["ledger", "--workspace", slug]) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["hour", "source", "received"]
    assert row.split()[:4] == ["2026-03-02", "12:00", "site", "6"]


def test_an_unknown_workspace_is_told_with_those_there_are(capsys: Captured) -> None:
    Workspace.objects.create(name="Ромашка", slug="romashka")
    assert main(["ledger", "--workspace", "romaska"]) == 2
    assert "Возможно, romashka" in capsys.readouterr().err


def test_a_command_of_django_is_passed_on(capsys: Captured) -> None:
    assert main(["manage", "check", "--database", "default"]) == 0
    assert "no issues" in capsys.readouterr().out


def stage_counts() -> dict[tuple[str, str], int]:
    rows = Placement.objects.values_list("stage", "state").annotate(n=Count("pk"))
    return {(stage, state): n for stage, state, n in rows}


def test_a_rebuild_gives_equal_figures(capsys: Captured) -> None:
    assert main(["demo", "--load", "--accounts", "200"]) == 0
    before = stage_counts()
    for segment in CopySegment.objects.filter(kind=CopySegment.Kind.TOUCHES):
        (manifest.folder(segment.workspace_id) / segment.file).unlink()
    Placement.objects.all().delete()
    capsys.readouterr()
    assert main(["rebuild", "--workspace", "demo"]) == 0
    touches = Touch.objects.count()
    said = capsys.readouterr().out
    assert f"demo: касаний в копии {touches}" in said
    assert "demo: путей пересчитано: 1" in said
    assert stage_counts() == before
    assert main(["rebuild", "--lang", "en"]) == 0
    assert stage_counts() == before


def test_the_doctor_finds_a_missing_touch(capsys: Captured) -> None:
    source = makers.source()
    append(source, makers.touches(0, 5), now=makers.NOW)
    Touch.objects.first().delete()  # type: ignore[union-attr]  # there are five
    assert main(["doctor", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert ("ledger", "error") in {(each["check"], each["level"]) for each in found}
    assert main(["doctor", "--lang", "en"]) == 1
    assert "ERROR [ledger]" in capsys.readouterr().out


def test_the_doctor_is_content_with_a_healthy_server(capsys: Captured) -> None:
    assert main(["doctor"]) == 0
    assert "Всё в порядке" in capsys.readouterr().out
