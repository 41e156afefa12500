"""Background work: mails of signing in, sweeping up what is over."""

from datetime import timedelta
from importlib import import_module

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from tropa.jobs import job
from tropa.workspace import limits
from tropa.workspace.models import SignIn, User
from tropa.workspace.sessions import LONGEST
from tropa.workspace.signing_in import ResetTokens

KEEP_ENDED = timedelta(days=30)


@job("workspace.send_reset_link")
def send_reset_link(*, user_id: int | None, language: str) -> None:
    """Mail the link that resets a password. It is made here, so that it lies in no queue. user_id: none, no mail.

    The link begins with the configured address of the server, never with what a request called it.
    """
    user = None if user_id is None else User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    with translation.override(user.language or language):
        arguments = [user_pk_to_url_str(user), ResetTokens().make_token(user)]
        link = settings.URL + reverse("account_reset_password_from_key", args=arguments)
        text = render_to_string("account/email/reset_link.txt", {"link": link, "server": settings.URL})
        subject, _, body = text.strip().partition("\n")
        send_mail(subject, body.strip(), settings.DEFAULT_FROM_EMAIL, [user.email])


@job("workspace.sweep")
def sweep() -> None:
    """Drop sessions that are over and limits that ran out."""
    now = timezone.now()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    limits.forget_old(now=now)
    SignIn.objects.filter(started_at__lt=now - LONGEST - KEEP_ENDED).delete()
