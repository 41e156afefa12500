"""Rows of tenancy: who may do what in which workspace."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from tropa.workspace.tenancy import TenantModel


class UserManager(BaseUserManager["User"]):
    """People sign in by their address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person who signs in. Rights come from memberships alone; the flags of Django's admin are not used."""

    username = None  # type: ignore[assignment]  # the address takes its place
    email = models.EmailField(_("Почта"), unique=True)
    language = models.CharField(_("Язык"), max_length=2, choices=[("ru", "Русский"), ("en", "English")], default="ru")
    theme = models.CharField(
        _("Тема"),
        max_length=5,
        choices=[("auto", _("как в системе")), ("light", _("светлая")), ("dark", _("тёмная"))],
        default="auto",
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[assignment,misc]  # no user names: not Django's own manager

    def __str__(self) -> str:
        return self.email


class Workspace(models.Model):
    """A tenant. slug: its part of the address; timezone: IANA name in which its days begin."""

    name = models.CharField(_("Название"), max_length=120)
    slug = models.SlugField(_("Адрес"), max_length=60, unique=True)
    timezone = models.CharField(_("Часовой пояс"), max_length=64, default="Europe/Moscow")
    currency = models.CharField(_("Валюта"), max_length=3, default="RUB")
    requires_second_factor = models.BooleanField(_("Вход только со вторым шагом"), default=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("Владелец")
    EDITOR = "editor", _("Редактор")
    ANALYST = "analyst", _("Аналитик")
    SALES = "sales", _("Менеджер по продажам")
    VIEWER = "viewer", _("Наблюдатель")


class Function(models.TextChoices):
    MARKETING = "marketing", _("Маркетинг")
    SALES = "sales", _("Продажи")
    SUPPORT = "support", _("Поддержка")
    PRODUCT = "product", _("Продукт")
    MANAGEMENT = "management", _("Управление")


class Member(TenantModel):
    """A person in a workspace. Whoever has somebody reporting to them in a function is its head."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("Роль"), max_length=10, choices=Role.choices)
    function = models.CharField(_("Отдел"), max_length=12, choices=Function.choices, blank=True)
    position = models.CharField(_("Должность"), max_length=120, blank=True)
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("Руководитель")
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "user"], name="member_once")]

    def __str__(self) -> str:
        return self.position or str(self.user)

    @property
    def is_head(self) -> bool:
        """Whether members of this workspace report to them."""
        return self.reports.filter(is_active=True).exists()


class Invitation(TenantModel):
    """A link that lets one address join. Only the hash of its token is stored."""

    email = models.EmailField(_("Почта"))
    role = models.CharField(_("Роль"), max_length=10, choices=Role.choices)
    function = models.CharField(_("Отдел"), max_length=12, choices=Function.choices, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="invitations")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class ApiKey(TenantModel):
    """A key for programs. The prefix is shown for recognition; the secret is stored as a hash alone."""

    class Scope(models.TextChoices):
        CAPTURE = "capture", _("Только запись касаний")
        READ = "read", _("Чтение")

    name = models.CharField(_("Название"), max_length=120)
    scope = models.CharField(_("Доступ"), max_length=10, choices=Scope.choices)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="api_keys")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class AuditEntry(models.Model):
    """One line of the audit trail. Lines of a workspace form a chain of hashes: a changed or missing line shows.

    workspace is null for what happens outside of any (signing in). target: `room.noun:id`, never personal data.
    actor has no constraint in the database: its number must outlive the person, or the hashes would no longer fit.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=120, blank=True)
    details = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-id"], name="audit_newest")]


class AuditHead(models.Model):
    """The end of a chain. Locked while a line is added, so that a chain never forks; shows lines cut off at its end.

    chain: id of the workspace, 0 for what happens outside of any.
    """

    chain = models.BigIntegerField(primary_key=True)
    length = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)


class SignIn(models.Model):
    """One signed-in browser of a person. The session names its row; without a living row the session is over.

    seen_at: of the last page, at most a minute old. browser: what it called itself.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "ended_at"], name="sign_in_living")]


class Tries(models.Model):
    """The latest tries of one account or address, for the limits. key: a keyed hash, no personal data.

    stamps: microseconds since 1970 of the tries within the window, oldest first, never more than the limit.
    """

    key = models.CharField(max_length=64, primary_key=True)
    stamps = models.JSONField(default=list)
    touched_at = models.DateTimeField(db_index=True)
