"""`tropa owner`: the first person of a server, or a new password for one who cannot get in."""

import argparse
import getpass
import os
import secrets
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tropa.analysis.problem import InputError, Language
from tropa.workspace.actions import create_owner, found_workspace

GENERATED_BYTES = 12


def owner(options: argparse.Namespace) -> None:
    """Make the person, or give an existing one the password; then the workspace, when one is named."""
    try:
        validate_email(options.email)
    except ValidationError as error:
        raise InputError(
            "bad_email",
            ru=f"--email {options.email}: это не адрес почты. Нужно, например, director@example.com",
            en=f"--email {options.email}: not an e-mail address. Needed is, for example, director@example.com",
        ) from error
    password, is_generated = _password(options.lang)
    user = create_owner(email=options.email, password=password, language=options.lang)
    print({"ru": "Вход", "en": "Sign in with"}[options.lang] + f": {user.email}")
    if is_generated:
        print({"ru": "Пароль", "en": "Password"}[options.lang] + f": {password}")
    if options.workspace:
        made = found_workspace(name=options.workspace, owner=user, timezone="Europe/Moscow", currency="RUB")
        print({"ru": "Пространство", "en": "Workspace"}[options.lang] + f": {made.name} (/w/{made.slug}/)")


def _password(language: Language) -> tuple[str, bool]:
    """The password and whether it was made here: from TROPA_PASSWORD, else typed, else made."""
    given = os.environ.get("TROPA_PASSWORD")
    if given is None and sys.stdin.isatty():
        prompt = {"ru": "Пароль (пусто: придумать): ", "en": "Password (empty: make one): "}[language]
        given = getpass.getpass(prompt)
    if not given:
        return secrets.token_urlsafe(GENERATED_BYTES), True
    try:
        validate_password(given)
    except ValidationError as error:
        told = " ".join(error.messages)
        raise InputError(
            "bad_password", ru=f"пароль не подходит. {told}", en=f"the password is refused. {told}"
        ) from error
    return given, False
