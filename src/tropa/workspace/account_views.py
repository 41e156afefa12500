"""Pages of signing in, and about oneself. The steps are allauth's; what may be tried how often is ours."""

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as codes
from allauth.mfa.totp import views as totp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from tropa.workspace import audit, sessions
from tropa.workspace.access import personal, public
from tropa.workspace.attempts import limited
from tropa.workspace.entrance_forms import CodeForm, ConfirmForm, ForgottenPasswordForm, OwnPasswordForm, SignInForm
from tropa.workspace.forms import ProfileForm
from tropa.workspace.language import LANGUAGES, remember
from tropa.workspace.models import SignIn, User

PersonRequest = Any  # HttpRequest whose user is a User: Django types it as one who may be anonymous
THEMES = ("auto", "light", "dark")


def _typed(name: str) -> Any:
    return lambda request: request.POST.get(name, "")[:254]


def _own(request: PersonRequest) -> str:
    return request.user.email if request.user.is_authenticated else ""


def _pending(request: HttpRequest) -> str:
    stage = get_pending_stage(request)
    return stage.login.user.email if stage else ""


def _sign_in_page(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    kept = {"login": request.POST.get("login", ""), "remember": "remember" in request.POST}
    return "account/login.html", {
        "form": SignInForm(initial=kept, request=request),
        "next": request.POST.get("next", ""),
    }


def _code_page(request: PersonRequest) -> tuple[str, dict[str, Any]]:
    stage = get_pending_stage(request)
    return "mfa/authenticate.html", {"form": CodeForm(user=stage.login.user if stage else request.user)}


def _reset_page(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    form = ForgottenPasswordForm(initial={"email": request.POST.get("email", "")})
    return "account/password_reset.html", {"form": form}


def _confirm_page(request: PersonRequest) -> tuple[str, dict[str, Any]]:
    return "account/reauthenticate.html", {"form": ConfirmForm(user=request.user)}


def _password_page(request: PersonRequest) -> tuple[str, dict[str, Any]]:
    return "account/password_change.html", {"form": OwnPasswordForm(user=request.user)}


sign_in = public(limited("sign_in", account=_typed("login"), page=_sign_in_page)(account.login))
sign_in_code = public(limited("second_factor", account=_pending, page=_code_page)(mfa.authenticate))
sign_out = public(account.logout)
inactive = public(account.account_inactive)

reset_password = public(
    limited("password_reset", account=_typed("email"), page=_reset_page, success_is_free=False)(account.password_reset)
)
reset_password_sent = public(account.password_reset_done)
reset_password_by_link = public(account.password_reset_from_key)
reset_password_done = public(account.password_reset_from_key_done)

confirm = personal(limited("confirmation", account=_own, page=_confirm_page)(account.reauthenticate))
confirm_by_code = personal(limited("second_factor", account=_own, page=_code_page)(mfa.reauthenticate))
change_password = personal(limited("confirmation", account=_own, page=_password_page)(account.password_change))

second_factor = personal(mfa.index)
second_factor_on = personal(totp.activate_totp)
second_factor_off = personal(totp.deactivate_totp)


@personal
def recovery_codes(request: PersonRequest) -> HttpResponse:
    """Codes for the day the telephone is gone. Shown and made anew by POST alone: seeing them changes the account."""
    row = get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    raise_if_reauthentication_required(request, app="allauth.mfa")
    if request.POST.get("action") == "renew":
        row = codes.generate_recovery_codes(request)
    unused = row.wrap().get_unused_codes()
    shown = unused if request.method == "POST" else None
    return render(request, "mfa/recovery_codes.html", {"left": len(unused), "codes": shown})


@personal
def profile(request: PersonRequest) -> HttpResponse:
    """Name, language, theme; the way to password, second factor and sessions."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        with override(person.language):
            messages.success(request, _("Профиль сохранён"))
        response = redirect("profile")
        remember(response, person.language)
        return response
    return render(request, "workspace/profile.html", {"form": form, "tab": "profile"})


@personal
def sign_ins(request: PersonRequest) -> HttpResponse:
    """Where one is signed in."""
    rows = [(row, sessions.browser_name(row.browser)) for row in sessions.living(request.user, now=timezone.now())]
    context = {"rows": rows, "own": sessions.own_number(request), "tab": "sign_ins"}
    return render(request, "workspace/sign_ins.html", context)


@require_POST
def _end(request: PersonRequest, *, only: int | None = None, but: int | None = None) -> HttpResponse:
    ended = sessions.end(request.user, now=timezone.now(), only=only, but=but)
    if ended:
        audit.record(
            workspace=None,
            actor=request.user,
            action="session.ended",
            target=f"workspace.user:{request.user.pk}",
            details={"ended": ended},
            request=request,
        )
    messages.success(request, _("Сеанс завершён") if only else _("Остальные сеансы завершены"))
    return redirect("sign_ins")


@personal
def end_sign_in(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    get_object_or_404(SignIn, pk=pk, user=request.user)
    response: HttpResponse = _end(request, only=pk)
    return response


@personal
def end_other_sign_ins(request: PersonRequest) -> HttpResponse:
    """End all sessions but this one."""
    response: HttpResponse = _end(request, but=sessions.own_number(request))
    return response


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language, here and for the next visits; what is unknown changes nothing."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in LANGUAGES:
        remember(response, language)
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=language)
    return response


@personal
@require_POST
def set_theme(request: PersonRequest) -> HttpResponse:
    """Switch the theme. A script asks for no page back."""
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        User.objects.filter(pk=request.user.pk).update(theme=theme)
    return _back(request) if "next" in request.POST else HttpResponse(status=204)


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else "home")
