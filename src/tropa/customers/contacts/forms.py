"""Forms of contacts."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.customers.forms import AccountField, EditForm
from tropa.customers.listing import Filters, offer
from tropa.customers.models import BuyingRole, Contact
from tropa.workspace.models import Workspace

NOWHERE = "0"


class ContactFilters(Filters):
    """Filters of the list of contacts."""

    SORTS: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("search",),
        "position": ("position", "search"),
        "email": ("email",),
        "updated": ("updated_at",),
    }
    EQUAL = ("buying_role",)

    buying_role = forms.ChoiceField(label=gettext_lazy("Роль в решении"), required=False)
    work = forms.ChoiceField(label=gettext_lazy("Где работает"), required=False)

    def arrange(self) -> None:
        offer(self, "buying_role", _("Роль: любая"), [(key, str(text)) for key, text in BuyingRole.choices])
        offer(self, "work", _("Компания: любая"), [(NOWHERE, _("не указана"))])

    def rows(self) -> "QuerySet[Contact]":
        """The contacts that the filters find."""
        rows = self.narrowed(Contact.objects.of(self.workspace).filter(archived_at=None))
        if self.cleaned_data.get("work") == NOWHERE:
            working = Q(affiliations__isnull=False, affiliations__until=None)
            rows = rows.exclude(pk__in=Contact.objects.of(self.workspace).filter(working).values("pk"))
        return rows


class ContactForm(EditForm[Contact]):
    """Create or edit a contact. A company named here was named by a person: rules do not change it."""

    account = AccountField(required=False)

    class Meta:
        model = Contact
        fields = ("name", "position", "buying_role", "email", "phone", "external_id")
        help_texts: ClassVar[dict[str, Any]] = {
            "email": gettext_lazy("По домену почты находим компанию, кроме общих почт."),
        }

    field_order = ("name", "position", "account", "buying_role", "email", "phone", "external_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            # Where somebody works is changed on their page, with its history.
            del self.fields["account"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(name) for name in ("name", "position", "email")):
            raise forms.ValidationError(_("Назовите человека: имя, должность или почта."))
        return cleaned


class WorkForm(forms.Form):
    """Where a contact works."""

    account = AccountField()

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        super().__init__(data)
        field = self.fields["account"]
        if isinstance(field, AccountField):
            field.of(workspace)
