"""`tropa demo --load`: the demo world in the server, and how one signs in to it."""

import argparse
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from tropa.analysis.problem import InputError, Language
from tropa.config.fitness import check_migrations
from tropa.demo import DEFAULT_SIZE, Size
from tropa.demo.loading import LOGIN, PASSWORD, load_world, workspace_of

LOOPBACK = ("127.0.0.1", "::1", "localhost")
STEPS = {
    "world": {"ru": "Создаю демо-мир", "en": "Making the demo world"},
    "records": {"ru": "Загружаю компании, людей, сделки", "en": "Loading companies, people, deals"},
    "touches": {"ru": "Загружаю касания", "en": "Loading touches"},
    "journey": {"ru": "Расставляю по этапам пути", "en": "Placing everybody on the journey"},
}
UNDER_WAY = {
    "ru": "По этапам компании расставляет работающий сервер. Если через две минуты пусто, повторите команду",
    "en": "The running server is placing everybody. If there is nothing after two minutes, run this again",
}


def load(options: argparse.Namespace) -> None:
    """Load the world, unless it is there, and say how to sign in."""
    _refuse_in_public(options)
    check_migrations()
    size = DEFAULT_SIZE if options.accounts is None else Size(options.accounts)
    if options.touches is not None:
        size = Size.of_touches(options.touches)
    language: Language = options.lang
    found = load_world(
        size, now=timezone.now(), seed=options.seed, tell=lambda step: print(f"{STEPS[step][language]}…", flush=True)
    )
    told = {
        "ru": f"{found.workspace}: компаний и посетителей {found.accounts}, касаний {found.touches}",
        "en": f"{found.workspace}: {found.accounts} companies and visitors, {found.touches} touches",
    }
    there = {"ru": "уже есть, ничего не изменено", "en": "there already, nothing was changed"}
    print(told[language] if found.is_new else f"{told[language]} ({there[language]})")
    if not found.is_placed:
        print(UNDER_WAY[language])
    for line in login(language):
        print(line)


def login(language: Language) -> Sequence[str]:
    """How to sign in to the demo workspace; nothing when there is none."""
    try:
        if workspace_of(None) is None:
            return ()
    except DatabaseError:
        return ()
    finally:
        connection.close()
    label = {"ru": ("Вход в демо", "пароль"), "en": ("Sign in to the demo", "password")}[language]
    return (f"{label[0]}: {LOGIN}, {label[1]}: {PASSWORD}",)


def _refuse_in_public(options: argparse.Namespace) -> None:
    """Its password is known to everybody."""
    host = urlsplit(settings.URL).hostname
    if host in LOOPBACK or options.yes:
        return
    raise InputError(
        "demo_in_public",
        ru=f"TROPA_URL={settings.URL}: этот сервер доступен другим, а пароль демо-мира известен всем. "
        "Если это и нужно, добавьте --yes",
        en=f"TROPA_URL={settings.URL}: others can reach this server, and everybody knows the password of the demo. "
        "If that is what you want, add --yes",
    )
