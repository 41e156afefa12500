"""Rows of journeys: what the path is (definition), and where everybody is on it (placement, derived)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tropa.customers.models import PipelineStage
from tropa.workspace.models import Member
from tropa.workspace.tenancy import TenantModel


class Product(TenantModel):
    """What is sold; journeys belong to one product and one segment."""

    name = models.CharField(_("Название"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="product_once")]

    def __str__(self) -> str:
        return self.name


class Journey(TenantModel):
    """A definition: one product × one segment. Its stages are a draft that people edit; publishing freezes them into a
    JourneyVersion, which figures are made from.

    reopen_days: a lost trip goes on when a stage is entered within this time. lost, completed, client_activity,
    first_value: conditions (tropa.analysis.condition) as plain data, null when absent. targets_at: when a target was
    last set in place.
    """

    class Unit(models.TextChoices):
        ACCOUNT = "account", _("Компания")
        DEAL = "deal", _("Сделка")
        CONTACT = "contact", _("Контакт")

    key = models.SlugField(max_length=80)
    name = models.CharField(_("Название"), max_length=160)
    product = models.ForeignKey(Product, models.PROTECT, related_name="journeys", verbose_name=_("Продукт"))
    segment = models.CharField(_("Сегмент"), max_length=120, blank=True)
    unit = models.CharField(_("Кто проходит"), max_length=8, choices=Unit.choices, default=Unit.ACCOUNT)
    template = models.CharField(max_length=60, blank=True)
    reopen_days = models.FloatField(_("Дней до нового прохождения"), default=90)
    lost = models.JSONField(null=True, blank=True)
    lost_reason = models.CharField(max_length=80, blank=True)
    completed = models.JSONField(null=True, blank=True)
    client_activity = models.JSONField(null=True, blank=True)
    first_value = models.JSONField(null=True, blank=True)
    targets_at = models.DateTimeField(null=True, blank=True)
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="journey_key_once")]

    def __str__(self) -> str:
        return self.name

    def draft_stages(self) -> "models.QuerySet[Stage]":
        """Stages of the draft, from the lowest rank."""
        return self.stages.filter(removed_at=None)

    def version_in(self, *statuses: str) -> "JourneyVersion | None":
        """The newest version in one of the states."""
        return self.versions.filter(status__in=statuses).order_by("-number").first()

    @property
    def serving(self) -> "JourneyVersion | None":
        return self.version_in(JourneyVersion.Status.SERVING)


class Stage(TenantModel):
    """A stage of the draft («этап»). rule: condition that enters it, null: by CRM stages alone.

    target_conversion, target_drop: fractions 0..1. target_nps: −100..100. inactivity_days: null: silence loses nobody
    here. no_crm: people said that the stage has no twin in the CRM. removed_at: taken out of the draft; kept for
    «Вернуть».
    """

    class Phase(models.TextChoices):
        PRE_SALE = "pre_sale", _("До продажи")
        SALE = "sale", _("Продажа")
        POST_SALE = "post_sale", _("После продажи")

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stages")
    key = models.SlugField(max_length=80)
    label_ru = models.CharField(_("Название"), max_length=120)
    label_en = models.CharField(_("Название по-английски"), max_length=120, blank=True)
    description = models.CharField(_("Описание"), max_length=500, blank=True)
    rank = models.PositiveSmallIntegerField()
    phase = models.CharField(_("Фаза"), max_length=10, choices=Phase.choices)
    rule = models.JSONField(null=True, blank=True)
    is_won = models.BooleanField(_("Клиент выигран"), default=False)
    horizon_days = models.FloatField(_("Горизонт, дней"))
    inactivity_days = models.FloatField(_("Тишина, дней"), null=True, blank=True)
    target_conversion = models.FloatField(_("Цель: конверсия"), null=True, blank=True)
    target_days = models.FloatField(_("Цель: дней"), null=True, blank=True)
    target_drop = models.FloatField(_("Цель: доля потерь"), null=True, blank=True)
    target_nps = models.FloatField(_("Цель: NPS"), null=True, blank=True)
    loss_weight = models.FloatField(_("Вес потери"))
    no_crm = models.BooleanField(_("Стадии в CRM нет"), default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    crm_stages: "models.ManyToManyField[PipelineStage, CrmMapping]" = models.ManyToManyField(
        PipelineStage, through="CrmMapping", related_name="journey_stages"
    )

    class Meta:
        ordering: ClassVar = ["rank", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["journey", "key"], name="stage_key_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.label_en if get_language() == "en" and self.label_en else self.label_ru


class CrmMapping(TenantModel):
    """A stage of a pipeline stands for a stage of the journey; many to many."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="mappings")
    crm_stage = models.ForeignKey(PipelineStage, models.CASCADE, related_name="mappings")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stage", "crm_stage"], name="crm_mapping_once")]


class JourneyVersion(TenantModel):
    """A frozen definition. document: what JourneyModel reads. Exactly one version of a journey serves at a time; while
    a new one is built, the old one goes on serving.

    before: the document that still holds for touches before `since_s` (seconds since 1970), when history was not to be
    recalculated; null: the document holds for all. difference: who would move, counted before it is built.
    touch_cursor: placements follow the log up to this touch id.
    facts_version: what of the facts, besides new touches, they rest on (owners of keys, removed sources).
    as_of_us: the moment they say silence for. future_us: the earliest touch behind that moment, null without one.
    claim, claimed_at: whoever recomputes it now; a claim that is too old counts for nothing.
    """

    class Status(models.TextChoices):
        PREVIEW = "preview", _("Проверяется")
        BUILDING = "building", _("Пересчитывается")
        SERVING = "serving", _("Действует")
        RETIRED = "retired", _("Прежняя")
        FAILED = "failed", _("Не построена")

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    before = models.JSONField(null=True)
    since_s = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BUILDING)
    note = models.CharField(_("Что изменилось"), max_length=300, blank=True)
    difference = models.JSONField(null=True)
    error = models.JSONField(null=True)
    touch_cursor = models.BigIntegerField(default=0)
    facts_version = models.CharField(max_length=80, blank=True)
    as_of_us = models.BigIntegerField(null=True)
    future_us = models.BigIntegerField(null=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    built_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journey", "number"], name="journey_version_once"),
            models.UniqueConstraint(
                fields=["journey"], condition=models.Q(status="serving"), name="one_serving_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey}, {self.number}"


class VisitFiles(TenantModel):
    """A folder of cached visits of a version: the base (generation 0), or what a refresh put in place of the visits of
    its units. Written before the row; a folder without a row is a leftover. rows: of visits."""

    version = models.ForeignKey(JourneyVersion, models.CASCADE, related_name="files")
    generation = models.PositiveIntegerField()
    folder = models.CharField(max_length=120)
    rows = models.BigIntegerField()
    units = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["generation"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "generation"], name="visit_files_once")]


class State(models.TextChoices):
    """Where a trip stands beside its stage: on the way, or how it ended."""

    OPEN = "open", _("в пути")
    LOST = "lost", _("потеряна")
    DROPPED = "dropped", _("замолчала")
    COMPLETED = "completed", _("завершила путь")


class Certainty(models.TextChoices):
    """How sure the moment of entry is."""

    EXACT = "exact", _("точно")
    DERIVED = "derived", _("по другим полям")
    FIRST_SEEN = "first_seen", _("впервые замечено")


class Placement(TenantModel):
    """Where one trip stands now, one row per trip, rewritten when its unit is recomputed. stage: key of its last visit.

    unit_id: account, deal or contact, as the journey says. left_us: when the trip ended, null while it is open.
    active_us: the last sign of life. touch_id: the touch that entered the stage.
    """

    version = models.ForeignKey(JourneyVersion, models.CASCADE, related_name="placements")
    unit_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    trip = models.PositiveIntegerField()
    stage = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices)
    entered_us = models.BigIntegerField()
    left_us = models.BigIntegerField(null=True)
    started_us = models.BigIntegerField()
    active_us = models.BigIntegerField()
    visits = models.PositiveIntegerField()
    touch_id = models.BigIntegerField(null=True)
    certainty = models.CharField(max_length=10, choices=Certainty.choices, default=Certainty.EXACT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "unit_id", "trip"], name="placement_once")]
        indexes: ClassVar = [
            models.Index(fields=["version", "stage", "state"], name="placement_by_stage"),
            models.Index(fields=["version", "account_id"], name="placement_by_account"),
        ]


class StageChange(TenantModel):
    """A trip came to a stage (state open, to_stage names it) or left the path (state lost, dropped, completed; to_stage
    is empty). Append-only: a late touch or a merge corrects history by rows that supersede older ones, so that nothing
    fires twice. Only rows of the kind `new` may fire; the rows that nothing supersedes and that are no withdrawals
    tell the history as it is known now.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("новое")
        BUILT = "built", _("при построении версии")
        CORRECTED = "corrected", _("исправление прошлого")
        WITHDRAWN = "withdrawn", _("отменено")

    version = models.ForeignKey(JourneyVersion, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    unit_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    trip = models.PositiveIntegerField()
    visit = models.PositiveIntegerField()
    from_stage = models.CharField(max_length=80, blank=True)
    to_stage = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    at_us = models.BigIntegerField()
    touch_id = models.BigIntegerField(null=True)
    certainty = models.CharField(max_length=10, choices=Certainty.choices, default=Certainty.EXACT)
    recorded_at = models.DateTimeField()
    supersedes = models.OneToOneField("self", models.CASCADE, null=True, related_name="superseded_by")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["version", "unit_id", "id"], name="stage_change_of_unit"),
            models.Index(fields=["version", "to_stage", "unit_id", "trip"], name="stage_change_to_stage"),
            models.Index(fields=["workspace", "id"], name="stage_change_in_order"),
            models.Index(fields=["workspace", "at_us"], name="stage_change_by_moment"),
        ]
