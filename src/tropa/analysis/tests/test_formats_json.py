"""JSON Lines and OCEL 2.0."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tropa.analysis.formats.container import look_at
from tropa.analysis.formats.jsonstream import JsonDocument
from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.analysis.tests.test_log import at, rows
from tropa.engine import Engine


def write_lines(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def test_it_works(cwd: Path, engine: Engine) -> None:
    path = write_lines(
        cwd / "log.jsonl",
        {
            "userId": 17,
            "event": "Заявка",
            "timestamp": "2024-01-01T10:00:00Z",
            "amount": 12.5,
            "properties": {"size": 3.0},
        },
        {
            "userId": "18",
            "event": "b",
            "timestamp": "2024-01-01T10:00:01Z",
            "amount": None,
            "properties": {"tags": [1]},
        },
        {"userId": None, "event": "c", "timestamp": "2024-01-01T10:00:02Z"},
    )
    log = EventLog.read(path, engine=engine, keep=["properties.size", "properties.tags"])
    first, second = rows(log)
    assert (first["case_id"], first["type"], first["value"], first["p_properties.size"]) == ("17", "Заявка", 12.5, "3")
    assert (second["case_id"], second["value"], second["p_properties.tags"]) == ("18", None, "[1]")
    assert [(finding.code, finding.examples) for finding in log.findings] == [("empty_case", ("line 3",))]
    assert (log.source.format, log.source.encoding) == ("jsonl", "utf-8")


def test_late_columns_epochs_and_gzip(cwd: Path, engine: Engine) -> None:
    records = [{"case_id": "1", "type": "a", "ts": 1_700_000_000_000 + i} for i in range(10_100)]
    records.append({"case_id": "1", "type": "lost", "ts": 1_700_000_000_000, "reason": "price"})
    write_lines(cwd / "log.jsonl", *records)
    (cwd / "log.json.gz").write_bytes(gzip.compress((cwd / "log.jsonl").read_bytes()))
    log = EventLog.read(cwd / "log.json.gz", engine=engine, keep=["reason"])
    assert log.engine.run(log.table.filter(log.table.p_reason == "price").count().as_table()).to_pylist()[0] is not None
    assert [row["p_reason"] for row in rows(log)[-2:]] == [None, "price"]
    assert (log.source.date_format, rows(log)[0]["occurred_at"]) == ("epoch_ms", 1_700_000_000_000_000)


OCEL = {
    "objectTypes": [{"name": "Order", "attributes": []}, {"name": "Item", "attributes": []}],
    "eventTypes": [{"name": "place", "attributes": []}],
    "objects": [
        {"id": "o1", "type": "Order"},
        {"id": "i1", "type": "Item"},
        {"id": "i2", "type": "Item"},
        {"id": "c1", "type": "Customer", "attributes": [{"name": "n", "time": "1970-01-01T00:00:00Z", "value": "[{"}]},
    ],
    "events": [
        {
            "id": "e1",
            "type": "place",
            "time": "2024-01-01T10:00:00Z",
            "attributes": [{"name": "amount", "value": 12.5}],
            "relationships": [
                {"objectId": "o1", "qualifier": "order"},
                {"objectId": "i1", "qualifier": "item"},
                {"objectId": "i2", "qualifier": "item"},
                {"objectId": "i2", "qualifier": "again"},
                {"objectId": "c1", "qualifier": "by"},
            ],
        },
        {
            "id": "e2",
            "type": "ship",
            "time": "2024-01-02T10:00:00.5Z",
            "relationships": [{"objectId": "i2", "qualifier": "item"}, {"objectId": "nowhere", "qualifier": "?"}],
        },
        {"id": "e3", "type": "bill", "time": "2024-01-03T10:00:00Z", "relationships": [{"objectId": "o1"}]},
    ],
}


@pytest.mark.parametrize("indent", [None, 2])
def test_ocel_takes_the_object_type_with_the_most_relations(cwd: Path, engine: Engine, indent: int | None) -> None:
    (cwd / "log.json").write_text(json.dumps(OCEL, indent=indent))
    log = EventLog.read(cwd / "log.json", engine=engine, keep=["Order"])
    assert [(row["case_id"], row["type"], row["value"], row["p_Order"]) for row in rows(log)] == [
        ("i1", "place", 12.5, "o1"),
        ("i2", "place", 12.5, "o1"),
        ("i2", "ship", None, None),
    ]
    assert rows(log)[2]["occurred_at"] == at("2024-01-02T10:00:00.5")
    assert rows(log)[0]["account_id"] == "c1"
    assert [(finding.code, finding.count) for finding in log.findings] == [("empty_case", 1)]
    assert log.source.format == "ocel"


def test_ocel_with_a_named_object_type(cwd: Path, engine: Engine) -> None:
    (cwd / "log.jsonocel").write_text(json.dumps(OCEL))
    log = EventLog.read(cwd / "log.jsonocel", engine=engine, columns={"case": "Order"})
    assert [(row["case_id"], row["type"]) for row in rows(log)] == [("o1", "place"), ("o1", "bill")]
    with pytest.raises(InputError, match="Did you mean 'Order'") as caught:
        EventLog.read(cwd / "log.jsonocel", engine=engine, columns={"case": "Orders"})
    assert "Customer, Item, Order" in caught.value.ru


def test_ocel_that_is_not_quite_ocel(cwd: Path, engine: Engine) -> None:
    (cwd / "log.json").write_text(json.dumps(OCEL | {"objects": [{"id": 1}]}, indent=1))
    with pytest.raises(InputError, match="line") as caught:
        EventLog.read(cwd / "log.json", engine=engine)
    assert caught.value.code == "bad_ocel"


def test_documents_of_any_size_are_walked_element_by_element(tmp_path: Path) -> None:
    elements = [{"n": i, "text": "]}" * 50} for i in range(60_000)]
    document = {"a": 1.5, "skip": {"deep": [1]}, "events": elements, "empty": [], "z": [1, 2]}
    (tmp_path / "a.json").write_text(json.dumps(document, indent=1))
    walked = JsonDocument(look_at(tmp_path / "a.json"))
    found = list(walked.elements("events"))
    assert [element for _, element in found] == elements
    assert [line for line, _ in found[:2]] == [9, 13]
    assert [element for _, element in walked.elements("z")] == [1, 2]
    assert list(walked.elements("empty")) == []
