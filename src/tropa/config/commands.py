"""From a parsed command to what it does. Only the module of the command is imported, so that each starts quickly."""

import argparse
import os
import sys
from importlib import import_module

from tropa.analysis.problem import InputError, Language
from tropa.config.exit_codes import BAD_INPUT, DONE, FAILED

COMMANDS = {
    "analyze": "tropa.config.analyzing:analyze",
    "demo": "tropa.config.analyzing:demo",
    "serve": "tropa.config.serve:serve",
    "web": "tropa.config.serve:web",
    "worker": "tropa.config.serve:worker",
    "migrate": "tropa.config.managing:migrate",
    "manage": "tropa.config.managing:manage",
    "owner": "tropa.config.owners:owner",
    "ledger": "tropa.config.ground:ledger",
    "rebuild": "tropa.config.ground:rebuild",
    "doctor": "tropa.config.ground:doctor",
}
LOAD_DEMO = "tropa.config.demo_world:load"
# These work without the server's settings.
ALONE = ("analyze", "demo")


def run(options: argparse.Namespace) -> int:
    """Run the command that was parsed; problems of the input are told in one message. Returns the exit code."""
    try:
        return _run(options)
    except InputError as error:
        print(f"tropa: {error.text(options.lang)}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        raise
    except Exception as error:
        if "TROPA_DEBUG" in os.environ and not _is_of_the_machine(error):
            raise
        print(f"tropa: {_told(error, options.lang)}", file=sys.stderr)
        return FAILED


def _run(options: argparse.Namespace) -> int:
    load = options.command == "demo" and options.load
    if load or options.command not in ALONE:
        _set_up(options.lang)
    module, _, function = (LOAD_DEMO if load else COMMANDS[options.command]).partition(":")
    found = getattr(import_module(module), function)(options)
    return found if isinstance(found, int) else DONE


def _set_up(language: Language) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tropa.config.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language)


def _told(error: Exception, language: Language) -> str:
    from tropa.config.unfit import Unfit

    if isinstance(error, Unfit):
        return error.text(language)
    return _failure(error, language) if _is_of_the_machine(error) else _mistake(error, language)


def _is_of_the_machine(error: Exception) -> bool:
    if isinstance(error, OSError | MemoryError):
        return True
    from tropa.config.unfit import Unfit
    from tropa.engine import EngineError

    return isinstance(error, EngineError | Unfit)


def _failure(error: Exception, language: Language) -> str:
    if language == "ru":
        return f"не получилось: {error}. Исходные файлы не изменены; освободите место на диске или задайте --memory"
    return f"failed: {error}. Input files are unchanged; free disk space or set --memory"


def _mistake(error: Exception, language: Language) -> str:
    what = f"{type(error).__name__}: {error}"
    if language == "ru":
        return (
            f"ошибка в самой программе ({what}). Исходные файлы не изменены. Подробности: TROPA_DEBUG=1 и та же команда"
        )
    return f"a mistake of the program itself ({what}). Input files are unchanged. For details: TROPA_DEBUG=1 and again"
