"""Rows of the import wizard."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tropa.facts.models import Source
from tropa.workspace.models import Member
from tropa.workspace.tenancy import TenantModel


class Kind(models.TextChoices):
    """What the rows of a file are."""

    ACCOUNTS = "accounts", _("Компании")
    CONTACTS = "contacts", _("Контакты")
    DEALS = "deals", _("Сделки")
    STAGE_HISTORY = "stage_history", _("История стадий")
    ORDERS = "orders", _("Заказы")
    TOUCHES = "touches", _("Касания")


class SavedMapping(TenantModel):
    """Which column plays which field, kept for the next file with the same headers."""

    kind = models.CharField(max_length=15, choices=Kind.choices)
    name = models.CharField(_("Название"), max_length=120)
    headers = models.JSONField()
    mapping = models.JSONField()
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="saved_mapping_once")]


class Import(TenantModel):
    """One file on its way in. cursor: rows whose outcome is committed; a resumed run goes on behind it.

    options: encoding, delimiter, decimal, date format, zone as told or guessed. mapping: field to column.
    counts: rows by outcome (created, updated, unchanged, duplicate, rejected).
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Файл получен")
        CHECKED = "checked", _("Проверен")
        QUEUED = "queued", _("В очереди")
        RUNNING = "running", _("Идёт")
        DONE = "done", _("Загружен")
        FAILED = "failed", _("Остановлен")
        UNDOING = "undoing", _("Отменяется")
        UNDONE = "undone", _("Отменён")

    kind = models.CharField(max_length=15, choices=Kind.choices, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="+")
    rows = models.BigIntegerField(null=True)
    cursor = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    error = models.JSONField(null=True)
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)


class ImportedRow(TenantModel):
    """What became of one row that did not simply turn into touches: needed for the report and for undoing.

    line: of the file, the header is 1. target: `account:17`; before: values that an update replaced.
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
    before = models.JSONField(null=True)
    reason = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["of", "outcome", "line"], name="imported_row_report")]
