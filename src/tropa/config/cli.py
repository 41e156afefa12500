"""The `tropa` command. Heavy libraries are imported by the commands that need them, so that --help answers at once."""

import argparse
import csv
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import tropa
from tropa.config.exit_codes import DONE, INTERRUPTED

if TYPE_CHECKING:
    pass

ROLES = ("case", "activity", "at", "ended", "account", "contact", "deal", "channel", "campaign", "value")
LANGUAGES = ("ru", "en")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 2 bad arguments or input, 1 anything else."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    commands_parser = parser()
    options = commands_parser.parse_args(arguments)
    options.lang = options.lang or os.environ.get("TROPA_LANG") or LANGUAGES[0]
    if options.lang not in LANGUAGES:
        commands_parser.error(f"TROPA_LANG={options.lang}: допустимо / allowed: {', '.join(LANGUAGES)}")
    from tropa.config import commands  # the first import that costs time

    try:
        return commands.run(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe left (`tropa ... | head`): the rest is of no interest to anybody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def parser() -> argparse.ArgumentParser:
    """All commands and options; docs/reference/cli.md lists them, which a test checks."""
    top = argparse.ArgumentParser(
        prog="tropa", description="Путь B2B-клиента: от журнала касаний к честным цифрам. / The B2B customer journey."
    )
    top.add_argument("--version", action="version", version=f"tropa {tropa.__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    _analyze(commands.add_parser("analyze", help="figures of a log: summary, JSON, HTML report"))
    _demo(commands.add_parser("demo", help="write the log of the demo world and analyse it"))
    return top


def _analyze(command: argparse.ArgumentParser) -> None:
    command.add_argument("log", type=Path, metavar="LOG", help="CSV, TSV, XLSX, Parquet, JSONL, XES, OCEL JSON; .gz")
    command.add_argument("--journey", type=Path, metavar="FILE", help="stages and rules (YAML)")
    command.add_argument("--columns", type=columns, default={}, metavar="ROLE=COLUMN,…", help=", ".join(ROLES))
    command.add_argument("--timezone", default="UTC", metavar="ZONE", help="zone of moments without offset (UTC)")
    command.add_argument("--encoding", metavar="NAME", help="utf-8, cp1251, …; guessed when not given")
    command.add_argument("--delimiter", metavar="CHAR", help="of columns: , ; | or tab; guessed when not given")
    command.add_argument("--decimal", choices=(".", ","), metavar="MARK", help=". or ,; guessed when not given")
    command.add_argument("--date-format", metavar="FORMAT", help="iso, epoch_s, epoch_ms or as in %%d.%%m.%%Y %%H:%%M")
    command.add_argument("--as-of", metavar="MOMENT", help="ISO moment of the report; later touches are left out")
    command.add_argument("--rejects", type=Path, metavar="FILE", help="where rows that cannot be used are listed")
    _outputs(command)


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--accounts", type=at_least_one, metavar="N", help="visitors and companies seen (14,200)")
    command.add_argument("--touches", type=at_least_one, metavar="N", help="a world of about so many touches instead")
    command.add_argument("--seed", type=int, default=7, metavar="N", help="another world of the same kind (7)")
    command.add_argument("--folder", type=Path, default=Path("var/demo"), metavar="DIR", help="for the log (var/demo)")
    _outputs(command)


def _outputs(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", metavar="FILE|-", help="write the figures as JSON (- for standard output)")
    command.add_argument("--html", type=Path, metavar="FILE", help="write a self-contained HTML report")
    command.add_argument("--memory", type=at_least_one, default=1024, metavar="MIB", help="memory of the engine (1024)")
    command.add_argument("--lang", choices=LANGUAGES, help="language of the texts (TROPA_LANG, else ru)")


def columns(text: str) -> dict[str, str]:
    """`case=Deal,at=Date` as {role: column}; a column with a comma is quoted: `"case=Name, short",at=Date`.

    Which roles and columns there are is known to the log alone. Raises ArgumentTypeError for what is no pair at all.
    """
    found: dict[str, str] = {}
    for part in next(csv.reader([text])):
        role, mark, column = (piece.strip() for piece in part.partition("="))
        if not mark or not role:
            raise argparse.ArgumentTypeError(f"'{part}' is not ROLE=COLUMN; an example: case=deal_id,at=date")
        if role in found:
            raise argparse.ArgumentTypeError(f"role '{role}' is given twice")
        found[role] = column
    return found


def at_least_one(text: str) -> int:
    """A whole number above zero. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above zero")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
