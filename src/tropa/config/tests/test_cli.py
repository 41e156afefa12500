"""The command as a person meets it: exit codes, messages, files that appear whole or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tropa.config.cli import main

pytestmark = pytest.mark.once
LOG = """компания;событие;дата;сумма
Альфа;визит;13.01.2025 10:05;
Альфа;демо;03.02.2025 11:00;
Альфа;договор;17.03.2025 15:30;480000,50
Бета;визит;15.01.2025 09:12;
Бета;демо;31.02.2025 14:00;
"""
JOURNEY = """
journey: {key: sale, label: {ru: Продажа, en: Sale}}
stages:
  - {key: visit, rank: 1, label: {ru: Интерес, en: Interest}, enter: {touch: визит}}
  - {key: deal, rank: 2, label: {ru: Договор, en: Contract}, enter: {touch: договор}, won: true}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a log as a Russian spreadsheet writes it, and a journey."""
    (tmp_path / "log.csv").write_text(LOG, encoding="cp1251")
    (tmp_path / "journey.yaml").write_text(JOURNEY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TROPA_LANG", raising=False)
    return tmp_path


def test_it_works(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["log.csv", "--journey", "journey.yaml", "--json", "out.json", "--html", "out.html"]
    assert main(["analyze", *arguments]) == 0
    said = capsys.readouterr().out
    assert "Интерес" in said
    assert "cp1251" in said
    assert "log.csv.rejects.csv" in said
    found = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert found["log"]["events"] == 4
    assert found["source"]["rows_rejected"] == 1
    assert "31.02.2025" in (folder / "log.csv.rejects.csv").read_text(encoding="utf-8")
    assert (folder / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    # The same command again replaces what it wrote itself.
    assert main(["analyze", *arguments]) == 0


def test_json_alone_on_standard_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "log.csv", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["log"]["cases"] == 2


def test_english(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROPA_LANG", "en")
    assert main(["analyze", "log.csv", "--journey", "journey.yaml"]) == 0
    assert "Contract" in capsys.readouterr().out
    assert main(["analyze", "log.cvs"]) == 2
    assert "log.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing.csv"], "nothing.csv"),
        (["log.csv", "--columns", "case=компани"], "«компания»"),
        (["log.csv", "--columns", "kind=компания"], "kind"),
        (["log.csv", "--as-of", "вчера"], "--as-of вчера"),
        (["log.csv", "--as-of", "1999-01-01"], "--as-of"),
        (["log.csv", "--journey", "log.csv"], "log.csv"),
        (["log.csv", "--html", "log.csv"], "не Тропа"),
        (["log.csv", "--html", "nowhere/report.html"], "папке"),
        (["log.csv", "--html", "x", "--json", "x"], "--html"),
        (["log.csv", "--timezone", "Europe/Moskow"], "Europe/Moscow"),
        (["."], "папка"),
    ],
)
def test_bad_input_is_told_in_one_message(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    before = (folder / "log.csv").read_bytes()
    assert main(["analyze", *arguments]) == 2
    message = capsys.readouterr().err
    assert told in message
    assert "Traceback" not in message
    assert (folder / "log.csv").read_bytes() == before
    assert not (folder / "x").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze", "log.csv", "--columns", "case"],
        ["analyze", "log.csv", "--columns", "case=a,case=b"],
        ["analyze", "log.csv", "--memory", "none"],
        ["analyze"],
        ["forecast"],
    ],
)
def test_bad_arguments_end_with_two(folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_an_unknown_language_is_a_bad_argument(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROPA_LANG", "fr")
    with pytest.raises(SystemExit) as ended:
        main(["analyze", "log.csv"])
    assert ended.value.code == 2


def test_a_column_with_a_comma_is_quoted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd.csv").write_text('"Name, short",what,when\nA,visit,2025-01-01\n', encoding="utf-8")
    assert main(["analyze", "odd.csv", "--columns", '"case=Name, short",activity=what,at=when']) == 0
    assert "case=Name, short" in capsys.readouterr().out


def test_a_mistake_of_the_program_is_no_traceback(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("tropa.config.analyzing.analyse", broken)
    assert main(["analyze", "log.csv"]) == 1
    assert "TROPA_DEBUG=1" in capsys.readouterr().err
    monkeypatch.setenv("TROPA_DEBUG", "1")
    with pytest.raises(RuntimeError, match="boom"):
        main(["analyze", "log.csv"])


def test_a_failing_report_leaves_the_old_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["analyze", "log.csv", "--html", "out.html"]) == 0
    before = (folder / "out.html").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tropa.config.analyzing.os.replace", full)
    assert main(["analyze", "log.csv", "--html", "out.html"]) == 1
    assert (folder / "out.html").read_bytes() == before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".out")] == []


def test_the_demo_replaces_only_a_demo(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--accounts", "60", "--folder", "world"]) == 0
    assert main(["demo", "--accounts", "50", "--folder", "world"]) == 0
    (folder / "mine").mkdir()
    (folder / "mine" / "touches.parquet").write_bytes(b"my own")
    assert main(["demo", "--folder", "mine"]) == 2
    assert (folder / "mine" / "touches.parquet").read_bytes() == b"my own"
    assert main(["demo", "--folder", "log.csv"]) == 2
    assert "--folder" in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_failure(folder: Path) -> None:
    command = [sys.executable, "-m", "tropa.config.cli", "analyze", "log.csv", "--json", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read().decode()
    assert process.returncode == 0
    assert errors == ""
