"""The columnar copy: equal to the truth at every moment, whatever was merged, removed, deleted or spoilt."""

import random
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tropa.engine import Engine
from tropa.facts import actions, compaction, copy, healing, manifest
from tropa.facts.cursor import safe_cursor
from tropa.facts.models import CopyState, Touch
from tropa.facts.tests.makers import NOW, source, touch, touches, workspace
from tropa.workspace.models import Workspace

pytestmark = pytest.mark.django_db

Rows = list[tuple[Any, ...]]


@pytest.fixture(autouse=True)
def _data(settings: Settings, tmp_path: Path) -> None:
    """A folder of the test's own: rolled back numbers of workspaces come again, files stay."""
    settings.DATA = tmp_path


def rows(of: Workspace, engine: Engine, **options: Any) -> Rows:
    log = copy.open(of, engine, **options)
    found = engine.run(log.table.order_by("seq")).to_pylist()
    return [tuple(row.values()) for row in found]


def truth(of: Workspace) -> Rows:
    found = Touch.objects.filter(workspace=of, account_id__isnull=False).order_by("id")
    return [
        (
            row.pk, *(each and str(each) for each in (row.account_id, row.account_id, row.contact_id, row.deal_id)),
            row.occurred_us, row.ended_us, row.type.key, row.channel or None, row.campaign or None, row.value,
        )
        for row in found.select_related("type")
    ]  # fmt: skip


def test_it_works(engine: Engine) -> None:
    site = source()
    actions.append(site, touches(0, 300, channel="phone", value=2.5, contact_id=9, deal_id=4), now=NOW)
    copy.refresh(site.workspace, now=NOW)
    actions.append(site, touches(300, 320, campaign="весна", ended_us=1), now=NOW)
    log = copy.open(site.workspace, engine)
    assert log.cursor == safe_cursor()
    assert rows(site.workspace, engine) == truth(site.workspace)
    assert len(truth(site.workspace)) == 320


def test_an_empty_workspace_has_an_empty_log(engine: Engine) -> None:
    assert copy.open(workspace(), engine).count() == 0


def test_a_workspace_sees_its_own_touches_alone(engine: Engine) -> None:
    first, second = source(), source(workspace("Вторая"))
    for site in (first, second, first):
        actions.append(site, touches(*((0, 40) if site is second else (0, 60))), now=NOW)
    for site in (first, second):
        copy.refresh(site.workspace, now=NOW)
        assert rows(site.workspace, engine) == truth(site.workspace)


def test_touches_of_nobody_are_kept_and_left_out(engine: Engine) -> None:
    site = source()
    actions.append(site, [touch(1), touch(2, account_id=None)], now=NOW)
    copy.refresh(site.workspace, now=NOW)
    assert copy.open(site.workspace, engine).count() == 1
    assert sum(each.rows for each in manifest.listed(site.workspace.pk)) == 2


def test_properties_come_as_columns(engine: Engine) -> None:
    site, pages = source(), "https://example.com/"
    actions.append(site, [touch(1, properties={"stage": "b2b.new", "Stage": "x", "empty": ""}, page=pages)], now=NOW)
    copy.refresh(site.workspace, now=NOW)
    actions.append(site, [touch(2, properties={"stage": "b2b.won", "late": "да"}), touch(3)], now=NOW)
    keep = ("stage", "empty", "late", "never", "page")
    names = [f"p_{name}" for name in keep]
    for _ in range(2):
        log = copy.open(site.workspace, engine, keep=keep)
        found = engine.run(log.table.order_by("seq").select(names)).to_pylist()
        assert [tuple(row.values()) for row in found] == [
            ("b2b.new", None, None, None, pages), ("b2b.won", None, "да", None, None), (None,) * 5
        ]  # fmt: skip
        # The second time from the files: names that differ in case alone are told apart all the same.
        copy.refresh(site.workspace, now=NOW)
    both = engine.run(copy.open(site.workspace, engine, keep=["Stage"]).table.order_by("seq"))["p_Stage"].to_pylist()
    assert both == ["x", None, None]


def test_more_names_than_columns(engine: Engine) -> None:
    site = source()
    many = [touch(n, properties={f"name{n}": "1", f"name{n}x": "2"}) for n in range(150)]
    actions.append(site, many, now=NOW)
    copy.refresh(site.workspace, now=NOW)
    names = [f"name{n}x" for n in (0, 49, 50, 149)]
    table = copy.open(site.workspace, engine, keep=names).table
    counted = engine.run(table.agg(**{name: table[f"p_{name}"].count() for name in names})).to_pylist()
    assert counted == [dict.fromkeys(names, 1)]


def test_only_some_accounts(engine: Engine) -> None:
    site = source()
    for first in range(0, 3_000, 1_000):
        actions.append(site, touches(first, first + 1_000), now=NOW)
        copy.refresh(site.workspace, now=NOW)
    actions.append(site, touches(3_000, 3_100), now=NOW)
    compaction.compact(site.workspace.pk, now=NOW, bucketed_from=1_000)
    wanted = [row for row in truth(site.workspace) if row[1] in ("2", "5")]
    assert rows(site.workspace, engine, accounts=[2, 5]) == wanted
    assert rows(site.workspace, engine, accounts=[2, 5, *range(1_000, 1_300)]) == wanted
    assert rows(site.workspace, engine, accounts=[]) == []


def test_merging_changes_no_answer(engine: Engine) -> None:
    site = source()
    for step in range(40):
        actions.append(site, touches(step * 100, step * 100 + 100, properties={f"p{step}": "1"}), now=NOW)
        copy.refresh(site.workspace, now=NOW)
    assert len(manifest.listed(site.workspace.pk)) < 16
    assert rows(site.workspace, engine) == truth(site.workspace)
    compaction.compact(site.workspace.pk, now=NOW, bucketed_from=1_000)
    laid_out = manifest.listed(site.workspace.pk)
    assert {each.bucket for each in laid_out} == set(range(1, 8))
    assert rows(site.workspace, engine) == truth(site.workspace)
    counted = rows(site.workspace, engine, keep=["p0", "p39"])
    assert [sum(row[place] == "1" for row in counted) for place in (-2, -1)] == [100, 100]


def test_who_comes_second_changes_nothing(engine: Engine) -> None:
    site = source()
    actions.append(site, touches(0, 50), now=NOW)
    stale, _ = CopyState.objects.get_or_create(workspace=site.workspace)
    copy.refresh(site.workspace, now=NOW)
    copy._extend(stale, safe_cursor())
    files = manifest.listed(site.workspace.pk)
    assert compaction.merge(site.workspace.pk, files)
    assert not compaction.merge(site.workspace.pk, files)
    assert rows(site.workspace, engine) == truth(site.workspace)
    assert len(list(manifest.folder(site.workspace.pk).glob("*.parquet"))) == 2


def test_what_was_removed_is_gone_at_once_and_can_come_again(engine: Engine) -> None:
    site, other = source(), source(key="other")
    other = source(site.workspace, "other")
    for step in range(3):
        actions.append(site, touches(step * 10, step * 10 + 10), now=NOW)
        actions.append(other, touches(step * 10, step * 10 + 10, account_id=77), now=NOW)
        copy.refresh(site.workspace, now=NOW)
    before = safe_cursor()
    actions.remove_of_source(other, now=NOW)
    assert rows(site.workspace, engine) == truth(site.workspace)
    assert copy.changed_accounts(site.workspace, before, safe_cursor()) == [77]
    actions.append(other, touches(0, 5), now=NOW)
    for _ in range(2):
        assert rows(site.workspace, engine) == truth(site.workspace)
        assert len(truth(site.workspace)) == 35
        copy.refresh(site.workspace, now=NOW)
    assert sum(each.rows for each in manifest.listed(site.workspace.pk)) == 35


def damaged(of: Workspace, how: str, luck: random.Random) -> Path:
    path = manifest.folder(of.pk) / luck.choice(manifest.listed(of.pk)).file
    if how == "deleted":
        path.unlink()
    elif how == "cut":
        with path.open("r+b") as file:
            file.truncate(luck.randrange(path.stat().st_size))
    else:
        content = bytearray(path.read_bytes())
        content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
        path.write_bytes(content)
    return path


@pytest.mark.parametrize("how", ["deleted", "cut", "flipped"])
def test_damage_is_healed_with_the_same_bytes(engine: Engine, how: str) -> None:
    site, luck = source(), random.Random(how)
    for step in range(5):
        actions.append(site, touches(step * 200, step * 200 + 200, properties={"a": str(step)}), now=NOW)
        copy.refresh(site.workspace, now=NOW)
    checksums = sorted(each.checksum for each in manifest.listed(site.workspace.pk))
    for round_ in range(20):
        if round_ == 10:
            compaction.compact(site.workspace.pk, now=NOW, bucketed_from=500)
            checksums = sorted(each.checksum for each in manifest.listed(site.workspace.pk))
        damaged(site.workspace, how, luck)
        healing._checked.clear()
        assert rows(site.workspace, engine) == truth(site.workspace)
        assert sorted(each.checksum for each in manifest.listed(site.workspace.pk)) == checksums
    assert healing.reconcile(site.workspace, now=NOW) == 0


def test_a_missing_folder_is_made_anew(engine: Engine) -> None:
    site = source()
    actions.append(site, touches(0, 500), now=NOW)
    copy.refresh(site.workspace, now=NOW)
    for path in manifest.folder(site.workspace.pk).iterdir():
        path.unlink()
    manifest.folder(site.workspace.pk).rmdir()
    assert rows(site.workspace, engine) == truth(site.workspace)


def test_one_row_too_few_is_found_and_healed(engine: Engine) -> None:
    site = source()
    actions.append(site, touches(0, 500), now=NOW)
    copy.refresh(site.workspace, now=NOW)
    actions.append(site, touches(500, 900), now=NOW)
    copy.refresh(site.workspace, now=NOW)
    assert healing.reconcile(site.workspace, now=NOW) == 0
    # As if the truth had a touch that the copy missed.
    Touch.objects.filter(pk=truth(site.workspace)[0][0]).update(occurred_us=0)
    assert healing.reconcile(site.workspace, now=NOW) == 1
    assert rows(site.workspace, engine) == truth(site.workspace)
    assert healing.reconcile(site.workspace, now=NOW) == 0
