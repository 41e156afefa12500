"""Rows of the log of touches. Every moment is an integer of microseconds since 1970-01-01 UTC (`_us`), as in the
analytical library: no conversion on the way into the columnar copy.

Accounts, contacts and deals are numbers here: their rooms lie higher.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tropa.workspace.tenancy import TenantModel


class Source(TenantModel):
    """Where touches come from. Message ids are unique within a source."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("Файл")
        MANUAL = "manual", _("Вручную")
        CRM = "crm", _("CRM")
        API = "api", _("API")
        SITE = "site", _("Сайт")
        DEMO = "demo", _("Пример")

    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="source_key_once")]

    def __str__(self) -> str:
        return self.name


class TouchType(TenantModel):
    """An entry of the catalogue of touchpoints («точка касания»): shipped, or the workspace's own."""

    key = models.CharField(max_length=80)
    label_ru = models.CharField(max_length=160)
    label_en = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=20, blank=True)
    client_activity = models.BooleanField(default=True)
    attributable = models.BooleanField(default=True)
    weight = models.FloatField(default=0)
    is_shipped = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="touch_type_once")]

    def __str__(self) -> str:
        return self.label_ru


class TouchColumns(models.Model):
    """The columns of a touch («касание»), the same in the hot and in the settled part (docs/adr/0006).

    id: grows with time of receipt. message_hash: 16 bytes that stand for source and message id, the key of
    deduplication. sent_us, client_us: stamps of the sender, kept as they came. properties: further values, text by
    name.

    No foreign keys in the database: three look-ups a row cost more than the row, and `actions.append` is the only way
    in. On deletion of a parent Django still looks here.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(
        "workspace.Workspace", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    message_hash = models.BinaryField(max_length=16)
    message_id = models.CharField(max_length=200)
    type = models.ForeignKey(TouchType, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    account_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    deal_id = models.BigIntegerField(null=True)
    occurred_us = models.BigIntegerField()
    ended_us = models.BigIntegerField(null=True)
    received_us = models.BigIntegerField()
    sent_us = models.BigIntegerField(null=True)
    client_us = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=40, blank=True)
    campaign = models.CharField(max_length=200, blank=True)
    page = models.CharField(max_length=1000, blank=True)
    value = models.FloatField(null=True)
    properties = models.JSONField(default=dict)

    class Meta:
        abstract = True


class Touch(TouchColumns):
    """Recent touches, found by message and by account."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message_hash"], name="touch_message_once")]
        indexes: ClassVar = [models.Index(fields=["account_id", "occurred_us"], name="touch_of_account")]


class SettledTouch(TouchColumns):
    """Older touches in order of receipt, without secondary indexes: the copy finds those of an account, files of
    message hashes find duplicates. Both are made anew from these rows when they are missing."""


class KeyOwner(TenantModel):
    """Whose a key is (an address, a domain, an id in another system). `facts` stores it, `customers` decides it.

    version: grows with each decision, so that derived copies know what they were made from.
    """

    kind = models.CharField(max_length=40)
    value = models.CharField(max_length=320)
    account_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "kind", "value"], name="key_owner_once")]
        indexes: ClassVar = [models.Index(fields=["account_id"], name="key_owner_account")]


class LedgerHour(TenantModel):
    """What came in during one hour from one source: received = stored + duplicate + rejected + suppressed, always.

    removed: touches that were taken out again in this hour, as by undoing an import; stored - removed is what there is.
    lane: the process of PostgreSQL that counts here, so that nobody waits for another's transaction; 0 on SQLite and
    for hours that were added up. `ledger.hours` reads them.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    lane = models.IntegerField(default=0)
    received = models.BigIntegerField(default=0)
    stored = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    suppressed = models.BigIntegerField(default=0)
    removed = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "source", "hour", "lane"], name="ledger_hour_once"),
            models.CheckConstraint(
                condition=models.Q(
                    received=models.F("stored") + models.F("duplicate") + models.F("rejected") + models.F("suppressed")
                ),
                name="ledger_adds_up",
            ),
        ]


class Quarantined(TenantModel):
    """A touch that was refused, kept with its reason so that it can be mended and replayed.

    batch: what it came with (an import, a request); position: its place in it, from 0 (an import: the line of the
    file). payload: what was sent, cut at 32 KB.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    batch = models.CharField(max_length=60, blank=True)
    position = models.BigIntegerField()
    reason = models.CharField(max_length=60)
    details = models.JSONField(default=dict)
    payload = models.TextField()
    received_at = models.DateTimeField()
    replayed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-id"], name="quarantine_newest")]


class CopySegment(TenantModel):
    """One immutable Parquet file of the columnar copy, or of the hashes of settled messages.

    kind: `touches` or `hashes`. bucket: bucket of its accounts, null when it holds all. first_id, last_id: the range of
    touch ids it covers, whether or not each was there; first_us, last_us: of its touches. size: bytes of the file;
    checksum: its SHA-256. removal_id: the last removal it knows of. identity_version: of the key owners it was made
    with.
    """

    class Kind(models.TextChoices):
        TOUCHES = "touches"
        HASHES = "hashes"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.CharField(max_length=200)
    bucket = models.SmallIntegerField(null=True)
    rows = models.BigIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    first_us = models.BigIntegerField()
    last_us = models.BigIntegerField()
    size = models.BigIntegerField(default=0)
    checksum = models.CharField(max_length=64)
    removal_id = models.BigIntegerField(default=0)
    identity_version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "file"], name="copy_file_once")]

    def __str__(self) -> str:
        return self.file


class Removal(TenantModel):
    """All touches of a source up to here were taken out of the log. The copy leaves them out when it is read, and
    drops them when it is next rewritten.

    id: from the same row of numbers as the ids of touches, so that a cursor passes it like a touch. accounts: whose
    touches they were.
    """

    id = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    accounts = models.JSONField(default=list)


class CopyState(models.Model):
    """How far the copy of a workspace follows the truth.

    cursor: it holds every touch up to this id. properties: names that have a column of their own in the copy; it only
    grows. followed_at: when it last reached the end of the log. damaged: a file was found missing or spoilt and is not
    yet made anew. checked_at: when it was last compared with the truth.
    """

    workspace = models.OneToOneField("workspace.Workspace", models.CASCADE, primary_key=True, related_name="+")
    cursor = models.BigIntegerField(default=0)
    properties = models.JSONField(default=list)
    identity_version = models.BigIntegerField(default=0)
    followed_at = models.DateTimeField(null=True)
    damaged = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True)
