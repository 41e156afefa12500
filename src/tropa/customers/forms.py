"""What the forms of this room share: amounts and accounts as people write them, and choosing between two edits."""

import copy
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tropa.analysis.words import DASH
from tropa.customers import queries
from tropa.customers.domain import Conflict, UnclearAmount, folded, read_amount
from tropa.customers.models import Account
from tropa.web import typography
from tropa.workspace.models import Workspace

Row = TypeVar("Row", bound=Model)

FIRST_YEAR, LAST_YEAR = 1900, 2100
_CLOCKS_DIFFER = timedelta(minutes=5)

CURRENCIES = ("RUB", "USD", "EUR", "CNY", "KZT", "BYN", "AED", "TRY")


class CurrencyField(forms.ChoiceField):
    """A currency of those that are offered, that of the workspace, and that of the row, which may come from a file."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=gettext_lazy("Валюта"), choices=[(code, code) for code in CURRENCIES], **kwargs)

    def of(self, *own: str) -> None:
        """Offer these too."""
        self.choices = [(code, code) for code in dict.fromkeys((*CURRENCIES, *filter(None, own)))]


class MoneyField(forms.CharField):
    """An amount in the writing of the language: «12 500,50» or "12,500.50"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **{"required": False} | kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = read_amount(text, language=typography.language())
        except UnclearAmount as unclear:
            raise forms.ValidationError(_amount_error(unclear)) from unclear
        if amount < 0:
            raise forms.ValidationError(_("Сумма не бывает меньше нуля."))
        return amount.quantize(Decimal("0.01"))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        text = f"{value:f}".rstrip("0").rstrip(".") if value == value.to_integral_value() else f"{value:.2f}"
        return text.replace(".", ",") if typography.language() == "ru" else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")


def _amount_error(unclear: UnclearAmount) -> str:
    if unclear.either is None:
        return _("«%(given)s» не похоже на сумму. Напишите число, например 12500 или 12 500,50.") % {
            "given": unclear.given
        }
    first, second = unclear.either
    return _("Непонятно: %(first)s или %(second)s? Напишите без разделителя тысяч.") % {
        "first": first,
        "second": second,
    }


class AccountField(forms.CharField):
    """A company by its name, suggested while typing."""

    workspace: Workspace

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=255, **{"label": gettext_lazy("Компания")} | kwargs)

    def of(self, workspace: Workspace) -> None:
        """Look among the accounts of this workspace."""
        self.workspace = workspace
        self.widget.attrs |= {
            "list": "account-names",
            "autocomplete": "off",
            "hx-get": reverse("accounts_suggest", args=[workspace.slug]),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#account-names",
        }

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        if not name:
            return None
        if found := queries.named(self.workspace, name):
            return found
        if queries.live_accounts(self.workspace).filter(search__startswith=folded(name)).exists():
            raise forms.ValidationError(_("Компаний с таким началом названия несколько. Выберите одну из подсказки."))
        raise forms.ValidationError(_("Компании «%(name)s» нет. Сначала создайте её.") % {"name": name})

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Account) else value


class DayInput(forms.DateInput):
    """A day, picked or typed; browsers want it in one writing, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A moment in the time zone of the workspace."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def _plausible(given: date) -> None:
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise forms.ValidationError(
            _("Год %(given)s похож на опечатку. Нужен год с %(first)s по %(last)s.")
            % {"given": given.year, "first": FIRST_YEAR, "last": LAST_YEAR}
        )


class DayField(forms.DateField):
    """A day that can be one of a customer; a slip in the year would leave the range of the log."""

    widget = DayInput

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            _plausible(value)


class MomentField(forms.DateTimeField):
    """A moment that can be one of a customer; a slip in the year would leave the range of the log."""

    widget = MomentInput

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            _plausible(value)


def past(moment: datetime) -> datetime:
    """A moment that has come: what is written down as a fact cannot lie ahead."""
    if moment > timezone.now() + _CLOCKS_DIFFER:
        raise forms.ValidationError(_("Это время ещё не наступило."))
    return moment


class EditForm(forms.ModelForm, Generic[Row]):  # type: ignore[type-arg]  # Django's is generic in its stubs alone
    """A form over one row of a workspace. It never saves: views hand `cleaned_data` to an action.

    After a Conflict it shows both values of each field and takes the one that the person chooses.
    """

    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, workspace: Workspace, row: Row | None = None, **kwargs: Any) -> None:
        self.workspace = workspace
        self.row = row
        self.conflict: list[dict[str, object]] = []
        self.twins: list[Account] = []
        # A form writes its values on the instance; the row that the page shows must stay as it is stored.
        super().__init__(data, instance=copy.copy(row), **kwargs)
        if row is not None:
            self.initial["seen"] = row.updated_at.isoformat()  # type: ignore[attr-defined]  # every edited row has one
            for name, field in self.fields.items():
                field.show_hidden_initial = name != "seen"
        for field in self.fields.values():
            if isinstance(field, AccountField):
                field.of(workspace)
            elif isinstance(field, CurrencyField):
                field.of(workspace.currency, getattr(row, "currency", ""))
        if "owner" in self.fields:
            owners = self.fields["owner"]
            owners.queryset = queries.owners(workspace)  # type: ignore[attr-defined]  # a field of choices
            owners.empty_label = _("никто")  # type: ignore[attr-defined]

    def clean_seen(self) -> datetime | None:
        seen: datetime | None = self.cleaned_data["seen"]
        return seen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        theirs = [name for name in self.fields if name in cleaned and self.data.get(f"take-{name}") == "theirs"]
        if self.row is not None and theirs:
            # The page shows what was chosen, should it come once more before anything is saved.
            data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            for name in theirs:
                cleaned[name] = getattr(self.row, name)
                data[name] = self.fields[name].prepare_value(cleaned[name])
            self.data = data
        return cleaned

    def values(self) -> dict[str, Any]:
        """What an action takes; call after is_valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def is_doubtful(self) -> bool:
        """Whether to ask before saving, with what stands in `twins`; call after is_valid."""
        return False

    def choose(self, conflict: Conflict) -> None:
        """Show what somebody else changed, field by field, to be chosen from."""
        self.data = {**self.data.dict(), "seen": conflict.seen.isoformat()}  # type: ignore[attr-defined]  # a QueryDict
        touched = set(self.changed_data)
        for one in conflict.differing:
            bound = self[one.name]
            self.conflict.append(
                {
                    "name": one.name,
                    "label": bound.label,
                    "theirs": shown(bound, one.theirs),
                    "mine": shown(bound, one.mine),
                    "take": "mine" if one.name in touched else "theirs",
                }
            )

    def clean_external_id(self) -> str:
        given: str = self.cleaned_data["external_id"]
        same = self._meta.model._default_manager.filter(workspace=self.workspace, external_id=given)
        if given and same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Этот код уже есть у другой записи. Коды не повторяются."))
        return given


def shown(bound: BoundField, value: object) -> str:
    """A value of a field as a person reads it."""
    if value in (None, ""):
        return DASH
    if isinstance(value, datetime):
        return typography.moment(value)
    if isinstance(value, date):
        return typography.day(value)
    if isinstance(value, Decimal):
        return typography.number(value, 0 if value == value.to_integral_value() else 2)
    choices: Mapping[object, object] = {}
    if isinstance(bound.field, forms.ChoiceField) and not isinstance(bound.field, forms.ModelChoiceField):
        choices = dict(bound.field.choices)  # type: ignore[arg-type]  # flat lists alone
    return str(choices.get(value, value))


def language() -> str:
    """The language of the page, for what is stored in one: names of a new pipeline."""
    return "en" if (get_language() or "").startswith("en") else "ru"
