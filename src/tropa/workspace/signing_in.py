"""Signing in: allauth with our own rules. Every event of it leaves an audit line."""

import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tropa.workspace import audit, sealing, sessions
from tropa.workspace.addresses import client_address
from tropa.workspace.models import User

WRONG_PASSWORD = _("Почта и пароль не подходят друг к другу. Проверьте раскладку и Caps Lock.")

# Mails of allauth on what happened to an account → audit lines.
EVENTS = {
    "account/email/password_changed": "password.changed",
    "account/email/password_set": "password.changed",
    "account/email/password_reset": "password.reset",
    "mfa/email/totp_activated": "second_factor.on",
    "mfa/email/totp_deactivated": "second_factor.off",
    "mfa/email/recovery_codes_generated": "second_factor.new_codes",
}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Nobody signs up by themselves: people come by invitation."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG_PASSWORD,
        "incorrect_password": _("Пароль не подошёл. Проверьте раскладку и Caps Lock."),
        "enter_current_password": _("Это не ваш нынешний пароль. Проверьте раскладку и Caps Lock."),
        "incorrect_code": _("Код не подошёл. Возьмите тот, что приложение показывает сейчас."),
        "invalid_password_reset": _("Ссылка больше не действует."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # pages only: no second way of answering to guard

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or ""

    def login(self, request: HttpRequest, user: User) -> None:
        """Called once all steps are done, the second factor included. Django gives the session a new id."""
        super().login(request, user)
        row = sessions.begin(request, user, now=timezone.now())
        _record("sign_in.done", user, f"workspace.sign_in:{row.pk}", request)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            number = sessions.own_number(request)
            if number is not None:
                sessions.end(request.user, now=timezone.now(), only=number)
            _record("sign_out.done", request.user, f"workspace.user:{request.user.pk}", request)
        super().logout(request)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        _record("sign_in.inactive", None, f"workspace.user:{user.pk}", request)
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not again within a quarter of an hour: signing in counts as well as confirming."""
        records = get_authentication_records(context.request, context.request.user)
        return not any(time.time() - each["at"] < app_settings.REAUTHENTICATION_TIMEOUT for each in records)

    def reauthenticate(self, user: User, password: str) -> bool:
        return bool(user.check_password(password))

    def set_password(self, user: User, password: str) -> None:
        """Whoever knew the old password is out: every other session ends."""
        super().set_password(user, password)
        own = sessions.own_number(self.request) if self.request and self.request.user == user else None
        sessions.end(user, now=timezone.now(), but=own)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """allauth calls this on every change of an account."""
        if template_prefix in EVENTS:
            _record(EVENTS[template_prefix], user, f"workspace.user:{user.pk}", self.request)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """One-time codes by an application. Their secrets are stored encrypted."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": Adapter.error_messages["incorrect_code"]
    }

    def get_totp_issuer(self) -> str:
        return str(_("Тропа"))

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)


class ResetTokens(PasswordResetTokenGenerator):
    """Tokens of the links that reset a password: Django's own, which write nothing while they are checked."""


def _record(action: str, actor: User | None, target: str, request: HttpRequest | None) -> None:
    audit.record(workspace=None, actor=actor, action=action, target=target, request=request)
