"""Ledger, rebuilding, the doctor and the jobs that keep the copy and the hot table as they should be."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tropa.engine import Engine
from tropa.facts import actions, copy, doctor, jobs, ledger, manifest, rebuild, settled, settling
from tropa.facts.models import CopyState, LedgerHour, Source, Touch
from tropa.facts.tests.makers import NOW, source, touch, touches, workspace
from tropa.workspace.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settled._opened.clear()


@pytest.fixture
def site() -> Source:
    found = source()
    Workspace.objects.update(created_at=NOW)
    return found


def named(level: str | None = None, **when: float) -> list[str]:
    found = doctor.findings(now=NOW + timedelta(**when))
    return [each.check for each in found if level in (None, each.level)]


def test_the_ledger_by_hour_and_source(site: Source) -> None:
    crm = source(site.workspace, "crm")
    for hours, of, sent in ((0, site, touches(0, 5)), (0, crm, touches(0, 3)), (2, site, touches(4, 7))):
        actions.append(of, sent, now=NOW + timedelta(hours=hours))
    found = [
        (row.hour.hour, row.source, row.received, row.stored, row.duplicate) for row in ledger.hours(site.workspace)
    ]
    assert found == [(14, "site", 3, 2, 1), (12, "crm", 3, 3, 0), (12, "site", 5, 5, 0)]
    assert len(ledger.hours(site.workspace, since=NOW + timedelta(hours=1))) == 1
    assert ledger.as_json(ledger.hours(site.workspace))[0]["hour"] == "2026-03-02T14:00:00+00:00"
    assert ledger.balance(site.workspace) == ledger.Balance(10, 10)


def test_lanes_are_added_up_when_the_hour_is_over(site: Source) -> None:
    for lane in (0, 7, 9):
        LedgerHour.objects.create(
            workspace=site.workspace,
            source=site,
            hour=NOW.replace(minute=0),
            lane=lane,
            received=3,
            stored=2,
            rejected=1,
        )
    assert ledger.fold(now=NOW) == 0
    assert ledger.fold(now=NOW + timedelta(hours=4)) == 2
    assert [(row.received, row.stored, row.rejected) for row in ledger.hours(site.workspace)] == [(9, 6, 3)]
    assert LedgerHour.objects.count() == 1


def test_rebuilding_gives_the_same_answers(site: Source, engine: Engine) -> None:
    for step in range(5):
        actions.append(site, touches(step * 50, step * 50 + 50, properties={"a": str(step)}), now=NOW)
        copy.refresh(site.workspace, now=NOW)
    settling.settle(now=NOW, hot=100, step=50)

    def answer() -> object:
        return engine.run(copy.open(site.workspace, engine, keep=["a"]).table.order_by("seq")).to_pylist()

    before = answer()
    found = rebuild.rebuild([site.workspace], now=NOW)
    assert (found[0].touches, found[0].mended) == (250, 0)
    assert answer() == before
    shutil.rmtree(manifest.folder(site.workspace.pk))
    settled._opened.clear()
    assert rebuild.rebuild([site.workspace], now=NOW)[0].mended == 1
    assert answer() == before
    assert actions.append(site, touches(0, 250), now=NOW).duplicate == 250
    assert site.workspace.slug in rebuild.as_text(found)
    assert rebuild.as_json(found)[0]["touches"] == 250


def test_a_sound_house_has_no_findings(site: Source) -> None:
    actions.append(site, touches(0, 100), now=NOW)
    copy.refresh(site.workspace, now=NOW)
    assert doctor.findings(now=NOW) == []
    assert (doctor.as_text([]), doctor.as_text([], "en")) == ("Всё в порядке.", "All is well.")


def test_the_doctor_sees_a_ledger_that_does_not_fit(site: Source) -> None:
    actions.append(site, touches(0, 10), now=NOW)
    copy.refresh(site.workspace, now=NOW)
    Touch.objects.filter(message_id="3").delete()
    assert named("error") == ["ledger"]
    assert "10" in doctor.as_text(doctor.findings(now=NOW), "en")


def test_the_doctor_sees_a_copy_that_stays_behind(site: Source) -> None:
    copy.refresh(site.workspace, now=NOW)
    actions.append(site, [touch(1)], now=NOW)
    assert named() == []
    assert named("warning", minutes=11) == ["copy"]


def test_the_doctor_sees_damage_before_and_after_it_was_healed(site: Source, engine: Engine) -> None:
    actions.append(site, touches(0, 10), now=NOW)
    copy.refresh(site.workspace, now=NOW)
    (path,) = manifest.folder(site.workspace.pk).iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert named() == ["copy"]
    assert copy.open(site.workspace, engine).count() == 10
    (finding,) = doctor.findings(now=NOW)
    assert "*.damaged" in finding.todo_en


def test_the_doctor_sees_a_source_that_sends_rubbish(site: Source) -> None:
    actions.append(site, [*touches(0, 90), *(touch("") for _ in range(10))], now=NOW)
    copy.refresh(site.workspace, now=NOW)
    assert named() == ["quarantine"]
    assert named(days=2) == []


def test_a_check_that_fails_is_a_finding_and_stops_no_other(site: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(now: object) -> list[doctor.Finding]:
        raise ValueError("no such thing")

    monkeypatch.setitem(doctor.CHECKS, "disk", breaks)
    (finding,) = doctor.findings(now=NOW)
    assert (finding.check, finding.level) == ("disk", "error")
    with pytest.raises(ValueError, match="disk"):
        doctor.check("disk")(breaks)


def test_jobs_follow_and_compare_every_workspace(site: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    other = source(workspace("Вторая"))
    for each in (site, other):
        actions.append(each, touches(0, 20), now=NOW)
    jobs.follow()
    states = CopyState.objects.all()
    assert {state.workspace_id for state in states} == {site.workspace_id, other.workspace_id}
    assert all(copy.lag(each.workspace) == 0 for each in (site, other))
    (path,) = manifest.folder(other.workspace.pk).iterdir()
    path.unlink()
    jobs.reconcile()
    assert len(list(manifest.folder(other.workspace.pk).glob("*.parquet"))) == 1
    assert all(state.checked_at for state in CopyState.objects.all())


def test_one_workspace_that_fails_does_not_hold_up_the_others(site: Source, settings: Settings) -> None:
    other = source(workspace("Вторая"))
    for each in (site, other):
        actions.append(each, touches(0, 20), now=NOW)
    manifest.folder(site.workspace.pk).parent.mkdir(parents=True)
    manifest.folder(site.workspace.pk).write_text("in the way")
    jobs.follow()
    assert (copy.lag(site.workspace) > 0, copy.lag(other.workspace)) == (True, 0)
