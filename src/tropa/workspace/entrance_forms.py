"""Forms of signing in: those of allauth with our words, and one new password instead of two.

A password is typed once: the eye beside the field shows it, which prevents slips better than typing it blindly again.
"""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from tropa.jobs import enqueue
from tropa.workspace import limits
from tropa.workspace.jobs import send_reset_link
from tropa.workspace.models import User
from tropa.workspace.signing_in import Adapter

PASSWORD_HINT = _("От 10 знаков, лучше от 15: несколько слов через пробел запомнить проще. Вставка работает.")


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("Почта"), "username", placeholder=_("imya@company.example"))
        _word(self, "password", _("Пароль"), "current-password", hint=_("Вставка из менеджера паролей работает."))
        self.fields["login"].widget.attrs["inputmode"] = "email"
        self.fields["remember"].label = _("Не выходить на этом компьютере")
        self.fields["remember"].initial = True


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _word(self, "password1", _("Новый пароль"), "new-password", hint=PASSWORD_HINT)


class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _word(self, "oldpassword", _("Нынешний пароль"), "current-password")
        _word(self, "password1", _("Новый пароль"), "new-password", hint=PASSWORD_HINT)


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth carries no types
    """The mail goes out in the background: neither the answer nor its time tells whether there is an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", _("Почта"), "username", placeholder=_("imya@company.example"))

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        user = User.objects.filter(email=self.cleaned_data["email"].lower(), is_active=True).first()
        enqueue(send_reset_link, user_id=user.pk if user else None, language=translation.get_language())
        return str(self.cleaned_data["email"])


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("Пароль"), "current-password")


class OnceOnly:
    """A one-time code counts once, whichever process of the server it comes to."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self)

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the form that this is mixed into
        if not limits.first_use(f"code:{self.user.pk}:{code}", now=timezone.now()):
            raise ValidationError(Adapter.error_messages["incorrect_code"])
        return code


class CodeForm(OnceOnly, mfa.AuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """The second step of signing in."""


class ConfirmCodeForm(OnceOnly, mfa.ReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """The same, to confirm something while signed in."""


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth carries no types
    """The code that shows that the application was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self)


def _code(form: Any) -> None:
    _word(form, "code", _("Код из приложения"), "one-time-code")
    form.fields["code"].widget.attrs["inputmode"] = "numeric"


def _word(form: Any, name: str, label: Any, autocomplete: str, *, hint: Any = "", placeholder: Any = "") -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs["autocomplete"] = autocomplete
    field.widget.attrs["placeholder"] = placeholder
