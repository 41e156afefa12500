"""The one page of a form: shows it, hands what was filled in to an action, tells a conflict."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tropa.customers.domain import Conflict
from tropa.customers.forms import EditForm
from tropa.workspace.access import MemberRequest

UNPROCESSABLE = 422


def edit_page(
    request: MemberRequest,
    form: EditForm[Any],
    save: Callable[[dict[str, Any]], Model],
    *,
    heading: str,
    back: str,
    done: Callable[[Model], str],
    section: str = "clients",
) -> HttpResponse:
    """A GET shows the form; a POST saves or shows what is wrong, what is doubtful, or what somebody else changed.

    save: takes the values of the form; back: where «Отмена» leads; done: where to go with what was saved.
    """
    if request.method == "POST" and form.is_valid() and not form.is_doubtful():
        try:
            return redirect(done(save(form.values())))
        except Conflict as conflict:
            form.choose(conflict)
        except Refused as refused:
            form.add_error(refused.field, refused.text)
    context = {"form": form, "heading": heading, "back": back, "section": section, "button": _button(form)}
    return render(request, "customers/form.html", context, status=UNPROCESSABLE if form.is_bound else 200)


class Refused(Exception):
    """An action refuses what was filled in. field: the field it belongs to, None for the whole form."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field


def _button(form: EditForm[Any]) -> str:
    if form.twins:
        return _("Создать всё равно") if form.row is None else _("Сохранить всё равно")
    return _("Создать") if form.row is None else _("Сохранить")
