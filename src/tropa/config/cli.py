"""The `tropa` command. Heavy libraries are imported by the commands that need them, so that --help answers at once."""

import argparse
import csv
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import tropa
from tropa.config.exit_codes import DONE, INTERRUPTED

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
    _demo(commands.add_parser("demo", help="the demo world: its log and figures, or load it into the server"))
    _server(commands)
    _ground(commands)
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
    command.add_argument("--load", action="store_true", help="put the world into the server, as a workspace of its own")
    command.add_argument("--yes", action="store_true", help="load it into a server that others can reach, too")
    _outputs(command)


def _server(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="run the server: pages, background work, figures")
    web = commands.add_parser("web", help="run the pages and their figures alone")
    for command in (serve, web):
        host, number = os.environ.get("TROPA_HOST", "127.0.0.1"), os.environ.get("TROPA_PORT", "8000")
        command.add_argument("--host", default=host, metavar="ADDRESS", help="address to listen on (127.0.0.1)")
        command.add_argument("--port", type=port, default=number, metavar="PORT", help="port to listen on (8000)")
    worker = commands.add_parser("worker", help="run background work alone")
    migrate = commands.add_parser("migrate", help="make the tables of the database, or bring them up to date")
    owner = commands.add_parser("owner", help="a person who may sign in and own a workspace; also a new password")
    owner.add_argument("--email", required=True, metavar="ADDRESS", help="what the person signs in with")
    owner.add_argument("--workspace", metavar="NAME", help="a new workspace that belongs to them")
    for command in (serve, web, worker, migrate, owner):
        _language(command)
    manage = commands.add_parser("manage", help="a command of Django, for developers: tropa manage help")
    manage.add_argument("words", nargs=argparse.REMAINDER, metavar="WORDS", help="the command and its options")
    manage.set_defaults(lang=None)


def _ground(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ledger = commands.add_parser("ledger", help="what came in, hour by hour: received, stored, duplicate, rejected")
    rebuild = commands.add_parser("rebuild", help="make the columnar copy and the placements anew from the truth")
    doctor = commands.add_parser("doctor", help="look at the health of the server and explain what is wrong")
    ledger.add_argument("--workspace", required=True, metavar="SLUG", help="its part of the address")
    rebuild.add_argument("--workspace", metavar="SLUG", help="its part of the address; all when not given")
    for command in (ledger, doctor):
        command.add_argument("--json", action="store_true", help="print JSON")
    for command in (ledger, rebuild, doctor):
        _language(command)


def _outputs(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", metavar="FILE|-", help="write the figures as JSON (- for standard output)")
    command.add_argument("--html", type=Path, metavar="FILE", help="write a self-contained HTML report")
    command.add_argument("--memory", type=at_least_one, default=1024, metavar="MIB", help="memory of the engine (1024)")
    _language(command)


def _language(command: argparse.ArgumentParser) -> None:
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


def port(text: str) -> int:
    """A number of a port; 0 takes a free one. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"'{text}' is no port; allowed: 0…65535")
    return int(text)


def at_least_one(text: str) -> int:
    """A whole number above zero. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above zero")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
