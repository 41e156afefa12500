"""`tropa ledger`, `tropa rebuild`, `tropa doctor`: what came in, and whether all that follows from it is sound."""

import argparse
import json

from django.utils import timezone

from tropa.analysis.problem import InputError, did_you_mean
from tropa.config.exit_codes import DONE, FAILED
from tropa.config.fitness import check_migrations
from tropa.facts import doctor as facts_doctor
from tropa.facts import ledger as facts_ledger
from tropa.facts import rebuild as facts_rebuild
from tropa.journeys import placement
from tropa.workspace.models import Workspace

MOST_NAMED = 20


def ledger(options: argparse.Namespace) -> None:
    """Print the ledger of a workspace, the latest hour first."""
    check_migrations()
    found = facts_ledger.hours(workspace(options.workspace))
    if options.json:
        print(json.dumps(facts_ledger.as_json(found), ensure_ascii=False, indent=1))
        return
    names = ("hour", "source", *facts_ledger.COUNTS)
    rows = [
        tuple(f"{row.hour:%Y-%m-%d %H:%M}" if name == "hour" else str(getattr(row, name)) for name in names)
        for row in found
    ]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    for row in (names, *rows):
        cells = [
            cell.rjust(width) if at > 1 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def rebuild(options: argparse.Namespace) -> None:
    """Make the copies anew, then place everybody again."""
    check_migrations()
    chosen = list(Workspace.objects.order_by("pk")) if options.workspace is None else [workspace(options.workspace)]
    for each in chosen:
        now = timezone.now()
        print(facts_rebuild.as_text(facts_rebuild.rebuild([each], now=now), options.lang), flush=True)
        versions = placement.rebuild(each, now=now)
        told = {"ru": "путей пересчитано", "en": "journeys placed anew"}[options.lang]
        print(f"{each.slug}: {told}: {versions}", flush=True)


def doctor(options: argparse.Namespace) -> int:
    """Print what is not as it should be. Returns the exit code."""
    check_migrations()
    found = facts_doctor.findings(now=timezone.now())
    if options.json:
        print(json.dumps(facts_doctor.as_json(found), ensure_ascii=False, indent=1))
    else:
        print(facts_doctor.as_text(found, options.lang))
    return FAILED if any(each.level == "error" for each in found) else DONE


def workspace(slug: str) -> Workspace:
    """The workspace with this part of the address. Raises InputError `no_workspace`."""
    found = Workspace.objects.filter(slug=slug).first()
    if found is not None:
        return found
    slugs = list(Workspace.objects.order_by("slug").values_list("slug", flat=True)[:MOST_NAMED])
    close = did_you_mean(slug, slugs)
    ru, en = (f" Возможно, {close}.", f" Did you mean {close}?") if close else ("", "")
    raise InputError(
        "no_workspace",
        ru=f"--workspace {slug}: такого пространства нет.{ru} Есть: {', '.join(slugs) or 'ни одного'}",
        en=f"--workspace {slug}: there is no such workspace.{en} There are: {', '.join(slugs) or 'none'}",
    )
