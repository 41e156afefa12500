"""XES: traces, their attributes, start and complete events, and XML that is refused."""

from pathlib import Path

import pytest

from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.analysis.tests.test_log import at, rows
from tropa.engine import Engine


def event(name: str, time: str, more: str = "") -> str:
    return (
        f'<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{time}"/>{more}</event>'
    )


def trace(name: str | None, *events: str, more: str = "") -> str:
    named = f'<string key="concept:name" value="{name}"/>' if name else ""
    return f"<trace>{named}{more}{''.join(events)}</trace>"


def read(folder: Path, engine: Engine, *traces: str, prefix: str = "", **options: object) -> EventLog:
    text = f'<?xml version="1.0" encoding="UTF-8"?>{prefix}<log xmlns="http://www.xes-standard.org/">{"".join(traces)}</log>'
    (folder / "log.xes").write_text(text)
    return EventLog.read(folder / "log.xes", engine=engine, **options)  # type: ignore[arg-type]


def transition(kind: str, instance: str = "") -> str:
    named = f'<string key="concept:instance" value="{instance}"/>' if instance else ""
    return f'<string key="lifecycle:transition" value="{kind}"/>{named}'


def test_it_works(cwd: Path, engine: Engine) -> None:
    nested = '<string key="who" value="Value 1"><string key="inner" value="no column"/></string>'
    customer = '<string key="customer" value="ACME"/>'
    log = read(
        cwd,
        engine,
        '<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>',
        trace(
            "A", event("x", "2024-01-01T10:00:00.000+03:00", nested), event("y", "2024-01-01T09:00:00Z"), more=customer
        ),
        trace(None, event("&lt;x&gt;", "2024-01-01T00:00:00+00:00")),
        keep=["who", "inner"],
    )
    first, second, third = rows(log)
    assert (first["case_id"], first["account_id"], first["occurred_at"]) == ("A", "ACME", at("2024-01-01T07:00"))
    assert (first["p_who"], first["p_inner"], second["p_who"]) == ("Value 1", None, None)
    assert (third["case_id"], third["type"], third["account_id"]) == ("2", "<x>", None)
    assert log.source.format == "xes"
    assert log.source.columns["account"] == "case:customer"
    assert [finding.code for finding in log.findings] == ["missing_column"]


def test_start_and_complete_are_one_event(cwd: Path, engine: Engine) -> None:
    log = read(
        cwd,
        engine,
        trace(
            "A",
            event("x", "2024-01-01T10:00:00Z", transition("complete")),
            event("x", "2024-01-01T11:00:00Z", transition("start")),
            event("y", "2024-01-01T11:30:00Z", transition("START", "i1")),
            event("x", "2024-01-01T12:00:00Z", transition("complete")),
            event("y", "2024-01-01T13:00:00Z", transition("complete", "i2")),
            event("x", "2024-01-01T14:00:00Z", transition("suspend")),
        ),
        trace("B", event("y", "2024-01-01T15:00:00Z", transition("complete", "i1"))),
    )
    assert [(row["case_id"], row["type"], row["occurred_at"], row["ended_at"]) for row in rows(log)] == [
        ("A", "x", at("2024-01-01T10:00"), None),
        ("A", "x", at("2024-01-01T11:00"), at("2024-01-01T12:00")),
        ("A", "y", at("2024-01-01T11:30"), None),
        ("A", "y", at("2024-01-01T13:00"), None),
        ("A", "x", at("2024-01-01T14:00"), None),
        ("B", "y", at("2024-01-01T15:00"), None),
    ]
    assert log.source.rows_read == 6
    assert log.source.columns["ended"] == "time:timestamp (complete)"


def test_a_log_of_one_kind_has_no_ends(cwd: Path, engine: Engine) -> None:
    log = read(cwd, engine, trace("A", *[event("x", "2024-01-01T10:00:00Z", transition("complete"))] * 3))
    assert [row["ended_at"] for row in rows(log)] == [None] * 3
    assert "ended" not in log.source.columns


def test_late_attributes_are_found_when_named(cwd: Path, engine: Engine) -> None:
    early = [event("x", "2024-01-01T10:00:00Z")] * 10_500
    late = event("lost", "2024-01-02T10:00:00Z", '<string key="reason" value="price"/>')
    log = read(cwd, engine, trace("A", *early, late), keep=["reason"])
    assert log.engine.run(log.table.filter(log.table.p_reason == "price").select("type")).to_pylist() == [
        {"type": "lost"}
    ]
    assert log.findings == ()


def test_events_without_a_trace_or_a_date_are_rejected(cwd: Path, engine: Engine) -> None:
    log = read(cwd, engine, trace("A", event("x", "2024-01-01T10:00:00Z"), event("y", "")), event("z", "2024-01-01"))
    assert {finding.code: finding.count for finding in log.findings} == {"empty_date": 1, "empty_case": 1}


LAUGHS = '<!DOCTYPE log [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE log SYSTEM "http://127.0.0.1/log.dtd">'


@pytest.mark.parametrize("prefix", [LAUGHS, EXTERNAL, REMOTE])
def test_entities_are_refused(cwd: Path, engine: Engine, prefix: str) -> None:
    text = "&a;" if "ENTITY" in prefix else "A"
    with pytest.raises(InputError) as caught:
        read(cwd, engine, trace(text, event("x", "2024-01-01")), prefix=prefix)
    assert caught.value.code == "unsafe_xml"
    assert "log.xes, line 1" in caught.value.en


def test_endless_depth_is_refused(cwd: Path, engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        read(cwd, engine, "<list>" * 5_000)
    assert caught.value.code == "bad_xml"


def test_other_namespaces_and_prefixes(cwd: Path, engine: Engine) -> None:
    (cwd / "log.xml").write_text(
        '<x:log xmlns:x="http://www.xes-standard.org"><x:trace><x:string key="concept:name" value="A"/><x:event>'
        '<x:string key="concept:name" value="a"/><x:date key="time:timestamp" value="2024-01-01"/></x:event></x:trace>'
        "</x:log>"
    )
    assert EventLog.read(cwd / "log.xml", engine=engine).count() == 1
