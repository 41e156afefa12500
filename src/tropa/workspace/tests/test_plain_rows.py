"""Rows that are inserted without objects stand there as `bulk_create` would have written them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction

from tropa.capture.models import Import, ImportedRow, ImportedTouch
from tropa.customers.models import Account, Order
from tropa.facts.models import KeyOwner
from tropa.workspace import plain_rows
from tropa.workspace.models import Workspace
from tropa.workspace.plain_rows import insert
from tropa.workspace.tests.people import make_workspace

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, 30, 5, 123456, UTC)
OWNER = ("kind", "value", "account_id", "contact_id")


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("Ряды")


def both_ways(
    model: Any, names: Sequence[str], rows: Sequence[Sequence[Any]], same: Mapping[str, Any]
) -> tuple[Any, Any]:
    """What stands in the table after each way, without the ids."""
    stored = []
    columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    for way in ("objects", "plain"):
        if way == "objects":
            model.objects.bulk_create(model(**dict(zip(names, row, strict=True)), **same) for row in rows)
        else:
            insert(model, names, rows, same=same)
        stored.append(list(model.objects.order_by("id").values_list(*columns)))
        model.objects.all().delete()
    return stored[0], stored[1]


def test_it_works(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_rows, "CHUNK", 2)
    rows = [("email", f"{number}@пример.рф", number or None, None) for number in range(5)]
    objects, plain = both_ways(KeyOwner, OWNER, rows, {"workspace_id": workspace.pk})
    assert plain == objects
    assert [row[2] for row in plain] == [f"{number}@пример.рф" for number in range(5)]
    assert {row[-1] for row in plain} == {1}, "the default of the model"


def test_every_kind_of_value_comes_back(workspace: Workspace) -> None:
    account = Account.objects.create(workspace=workspace, created_at=NOW)
    far = datetime(2026, 3, 1, 23, 0, tzinfo=timezone(timedelta(hours=9)))
    objects, plain = both_ways(
        Order,
        ("account_id", "number", "amount", "ordered_at", "paid_at"),
        [(account.pk, "1", Decimal("12.5"), NOW, far), (str(account.pk), Account.Kind.COMPANY, None, far, None)],
        {"workspace_id": workspace.pk, "deal_id": None, "external_id": "", "updated_at": NOW},
    )
    assert [row[:-1] for row in plain] == [row[:-1] for row in objects]
    of = Import.objects.create(workspace=workspace, file_name="a.csv", stored_as="a", size_bytes=1, sha256="")
    given = {"workspace_id": workspace.pk, "of_id": of.pk}
    objects, plain = both_ways(
        ImportedRow,
        ("line", "outcome", "changes", "details"),
        [(1, ImportedRow.Outcome.CREATED, [["account:1", None, {"имя": 'A"\\'}]], {}), (2, "updated", [], {"a": None})],
        given | {"target": "", "reason": "", "kept": ""},
    )
    assert plain == objects
    touches = [(b"\x00'\xff", 0, 2**40, True), (memoryview(b"\x01"), 1, 3, False)]
    objects, plain = both_ways(ImportedTouch, ("base", "ordinal", "line", "is_stored"), touches, given)
    assert [(bytes(row[2]), *row[3:]) for row in plain] == [(bytes(row[2]), *row[3:]) for row in objects]


def test_what_is_there_takes_the_new_values(workspace: Workspace) -> None:
    once = ("workspace_id", "kind", "value")
    insert(KeyOwner, OWNER, [("email", "a", 1, 2), ("email", "b", 3, None)], same={"workspace_id": workspace.pk})
    again = {"workspace_id": workspace.pk, "version": 7}
    insert(KeyOwner, OWNER, [("email", "a", None, 5), ("email", "c", 6, None)], same=again, once=once)
    stored = KeyOwner.objects.order_by("value").values_list("value", "account_id", "contact_id", "version")
    assert list(stored) == [("a", None, 5, 7), ("b", 3, None, 1), ("c", 6, None, 7)]


def test_all_or_none(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_rows, "CHUNK", 1)
    twice = [("email", "a", 1, None), ("email", "a", 2, None)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(KeyOwner, OWNER, twice, same={"workspace_id": workspace.pk})
    assert not KeyOwner.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no length")
def test_a_text_that_is_too_long_is_not_cut(workspace: Workspace) -> None:
    with pytest.raises(DataError), transaction.atomic():
        insert(KeyOwner, OWNER, [("x" * 41, "a", 1, None)], same={"workspace_id": workspace.pk})


@pytest.mark.parametrize(
    ("model", "names", "told"),
    [
        (KeyOwner, ("workspace_id", "value"), "kind, account_id, contact_id"),
        (KeyOwner, ("workspace", *OWNER), "workspace"),
        (KeyOwner, ("workspace_id", "kind", *OWNER), "kind"),
        # `search` and `updated_at` are computed on saving, `attributes` is made for each row.
        (Account, ("workspace_id", "kind"), "attributes, .*updated_at, .*search"),
    ],
)
def test_no_column_is_left_without_its_value(model: type[models.Model], names: Sequence[str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        insert(model, names, [], same={})
