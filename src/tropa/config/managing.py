"""`tropa migrate`, `tropa manage`: the database, and Django's own commands for developers."""

import argparse
import sys

from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.db import OperationalError

from tropa.config.unfit import Unfit


def migrate(options: argparse.Namespace) -> None:
    """Make the tables, or bring them up to date."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise unreachable(error) from error
    print({"ru": "Таблицы готовы", "en": "The tables are ready"}[options.lang])


def manage(options: argparse.Namespace) -> None:
    """Hand the words over to Django."""
    sys.argv = ["tropa manage", *options.words]
    execute_from_command_line(sys.argv)


def unreachable(error: Exception) -> Unfit:
    """What is told of a database that does not answer."""
    return Unfit(
        ru=f"база данных не отвечает: {error}. Проверьте TROPA_DATABASE_URL",
        en=f"the database does not answer: {error}. Look at TROPA_DATABASE_URL",
    )
