"""Rows of selling: pipelines and their stages, deals and their moves, orders, subscriptions."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tropa.customers.models.people import Account, Contact
from tropa.customers.models.searching import FoldedField
from tropa.workspace.models import Member
from tropa.workspace.tenancy import TenantModel


class Pipeline(TenantModel):
    """A sequence of deal stages. is_strict: a deal enters a stage only when the entry facts of it and of the stages
    before it hold."""

    key = models.SlugField(max_length=60)
    name = models.CharField(_("Название"), max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    is_strict = models.BooleanField(_("Строгая воронка"), default=False)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="pipeline_key_once")]

    def __str__(self) -> str:
        return self.name


class PipelineStage(TenantModel):
    """A stage of a pipeline («стадия»; «этап» is a stage of a journey)."""

    class Kind(models.TextChoices):
        OPEN = "open", _("В работе")
        WON = "won", _("Выиграна")
        LOST = "lost", _("Проиграна")

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="stages")
    key = models.SlugField(max_length=80)
    name = models.CharField(_("Название"), max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.OPEN)
    probability = models.PositiveSmallIntegerField(_("Вероятность, %"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["pipeline", "key"], name="pipeline_stage_key_once")]

    def __str__(self) -> str:
        return self.name


class EntryFact(TenantModel):
    """What must be true before a deal enters a stage. rule: a condition (tropa.analysis.condition) over the deal, its
    account and the touches of the account."""

    stage = models.ForeignKey(PipelineStage, models.CASCADE, related_name="entry_facts")
    label = models.CharField(_("Факт"), max_length=200)
    rule = models.JSONField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]


class Deal(TenantModel):
    """A concrete purchase under discussion. lost_reason: why, when the stage is a lost one."""

    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="deals", verbose_name=_("Компания")
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("Контакт")
    )
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="deals", verbose_name=_("Воронка"))
    stage = models.ForeignKey(PipelineStage, models.PROTECT, related_name="deals", verbose_name=_("Стадия"))
    title = models.CharField(_("Название"), max_length=255)
    amount = models.DecimalField(_("Сумма"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("Валюта"), max_length=3, default="RUB")
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Ведёт"))
    lost_reason = models.CharField(_("Причина потери"), max_length=160, blank=True)
    expected_close_on = models.DateField(_("Ожидаемая дата"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    stage_since = models.DateTimeField()
    external_id = models.CharField(_("Внешний код"), max_length=120, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("Создана"))
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    search = FoldedField(of=("title", "external_id"))

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "pipeline", "stage"], name="deal_on_board")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"], condition=~models.Q(external_id=""), name="deal_external_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class DealMove(TenantModel):
    """A deal came to a stage. certainty: known to the moment, derived from other fields, or first seen there.

    missing: entry facts that did not hold, their labels; exception: why the head of the manager let it pass.
    reason: why the deal was lost.
    """

    class Certainty(models.TextChoices):
        EXACT = "exact", _("точно")
        DERIVED = "derived", _("по другим полям")
        FIRST_SEEN = "first_seen", _("впервые замечено")

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="moves")
    from_stage = models.ForeignKey(PipelineStage, models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey(PipelineStage, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    certainty = models.CharField(max_length=10, choices=Certainty.choices, default=Certainty.EXACT)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    missing = models.JSONField(default=list)
    exception = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]


class Order(TenantModel):
    """A paid or placed order of an account."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="orders", verbose_name=_("Компания"))
    deal = models.ForeignKey(
        Deal, models.SET_NULL, null=True, blank=True, related_name="orders", verbose_name=_("Сделка")
    )
    number = models.CharField(_("Номер"), max_length=80, blank=True)
    amount = models.DecimalField(_("Сумма"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("Валюта"), max_length=3, default="RUB")
    ordered_at = models.DateTimeField(_("Дата заказа"))
    paid_at = models.DateTimeField(_("Оплачен"), null=True, blank=True)
    external_id = models.CharField(_("Внешний код"), max_length=120, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"], condition=~models.Q(external_id=""), name="order_external_once"
            )
        ]


class Subscription(TenantModel):
    """What an account pays for regularly. amount: per month."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="subscriptions", verbose_name=_("Компания"))
    plan = models.CharField(_("Тариф"), max_length=120)
    amount = models.DecimalField(_("В месяц"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("Валюта"), max_length=3, default="RUB")
    started_on = models.DateField(_("Начало"))
    ended_on = models.DateField(_("Окончание"), null=True, blank=True)
    external_id = models.CharField(_("Внешний код"), max_length=120, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=~models.Q(external_id=""),
                name="subscription_external_once",
            )
        ]
