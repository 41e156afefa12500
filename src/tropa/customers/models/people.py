"""Rows of who the customers are: companies, people, who works where."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tropa.customers.models.searching import FoldedField
from tropa.workspace.models import Member
from tropa.workspace.tenancy import TenantModel


class Account(TenantModel):
    """A company, or a visitor whom no key ties to a company yet.

    domain: lower case, without www, empty when there is none. external_id: its id in the system it was imported from.
    attributes: further values, text by name. merged_into: set when it was found to be another one. archived_at: put
    away by a person; its touches and figures stay.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Компания")
        UNKNOWN = "unknown", _("Неизвестный посетитель")

    kind = models.CharField(_("Вид"), max_length=10, choices=Kind.choices, default=Kind.COMPANY)
    name = models.CharField(_("Название"), max_length=255)
    domain = models.CharField(_("Домен"), max_length=255, blank=True)
    industry = models.CharField(_("Отрасль"), max_length=120, blank=True)
    segment = models.CharField(_("Сегмент"), max_length=120, blank=True)
    city = models.CharField(_("Город"), max_length=120, blank=True)
    employees = models.PositiveIntegerField(_("Сотрудников"), null=True, blank=True)
    phone = models.CharField(_("Телефон"), max_length=40, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, verbose_name=_("Ведёт"), related_name="+")
    external_id = models.CharField(_("Внешний код"), max_length=120, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    created_at = models.DateTimeField(_("Создана"))
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    search = FoldedField(of=("name", "domain", "city", "external_id", "phone"))

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "kind", "search"], name="account_by_name"),
            models.Index(fields=["workspace", "domain"], name="account_by_domain"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"], condition=~models.Q(external_id=""), name="account_external_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class BuyingRole(models.TextChoices):
    INITIATOR = "initiator", _("Инициатор")
    USER = "user", _("Пользователь")
    INFLUENCER = "influencer", _("Влияющий на решение")
    EXPERT = "expert", _("Эксперт")
    DECIDER = "decider", _("Принимающий решение")
    ECONOMIC_BUYER = "economic_buyer", _("Держатель бюджета")
    SIGNATORY = "signatory", _("Подписант")
    PURCHASER = "purchaser", _("Закупщик")
    GATEKEEPER = "gatekeeper", _("Привратник")
    CHAMPION = "champion", _("Сторонник")
    COACH = "coach", _("Наставник")
    BLOCKER = "blocker", _("Противник")


class Contact(TenantModel):
    """A person. Which accounts they belong to, and since when, is in Affiliation."""

    name = models.CharField(_("Имя"), max_length=255, blank=True)
    position = models.CharField(_("Должность"), max_length=160, blank=True)
    buying_role = models.CharField(_("Роль в решении"), max_length=20, choices=BuyingRole.choices, blank=True)
    email = models.EmailField(_("Почта"), max_length=254, blank=True)
    phone = models.CharField(_("Телефон"), max_length=40, blank=True)
    external_id = models.CharField(_("Внешний код"), max_length=120, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("Создан"))
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    search = FoldedField(of=("name", "position", "email", "phone", "external_id"))
    accounts: "models.ManyToManyField[Account, Affiliation]" = models.ManyToManyField(
        Account, through="Affiliation", related_name="contacts"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "email"], name="contact_by_email"),
            models.Index(fields=["workspace", "search"], name="contact_by_name"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"], condition=~models.Q(external_id=""), name="contact_external_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.position or self.email or f"№ {self.pk}"


class Affiliation(TenantModel):
    """A contact works at an account. reason: what tied them (a CRM link, the domain of the address, a person)."""

    class Reason(models.TextChoices):
        CRM = "crm", _("связь в CRM")
        DOMAIN = "domain", _("домен почты")
        MANUAL = "manual", _("вручную")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="affiliations")
    account = models.ForeignKey(Account, models.CASCADE, related_name="affiliations")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    is_main = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact", "account"], condition=models.Q(until=None), name="affiliation_once"
            )
        ]
