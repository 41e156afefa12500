"""Forms of accounts."""

import uuid
from collections.abc import Sequence
from html import escape
from typing import Any, ClassVar

from django import forms
from django.db.models import Count, Q, QuerySet
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.customers import identity, queries
from tropa.customers.forms import EditForm, MomentField, past
from tropa.customers.listing import Filters, offer_owners, offer_values
from tropa.customers.models import Account, Contact
from tropa.facts.models import TouchType
from tropa.web import typography

# What people write down by hand first; the rest of the catalogue follows by name.
OFTEN = ("outbound_call_answered", "inbound_call", "online_meeting", "in_person_meeting", "email_reply")


class AccountFilters(Filters):
    """Filters of the list of accounts."""

    SORTS: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("search",),
        "city": ("city", "search"),
        "segment": ("segment", "search"),
        "created": ("created_at",),
        "updated": ("updated_at",),
        "employees": ("employees",),
    }
    EQUAL = ("segment", "city")

    owner = forms.ChoiceField(label=gettext_lazy("Ведёт"), required=False)
    segment = forms.ChoiceField(label=gettext_lazy("Сегмент"), required=False)
    city = forms.ChoiceField(label=gettext_lazy("Город"), required=False)
    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    archived = forms.CharField(required=False, widget=forms.HiddenInput)

    def arrange(self) -> None:
        offer_owners(self)
        offer_values(self, "segment", _("Сегмент: все"), Account)
        offer_values(self, "city", _("Город: все"), Account)

    @property
    def kind_key(self) -> str:
        """Companies, unless unknown visitors are asked for: the two are never listed together."""
        wanted = self.cleaned_data.get("kind")
        return wanted if wanted in Account.Kind.values else Account.Kind.COMPANY

    def rows(self) -> "QuerySet[Account]":
        """The accounts that the filters find."""
        return self.narrowed(self._of_either_kind().filter(kind=self.kind_key).select_related("owner__user"))

    def kinds(self) -> dict[str, int]:
        """How many companies and how many unknown visitors there are, or lie in the archive, each for itself."""
        return self._of_either_kind().aggregate(
            company=Count("pk", filter=Q(kind=Account.Kind.COMPANY)),
            unknown=Count("pk", filter=Q(kind=Account.Kind.UNKNOWN)),
        )

    def _of_either_kind(self) -> "QuerySet[Account]":
        there = Account.objects.of(self.workspace).filter(merged_into=None)
        return there.filter(archived_at__isnull=not self.cleaned_data.get("archived"))


class AccountForm(EditForm[Account]):
    """Create or edit an account."""

    class Meta:
        model = Account
        fields = (
            "name",
            "domain",
            "owner",
            "segment",
            "industry",
            "city",
            "employees",
            "phone",
            "external_id",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "domain": gettext_lazy("Например, example.com. По нему узнаём почту сотрудников."),
            "external_id": gettext_lazy("Код компании в вашей CRM или учётной системе."),
        }

    def clean_domain(self) -> str:
        domain = identity.site_of(self.cleaned_data["domain"])
        if not domain:
            return ""
        if "." not in domain or " " in domain:
            raise forms.ValidationError(_("Нужен домен, например example.com."))
        if identity.domain_of(f"person@{domain}") is None:
            raise forms.ValidationError(_("%(domain)s — общая почта: по ней компанию не узнать.") % {"domain": domain})
        return domain

    def is_doubtful(self) -> bool:
        """There may be that company already. A second press with the same ones on the page says that it is another."""
        new = {name: self.cleaned_data[name] for name in ("name", "domain")}
        if self.row is not None:
            new = {name: value for name, value in new.items() if value != getattr(self.row, name)}
        found = queries.twins(self.workspace, **new)
        self.twins = [twin for twin in found if self.row is None or twin.pk != self.row.pk]
        pressed = self.data.getlist("other")  # type: ignore[attr-defined]  # a QueryDict
        return not {str(twin.pk) for twin in self.twins} <= set(pressed)


class LongSelect(forms.Select):
    """A list of very many choices: its markup is Django's own, without a template for each of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        groups = self.optgroups(name, [str(each) for each in self.format_value(value) or [""]])
        own = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        # Each value and label is escaped in _options; escaping the whole again would take most of the time.
        return mark_safe(f"<select{own}>{''.join(_options(label, options) for label, options, _n in groups)}</select>")


def _options(group: Any, options: Sequence[dict[str, Any]]) -> str:
    shown = "".join(
        f'<option value="{escape(str(each["value"]))}"{" selected" if each["selected"] else ""}>'
        f"{escape(str(each['label']))}</option>"
        for each in options
    )
    return f'<optgroup label="{escape(str(group))}">{shown}</optgroup>' if group else shown


class TouchForm(forms.Form):
    """What happened with a client, written down by hand: two required fields, a note and the person besides."""

    type = forms.ChoiceField(label=gettext_lazy("Что было"), widget=LongSelect)
    at = MomentField(label=gettext_lazy("Когда"))
    contact = forms.ModelChoiceField(label=gettext_lazy("С кем"), queryset=Contact.objects.none(), required=False)
    note = forms.CharField(
        label=gettext_lazy("Заметка"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    # The same form sent twice leaves one touch.
    message = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, account: Account) -> None:
        initial = {"at": timezone.localtime(), "message": uuid.uuid4()}
        super().__init__(data, initial=initial, auto_id="touch-%s")
        self.kinds = {kind.key: kind for kind in TouchType.objects.of(account.workspace_id)}
        people = self.fields["contact"]
        people.queryset = queries.colleagues(account)  # type: ignore[attr-defined]  # a field of choices
        people.empty_label = _("не указан")  # type: ignore[attr-defined]
        often = [(key, self._label(self.kinds[key])) for key in OFTEN if key in self.kinds]
        rest = [(key, self._label(kind)) for key, kind in self.kinds.items() if key not in OFTEN and not _own(key)]
        rest.sort(key=lambda pair: pair[1])
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            (_("Чаще всего"), often),
            (_("Остальное"), rest),
        ]

    def _label(self, kind: TouchType) -> str:
        return kind.label_en if typography.language() == "en" else kind.label_ru

    def clean_at(self) -> Any:
        return past(self.cleaned_data["at"])


def _own(key: str) -> bool:
    """What only this room writes down: moves of deals, orders."""
    return key.startswith(("deal_", "order_", "subscription_"))
