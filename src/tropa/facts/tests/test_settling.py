"""Hot and settled: nothing is lost or doubled when touches move, whatever stops it half-way."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from tropa.engine import Engine
from tropa.facts import actions, copy, hashes, healing, manifest, queries, settled, settling
from tropa.facts.models import CopySegment, SettledTouch, Source, Touch
from tropa.facts.tests.makers import NOW, source, touches, workspace
from tropa.facts.touches import Appended

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settled._opened.clear()


def counted(of: Source) -> tuple[int, int]:
    return Touch.objects.filter(source=of).count(), SettledTouch.objects.filter(source=of).count()


def test_it_works() -> None:
    site = source()
    actions.append(site, touches(0, 100), now=NOW)
    before = queries.touches_of(site.workspace, 3)
    assert settling.settle(now=NOW, hot=30, step=10) == 70
    assert counted(site) == (30, 70)
    assert actions.append(site, touches(0, 110), now=NOW) == Appended(10, 100, 0)
    assert queries.count(site.workspace) == 110
    assert queries.touches_of(site.workspace, 3)[: len(before)] == before


def test_less_than_a_step_stays() -> None:
    site = source()
    actions.append(site, touches(0, 39), now=NOW)
    assert settling.settle(now=NOW, hot=30, step=10) == 0
    assert settling.settle(now=NOW, hot=0, step=10, most=20) == 20


def test_a_touch_is_the_same_in_both_parts() -> None:
    site = source()
    full = touches(0, 2, contact_id=1, deal_id=2, ended_us=3, sent_us=4, client_us=5, channel="c", campaign="k",
                   page="p", value=6.5, properties={"a": "я"})  # fmt: skip
    actions.append(site, full, now=NOW)
    columns = [field.attname for field in Touch._meta.fields]
    hot = list(Touch.objects.order_by("id").values_list(*columns))
    settling.settle(now=NOW, hot=0, step=1)
    assert list(SettledTouch.objects.order_by("id").values_list(*columns)) == hot


def test_workspaces_have_files_of_their_own() -> None:
    sites = [source(workspace(name)) for name in ("Первая", "Вторая")]
    for first in range(0, 60, 20):
        for site in sites:
            actions.append(site, touches(first, first + 20), now=NOW)
    settling.settle(now=NOW, hot=0, step=25)
    for site in sites:
        assert settled.count(site.workspace.pk) == counted(site)[1]
        assert actions.append(site, touches(0, 61), now=NOW) == Appended(1, 60, 0)


def test_few_files_remain() -> None:
    site = source()
    for first in range(0, 2_000, 100):
        actions.append(site, touches(first, first + 100), now=NOW)
        settling.settle(now=NOW, hot=0, step=50)
    sizes = [each.rows for each in settled.files(site.workspace.pk)]
    assert sum(sizes) == 2_000
    assert len(sizes) <= 4
    assert actions.append(site, touches(0, 2_000), now=NOW).duplicate == 2_000


def test_settled_touches_of_an_account_are_paged_newest_first() -> None:
    site = source()
    actions.append(site, random.Random(1).sample(touches(0, 400), 400), now=NOW)
    expected = [row.id for row in queries.touches_of(site.workspace, 2, limit=400)]
    settling.settle(now=NOW, hot=100, step=100)
    found, before = [], None
    while page := queries.touches_of(site.workspace, 2, before_us=before, limit=7):
        found += [row.id for row in page]
        before = page[-1].occurred_us
    assert found == expected
    assert len(expected) == 57


def test_settled_touches_that_were_removed_can_come_again(engine: Engine) -> None:
    site = source()
    other = source(site.workspace, "other")
    actions.append(site, touches(0, 50), now=NOW)
    actions.append(other, touches(0, 50), now=NOW)
    settling.settle(now=NOW, hot=0, step=20)
    assert actions.remove_of_source(other, now=NOW) == 50
    assert (counted(other), copy.open(site.workspace, engine).count()) == ((0, 0), 50)
    assert {row.source_id for row in queries.touches_of(site.workspace, 1)} == {site.pk}
    assert actions.append(other, touches(0, 50), now=NOW).stored == 50
    assert actions.append(site, touches(0, 50), now=NOW).duplicate == 50


@pytest.mark.parametrize("how", ["deleted", "cut", "flipped"])
def test_a_lost_file_of_hashes_is_made_anew(how: str) -> None:
    site, luck = source(), random.Random(how)
    actions.append(site, touches(0, 300), now=NOW)
    settling.settle(now=NOW, hot=0, step=100)
    for _ in range(10):
        [*_, chosen] = settled.files(site.workspace.pk)
        path = manifest.folder(site.workspace.pk) / chosen.file
        content = bytearray(path.read_bytes())
        path.unlink()
        settled._opened.clear()
        if how == "cut":
            path.write_bytes(content[: luck.randrange(len(content))])
        elif how == "flipped":
            content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
            path.write_bytes(content)
            assert healing.reconcile(site.workspace, now=NOW) == 1
        assert actions.append(site, touches(0, 300), now=NOW) == Appended(0, 300, 0)
        assert settled.check(site.workspace.pk) == 0


class Killed(BaseException):
    """What a kill at this point would leave behind is what is on the disk and committed."""


def dying(name: str, after: bool, work: Callable[..., Any]) -> Callable[..., Any]:
    def die(*given: Any, **options: Any) -> Any:
        if after:
            work(*given, **options)
        raise Killed(name)

    return die


POINTS = [
    (settling, "_let_the_copy_follow"), (settled, "add"), (settling, "_commit"), (settled, "merge"),
    (hashes, "write"), (manifest, "swap"), (manifest, "entry_of_hashes"),
]  # fmt: skip


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), POINTS, ids=[name for _, name in POINTS])
def test_stopped_anywhere_nothing_is_lost_or_doubled(
    module: Any, name: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = source()
    actions.append(site, touches(0, 200), now=NOW)
    settling.settle(now=NOW, hot=150, step=25)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, dying(name, after, getattr(module, name)))
        with pytest.raises(Killed):
            settling.settle(now=NOW, hot=0, step=25)
    settled._opened.clear()
    assert actions.append(site, touches(0, 210), now=NOW) == Appended(10, 200, 0)
    settling.settle(now=NOW, hot=0, step=25)
    assert sum(counted(site)) == 210
    assert actions.append(site, touches(0, 210), now=NOW) == Appended(0, 210, 0)
    assert settled.count(site.workspace.pk) == counted(site)[1]


def test_a_half_of_a_hash_in_common_is_no_duplicate() -> None:
    keys = hashes.Keys.of([b"a" * 8 + bytes([n]) * 8 for n in range(5)] + [b"b" * 16])
    asked = [b"a" * 8 + b"\x03" * 8, b"a" * 8 + b"\x09" * 8, b"b" * 8 + b"a" * 8, b"b" * 16, b"\xff" * 16]
    assert set(keys.find(hashes.Keys.of(asked))) == {asked[0], asked[3]}
    assert len(hashes.without(keys, asked)) == 4


def test_slices_of_a_merge_are_ascending_and_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hashes, "_SLICE_ROWS", 10)
    luck = random.Random(5)
    parts = [[luck.randbytes(16) for _ in range(size)] for size in (100, 1, 37)]
    written = hashes.write(tmp_path, hashes.merged([hashes.Keys.of(part) for part in parts]), 138, 1)
    keys = hashes.Keys.at(tmp_path / written.file, written.rows)
    everything = [key for part in parts for key in part]
    assert sorted(keys.find(hashes.Keys.of(everything))) == sorted(everything)
    assert (keys.upper[1:] >= keys.upper[:-1]).all()


def test_settled_touches_have_no_index_but_their_number() -> None:
    """Indexes in random order are what makes a large table slow; see docs/adr/0006."""
    with connection.cursor() as sql:
        constraints = connection.introspection.get_constraints(sql, SettledTouch._meta.db_table)
    indexes = [each for each in constraints.values() if each["index"] or each["unique"]]
    assert [each["columns"] for each in indexes if not each["primary_key"]] == []
    assert CopySegment.Kind.HASHES.value == "hashes"
