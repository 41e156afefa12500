"""Forms of deals, of moving them, of orders and subscriptions."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.customers import queries
from tropa.customers.forms import AccountField, CurrencyField, DayField, EditForm, MomentField, MoneyField, past
from tropa.customers.listing import Filters, offer, offer_owners
from tropa.customers.models import Account, Contact, Deal, Order, PipelineStage, Subscription
from tropa.workspace.models import Workspace


class DealFilters(Filters):
    """Filters of the board and of the list."""

    SORTS: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("search",),
        "account": ("account__search",),
        "amount": ("amount",),
        "since": ("stage_since",),
        "close": ("expected_close_on",),
        "created": ("created_at",),
    }
    DEFAULT_SORT = "-since"
    EQUAL = ("pipeline", "stage")

    owner = forms.ChoiceField(label=gettext_lazy("Ведёт"), required=False)
    pipeline = forms.ChoiceField(label=gettext_lazy("Воронка"), required=False)
    stage = forms.ChoiceField(label=gettext_lazy("Стадия"), required=False)
    archived = forms.CharField(required=False, widget=forms.HiddenInput)

    def arrange(self) -> None:
        offer_owners(self)
        found = list(queries.pipelines(self.workspace))
        offer(self, "pipeline", _("Воронка: все"), [(str(each.pk), each.name) for each in found])
        groups = [(each.name, [(str(stage.pk), stage.name) for stage in each.stages.all()]) for each in found]
        self.fields["stage"].choices = [("", _("Стадия: все")), *groups]  # type: ignore[attr-defined]

    def having(self, rows: "QuerySet[Any]", word: str) -> "QuerySet[Any]":
        return rows.filter(Q(search__contains=word) | Q(account__search__contains=word))

    def rows(self) -> "QuerySet[Deal]":
        """The deals that the filters find."""
        rows = Deal.objects.of(self.workspace).filter(archived_at__isnull=not self.cleaned_data.get("archived"))
        return self.narrowed(rows.select_related("account", "stage", "pipeline", "owner__user"))


class DealForm(EditForm[Deal]):
    """Create or edit a deal; its stage is changed by moving it."""

    account = AccountField(required=False)
    amount = MoneyField(label=gettext_lazy("Сумма"))
    currency = CurrencyField()
    stage = forms.ChoiceField(label=gettext_lazy("Стадия"))
    reason = forms.CharField(label=gettext_lazy("Причина потери"), required=False, max_length=160)
    exception = forms.CharField(label=gettext_lazy("Почему пропускаем без фактов"), required=False, max_length=500)

    class Meta:
        model = Deal
        fields = ("title", "amount", "currency", "contact", "owner", "expected_close_on", "external_id")
        field_classes: ClassVar[dict[str, Any]] = {"expected_close_on": DayField}

    field_order = (
        "title", "account", "contact", "stage", "amount", "currency", "owner", "expected_close_on", "external_id",
        "reason", "exception",
    )  # fmt: skip

    def __init__(self, *args: Any, of: Account | None = None, may_pass: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_account = of or (self.row.account if self.row is not None else None)
        self.fields["contact"].queryset = self._people()  # type: ignore[attr-defined]  # a field of choices
        self.fields["contact"].empty_label = _("не указан")  # type: ignore[attr-defined]
        if self.of_account is None:
            del self.fields["contact"]
        if self.row is not None:
            self.initial["account"] = self.row.account
            for name in ("stage", "reason", "exception"):
                del self.fields[name]
            return
        self.fields["stage"].choices = stage_choices(self.workspace)  # type: ignore[attr-defined]
        if not may_pass:
            del self.fields["exception"]
        for name in ("reason", "exception"):
            if name in self.fields and not self.data.get(name):
                # Asked for only when the stage turns out to need it (add_error).
                self.fields[name].widget = forms.HiddenInput()

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        needed = {"reason": "reason", "stage": "exception"}.get(field or "", "")
        if needed in self.fields:
            self.fields[needed].widget = forms.TextInput(attrs={"maxlength": self.fields[needed].max_length})  # type: ignore[attr-defined]  # texts

    def _people(self) -> "QuerySet[Contact]":
        if self.of_account is None:
            return Contact.objects.none()
        working = queries.colleagues(self.of_account).values("pk")
        current = None if self.row is None else self.row.contact_id
        return Contact.objects.of(self.workspace).filter(Q(pk__in=working) | Q(pk=current)).order_by("search")

    def clean_stage(self) -> PipelineStage:
        return PipelineStage.objects.of(self.workspace).select_related("pipeline").get(pk=self.cleaned_data["stage"])


def stage_choices(workspace: Workspace) -> list[tuple[str, list[tuple[str, str]]]]:
    """The stages of every pipeline, by pipeline."""
    found = queries.pipelines(workspace)
    return [(each.name, [(str(stage.pk), stage.name) for stage in each.stages.all()]) for each in found]


class MoveForm(forms.Form):
    """Move a deal to another stage. seen: the stage where the person saw it."""

    stage = forms.ChoiceField(label=gettext_lazy("Куда"))
    reason = forms.CharField(label=gettext_lazy("Причина потери"), required=False, max_length=160)
    exception = forms.CharField(
        label=gettext_lazy("Почему пропускаем без фактов"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, deal: Deal, to: str = "") -> None:
        super().__init__(data, initial={"stage": to or str(deal.stage_id), "seen": deal.stage_id}, auto_id="move-%s")
        self.workspace = deal.workspace
        self.fields["stage"].choices = stage_choices(deal.workspace)  # type: ignore[attr-defined]

    def clean_stage(self) -> PipelineStage:
        return PipelineStage.objects.of(self.workspace).select_related("pipeline").get(pk=self.cleaned_data["stage"])


class OrderForm(EditForm[Order]):
    """Create or edit an order. Its date is a fact in the log and is not edited."""

    amount = MoneyField(label=gettext_lazy("Сумма"))
    currency = CurrencyField()

    class Meta:
        model = Order
        fields = ("number", "ordered_at", "amount", "currency", "deal", "paid_at", "external_id")
        field_classes: ClassVar[dict[str, Any]] = {"ordered_at": MomentField, "paid_at": MomentField}

    def __init__(self, *args: Any, of: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deals = Deal.objects.of(self.workspace).filter(account=of).order_by("-created_at")
        self.fields["deal"].queryset = deals  # type: ignore[attr-defined]  # a field of choices
        self.fields["deal"].empty_label = _("без сделки")  # type: ignore[attr-defined]
        if self.row is None:
            self.initial.setdefault("ordered_at", timezone.localtime())
        else:
            del self.fields["ordered_at"]

    def clean_ordered_at(self) -> Any:
        return past(self.cleaned_data["ordered_at"])


class SubscriptionForm(EditForm[Subscription]):
    """Create or edit a subscription. Its beginning is a fact in the log and is not edited."""

    amount = MoneyField(label=gettext_lazy("В месяц"))
    currency = CurrencyField()

    class Meta:
        model = Subscription
        fields = ("plan", "started_on", "amount", "currency", "ended_on", "external_id")
        field_classes: ClassVar[dict[str, Any]] = {"started_on": DayField, "ended_on": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is None:
            self.initial.setdefault("started_on", timezone.localdate())
        else:
            del self.fields["started_on"]

    def clean_ended_on(self) -> Any:
        ended = self.cleaned_data["ended_on"]
        started = self.row.started_on if self.row is not None else self.cleaned_data.get("started_on")
        if ended and started and ended < started:
            raise forms.ValidationError(_("Окончание раньше начала."))
        return ended
