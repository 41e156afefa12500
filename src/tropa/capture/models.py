"""Rows of the import wizard."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tropa.facts.models import Source
from tropa.workspace.models import Member
from tropa.workspace.tenancy import TenantModel


class Kind(models.TextChoices):
    """What the rows of a file are."""

    TOUCHES = "touches", _("Касания")
    ACCOUNTS = "accounts", _("Компании")
    CONTACTS = "contacts", _("Контакты")
    DEALS = "deals", _("Сделки")
    STAGE_HISTORY = "stage_history", _("История стадий")
    ORDERS = "orders", _("Заказы")


class SavedMapping(TenantModel):
    """Which column plays which field, kept for the next file with the same headers.

    headers_key: hash of the headers. mapping and options: as in Import.
    """

    kind = models.CharField(max_length=15, choices=Kind.choices)
    name = models.CharField(_("Название"), max_length=120)
    headers = models.JSONField()
    headers_key = models.CharField(max_length=64)
    mapping = models.JSONField()
    options = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "headers_key"], name="saved_mapping_once")
        ]


class Import(TenantModel):
    """One file on its way in.

    options: encoding, delimiter, decimal, date_format, timezone as told (empty: guessed); layouts: column to date
    layout, settled before anything is counted; constant: the touch type of all rows. mapping: column to field, "" not
    loaded, "+" kept as a property. cursor: rows whose outcome is committed; a resumed run goes on behind it.
    counts: rows by outcome; reasons: rejected rows by reason; made: what came up besides the rows' own records;
    findings: code to number. checked: the same four of the trial run, which writes nothing, and columns: rejected rows
    by reason and column.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Файл получен")
        CHECKING = "checking", _("Проверяется")
        CHECKED = "checked", _("Проверен")
        QUEUED = "queued", _("В очереди")
        RUNNING = "running", _("Загружается")
        DONE = "done", _("Загружен")
        STOPPED = "stopped", _("Остановлен")
        FAILED = "failed", _("Не получилось")
        UNDOING = "undoing", _("Отменяется")
        UNDONE = "undone", _("Отменён")

    kind = models.CharField(max_length=15, choices=Kind.choices, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    headers = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="+")
    rows = models.BigIntegerField(null=True)
    cursor = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)
    check_cursor = models.BigIntegerField(default=0)
    checked = models.JSONField(null=True)
    undone = models.JSONField(default=dict)
    error = models.JSONField(null=True)
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-id"], name="import_newest")]


class ImportedRow(TenantModel):
    """What became of one row of the file; rows that only turned into a touch are in ImportedTouch.

    line: of the file, the header is 1. target: `account:17`. changes: for undoing, in order: [target, before, after],
    before is null for what was created. reason: of a rejection, or what of a loaded row could not be used; details: its
    column and value. is_undone: undoing has been here; kept: why it left something.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("Создано")
        UPDATED = "updated", _("Изменено")
        UNCHANGED = "unchanged", _("Без изменений")
        DUPLICATE = "duplicate", _("Уже было")
        REJECTED = "rejected", _("Не загружено")

    of = models.ForeignKey(Import, models.CASCADE, related_name="imported_rows")
    line = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    target = models.CharField(max_length=60, blank=True)
    changes = models.JSONField(default=list)
    reason = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)
    is_undone = models.BooleanField(default=False)
    kept = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "line"], name="imported_row_once")]
        indexes: ClassVar = [models.Index(fields=["of", "outcome", "line"], name="imported_row_report")]


class ImportedTouch(models.Model):
    """A touch that a row of a file stands for, so that the next file with the same row does not double it.

    base: hash of what the row says; ordinal: its place among equal rows of the file, from 0. is_stored: false for a
    row that was there already from another file, and once the import is undone.
    """

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+", db_index=False)
    of = models.ForeignKey(Import, models.CASCADE, related_name="imported_touches", db_index=False)
    base = models.BinaryField(max_length=16)
    ordinal = models.IntegerField()
    line = models.BigIntegerField()
    is_stored = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "base", "ordinal"], name="imported_touch_in_file"),
            models.UniqueConstraint(
                fields=["workspace", "base", "ordinal"], condition=models.Q(is_stored=True), name="imported_touch_once"
            ),
        ]
