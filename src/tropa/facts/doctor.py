"""`tropa doctor`: what is not as it should be, and what to do about it.

Each check is a function of the moment that gives findings; other rooms add theirs with `@check("name")`.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from tropa.facts import copy, healing, ledger, manifest, segments
from tropa.facts.models import CopyState, LedgerHour
from tropa.jobs.queue import dead_letters, oldest_due
from tropa.workspace.models import Workspace

Level = Literal["warning", "error"]

LEAST_FREE_BYTES: Final = 1 << 30
MOST_LAG: Final = timedelta(minutes=10)
MOST_WAITING: Final = timedelta(minutes=15)
# Of a day's touches; below some dozens a share says nothing.
MOST_REJECTED: Final = 0.05
FEWEST_RECEIVED: Final = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, with what to do, in Russian and in English."""

    check: str
    level: Level
    ru: str
    en: str
    todo_ru: str
    todo_en: str


Check = Callable[[datetime], Iterable[Finding]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check. Raises ValueError when the name is taken."""

    def register(function: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"There is already a check {name!r}.")
        CHECKS[name] = function
        return function

    return register


def findings(*, now: datetime) -> list[Finding]:
    """All findings, errors first. A check that fails is a finding itself and stops no other."""
    found = [finding for name, function in CHECKS.items() for finding in _of(name, function, now)]
    return sorted(found, key=lambda finding: finding.level != "error")


def as_json(found: Sequence[Finding]) -> list[dict[str, object]]:
    """Findings as plain values."""
    return [asdict(each) for each in found]


def as_text(found: Sequence[Finding], language: str = "ru") -> str:
    """Findings as text: what it is, then what to do."""
    if not found:
        return "Всё в порядке." if language == "ru" else "All is well."
    words = {"ru": {"error": "ОШИБКА", "warning": "внимание"}, "en": {"error": "ERROR", "warning": "warning"}}[language]
    return "\n".join(
        f"{words[each.level]} [{each.check}] {each.ru}\n  → {each.todo_ru}"
        if language == "ru"
        else f"{words[each.level]} [{each.check}] {each.en}\n  → {each.todo_en}"
        for each in found
    )


@check("database")
def durable_commits(now: datetime) -> Iterable[Finding]:
    """A commit must survive a power cut."""
    with connection.cursor() as sql:
        if connection.vendor == "sqlite":
            sql.execute("PRAGMA synchronous")
            found = {"synchronous": sql.fetchone()[0]}
            sql.execute("PRAGMA journal_mode")
            found["journal_mode"] = sql.fetchone()[0]
            good = found == {"synchronous": 2, "journal_mode": "wal"}
        else:
            sql.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
            commit, fsync = sql.fetchone()
            found, good = (
                {"synchronous_commit": commit, "fsync": fsync},
                commit not in ("off", "local") and fsync == "on",
            )
    if not good:
        yield Finding(
            "database", "error",
            f"База может потерять принятые касания при сбое питания: {found}.",
            f"The database may lose accepted touches in a power cut: {found}.",
            "Верните настройки, с которыми поставляется «Тропа»: WAL и FULL, synchronous_commit = on, fsync = on.",
            "Go back to the settings as shipped: WAL and FULL, synchronous_commit = on, fsync = on.",
        )  # fmt: skip


@check("disk")
def free_space(now: datetime) -> Iterable[Finding]:
    """Without space nothing can be taken in."""
    free = shutil.disk_usage(settings.DATA).free
    if free < LEAST_FREE_BYTES:
        yield Finding(
            "disk", "error",
            f"На диске с данными свободно {free >> 20} МиБ.",
            f"{free >> 20} MiB are free on the disk of the data.",
            f"Освободите не меньше {LEAST_FREE_BYTES >> 20} МиБ на диске папки {settings.DATA}.",
            f"Free at least {LEAST_FREE_BYTES >> 20} MiB on the disk of {settings.DATA}.",
        )  # fmt: skip


@check("ledger")
def ledger_balance(now: datetime) -> Iterable[Finding]:
    """What was counted as stored must be there."""
    for workspace in Workspace.objects.all():
        found = ledger.balance(workspace)
        if found.expected != found.held:
            yield Finding(
                "ledger", "error",
                f"{workspace.slug}: по счёту принято {found.expected} касаний, в журнале {found.held}.",
                f"{workspace.slug}: {found.expected} touches were counted as stored, the log holds {found.held}.",
                "Кто-то менял таблицы касаний мимо программы. Сравните с резервной копией.",
                "Somebody changed the tables of touches past the program. Compare with a backup.",
            )  # fmt: skip


@check("copy")
def copy_follows(now: datetime) -> Iterable[Finding]:
    """The copy must be whole and not far behind."""
    for workspace in Workspace.objects.all():
        state = CopyState.objects.filter(workspace=workspace).first()
        since = workspace.created_at if state is None or state.followed_at is None else state.followed_at
        if copy.lag(workspace) and now - since > MOST_LAG:
            yield Finding(
                "copy", "warning",
                f"{workspace.slug}: цифры не учитывают касания, пришедшие после {since:%Y-%m-%d %H:%M} UTC.",
                f"{workspace.slug}: figures do not count touches that came after {since:%Y-%m-%d %H:%M} UTC.",
                "Проверьте, что работает tropa worker (или tropa serve).",
                "See that tropa worker (or tropa serve) is running.",
            )  # fmt: skip
        yield from _damage(workspace)


@check("quarantine")
def few_rejected(now: datetime) -> Iterable[Finding]:
    """Many refused touches mean that a source sends something else than it should."""
    rows = LedgerHour.objects.filter(hour__gt=now - timedelta(days=1)).values_list("workspace__slug", "source__key")
    for slug, key, received, rejected in rows.annotate(received_sum=Sum("received"), rejected_sum=Sum("rejected")):
        if received >= FEWEST_RECEIVED and rejected > MOST_REJECTED * received:
            yield Finding(
                "quarantine", "warning",
                f"{slug}: из источника {key} за сутки отклонено {rejected} касаний из {received}.",
                f"{slug}: of {received} touches from {key} in a day {rejected} were refused.",
                "Откройте отклонённые касания: у каждого названа причина. Исправьте источник и пришлите их снова.",
                "Look at the refused touches: each names its reason. Mend the source and send them again.",
            )  # fmt: skip


@check("queue")
def queue_moves(now: datetime) -> Iterable[Finding]:
    """Background work must be done, not pile up."""
    since = oldest_due(now=now)
    if since is not None and now - since > MOST_WAITING:
        yield Finding(
            "queue", "error",
            f"Фоновая работа ждёт с {since:%Y-%m-%d %H:%M} UTC.",
            f"Background work has been waiting since {since:%Y-%m-%d %H:%M} UTC.",
            "Запустите tropa worker (или tropa serve).",
            "Start tropa worker (or tropa serve).",
        )  # fmt: skip
    given_up = sum(1 for _ in dead_letters())
    if given_up:
        yield Finding(
            "queue", "warning",
            f"Фоновых работ, от которых программа отказалась после повторов: {given_up}.",
            f"Background jobs given up after retries: {given_up}.",
            "Причина каждой записана рядом с ней. Устраните её и запустите работу снова.",
            "The reason of each is written beside it. Mend it and run the job again.",
        )  # fmt: skip


def _of(name: str, function: Check, now: datetime) -> list[Finding]:
    try:
        return list(function(now))
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        return [
            Finding(
                name, "error", f"Проверка не удалась: {what}.", f"The check failed: {what}.",
                "Устраните причину и запустите tropa doctor ещё раз.", "Mend the cause and run tropa doctor again.",
            )
        ]  # fmt: skip


def _damage(workspace: Workspace) -> Iterable[Finding]:
    spoilt = healing.check(workspace.pk)
    aside = segments.aside(manifest.folder(workspace.pk))
    if spoilt:
        names = ", ".join(each.file for each in spoilt[:5])
        yield Finding(
            "copy", "warning",
            f"{workspace.slug}: файлы копии повреждены или пропали ({names}). Сами касания целы.",
            f"{workspace.slug}: files of the copy are spoilt or missing ({names}). The touches themselves are safe.",
            f"tropa rebuild --workspace {workspace.slug}",
            f"tropa rebuild --workspace {workspace.slug}",
        )  # fmt: skip
    if aside:
        yield Finding(
            "copy", "warning",
            f"{workspace.slug}: файлов копии, которые портились и были восстановлены: {len(aside)}.",
            f"{workspace.slug}: files of the copy that were spoilt and made anew: {len(aside)}.",
            f"Проверьте диск, затем удалите {aside[0].parent}/*.damaged",
            f"Check the disk, then delete {aside[0].parent}/*.damaged",
        )  # fmt: skip
