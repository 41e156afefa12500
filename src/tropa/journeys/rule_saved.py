"""What is said when a rule was saved: that it was, what of it finds nothing yet, and what an empty one means."""

from collections.abc import Collection

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.analysis.problem import did_you_mean
from tropa.facts.models import TouchType
from tropa.journeys.rules import Rule, types_of
from tropa.web import typography
from tropa.workspace.access import MemberRequest

MOST_NAMED = 5


def tell(request: MemberRequest, rule: Rule | None, *, end: str, mapped: bool) -> None:
    """end: which end of the journey the rule is of, empty for a stage. mapped: CRM stages lead to the stage too."""
    if rule is None:
        messages.warning(request, _without_rule(end, mapped))
        return
    messages.success(request, _("Правило сохранено"))
    named = types_of(rule)
    known = set(TouchType.objects.of(request.workspace).values_list("key", flat=True)) if named else set()
    if unknown := sorted(named - known):
        messages.warning(request, unknown_types(unknown, known))


def unknown_types(unknown: Collection[str], known: Collection[str]) -> str:
    """Which keys no touch has had yet, what that means, and which known ones may have been meant."""
    listed = ", ".join(_with_guess(key, known) for key in list(unknown)[:MOST_NAMED])
    if len(unknown) > MOST_NAMED:
        listed = _("{keys} и ещё {n}").format(keys=listed, n=typography.number(len(unknown) - MOST_NAMED))
    return ngettext(
        "Здесь ещё нет {n} точки контакта из правила: {keys}. Пока таких касаний нет, по ним ничего не найдётся.",
        "Здесь ещё нет {n} точек контакта из правила: {keys}. Пока таких касаний нет, по ним ничего не найдётся.",
        len(unknown),
    ).format(n=typography.number(len(unknown)), keys=listed)


def _with_guess(key: str, known: Collection[str]) -> str:
    guess = did_you_mean(key, known)
    told = key if len(key) <= 80 else key[:79] + "…"
    return f"«{told}»" if guess is None else _("«{key}» (может быть, «{guess}»?)").format(key=told, guess=guess)


def _without_rule(end: str, mapped: bool) -> str:
    if end == "client_activity":
        return _("Правило пусто: признаком живого клиента считается любое касание.")
    if end:
        return _("Правило пусто: теперь оно не задано.")
    if mapped:
        return _(
            "Правило пусто: своего правила у этапа теперь нет, сюда приводят только переходы сделок по стадиям CRM."
        )
    return _("Правило пусто: своего правила у этапа теперь нет, и сюда никто не придёт.")
