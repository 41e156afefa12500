"""Forms of workspaces, members, keys and one's own profile."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tropa.workspace.domain import reports_up_to
from tropa.workspace.models import ApiKey, Invitation, Member, Role, User, Workspace

CURRENCIES = ("RUB", "BYN", "KZT", "UZS", "USD", "EUR", "CNY")
# The zones of the country first, by a city that people know; the rest as the database of zones has them.
NEAR_ZONES = {
    "Europe/Kaliningrad": _("Калининград (UTC+2)"),
    "Europe/Moscow": _("Москва (UTC+3)"),
    "Europe/Samara": _("Самара (UTC+4)"),
    "Asia/Yekaterinburg": _("Екатеринбург (UTC+5)"),
    "Asia/Omsk": _("Омск (UTC+6)"),
    "Asia/Krasnoyarsk": _("Красноярск (UTC+7)"),
    "Asia/Irkutsk": _("Иркутск (UTC+8)"),
    "Asia/Yakutsk": _("Якутск (UTC+9)"),
    "Asia/Vladivostok": _("Владивосток (UTC+10)"),
    "Asia/Magadan": _("Магадан (UTC+11)"),
    "Asia/Kamchatka": _("Камчатка (UTC+12)"),
    "UTC": "UTC",
}


def zone_choices() -> list[tuple[Any, Any]]:
    """Time zones in two groups."""
    rest = sorted(zone for zone in available_timezones() - set(NEAR_ZONES) if "/" in zone and "Etc" not in zone)
    return [(_("Россия"), list(NEAR_ZONES.items())), (_("Остальные"), [(zone, zone) for zone in rest])]


class WorkspaceForm(forms.ModelForm[Workspace]):
    timezone = forms.ChoiceField(
        label=_("Часовой пояс"),
        choices=zone_choices,
        help_text=_("По нему начинаются сутки в отчётах"),
    )
    currency = forms.ChoiceField(label=_("Валюта"), choices=[(code, code) for code in CURRENCIES])

    class Meta:
        model = Workspace
        fields: ClassVar = ["name", "timezone", "currency"]


class WorkspaceSettingsForm(WorkspaceForm):
    class Meta(WorkspaceForm.Meta):
        fields: ClassVar = [*WorkspaceForm.Meta.fields, "requires_second_factor"]
        help_texts: ClassVar = {
            "requires_second_factor": _("У кого второй шаг не включён, тот сначала включит его, потом войдёт сюда")
        }


def _no_blank(field: forms.Field, of: type[TextChoices]) -> None:
    """Offer the choices alone: one of them has to be made."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = of.choices


class SuperiorField(forms.ModelChoiceField[Member]):
    def label_from_instance(self, member: Member) -> str:
        name = member.user.get_full_name() or member.user.email
        return f"{member.position} ({name})" if member.position else name


class MemberForm(forms.ModelForm[Member]):
    """Only members of the same workspace can be superiors, and nobody comes to report to themselves."""

    reports_to = SuperiorField(
        label=_("Кому подчиняется"), queryset=Member.objects.none(), empty_label=_("никому"), required=False
    )

    class Meta:
        model = Member
        fields: ClassVar = ["role", "function", "position", "reports_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _no_blank(self.fields["role"], Role)
        field = self.fields["reports_to"]
        assert isinstance(field, forms.ModelChoiceField)
        mates = Member.objects.of(self.instance.workspace_id).filter(is_active=True).exclude(pk=self.instance.pk)
        field.queryset = mates.select_related("user").order_by("position", "user__email")

    def clean_reports_to(self) -> Member | None:
        superior: Member | None = self.cleaned_data["reports_to"]
        pairs = Member.objects.of(self.instance.workspace_id).values_list("pk", "reports_to_id")
        if superior and reports_up_to(self.instance.pk, superior.pk, dict(pairs)):
            raise forms.ValidationError(
                _("%(superior)s уже подчиняется этому участнику, прямо или через других. Выберите кого-то ещё."),
                params={"superior": superior},
            )
        return superior


class InvitationForm(forms.ModelForm[Invitation]):
    class Meta:
        model = Invitation
        fields: ClassVar = ["email", "role", "function"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _no_blank(self.fields["role"], Role)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class KeyForm(forms.ModelForm[ApiKey]):
    class Meta:
        model = ApiKey
        fields: ClassVar = ["name", "scope"]
        help_texts: ClassVar = {"name": _("Где он будет жить, например «Сайт, форма заявки»")}
        widgets: ClassVar = {"scope": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _no_blank(self.fields["scope"], ApiKey.Scope)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if ApiKey.objects.of(self.instance.workspace_id).filter(name=name, revoked_at=None).exists():
            raise forms.ValidationError(_("Ключ с таким названием уже есть. Назовите этот иначе или отзовите тот."))
        return name


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields: ClassVar = ["first_name", "last_name", "language", "theme"]
        labels: ClassVar = {"first_name": _("Имя"), "last_name": _("Фамилия")}


class JoinForm(forms.Form):
    """A new person chooses a password; the address is that of the invitation."""

    first_name = forms.CharField(label=_("Имя"), max_length=150, required=False)
    password = forms.CharField(label=_("Пароль"), strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self._email))
        return password


class AuditFilter(forms.Form):
    """What of the audit trail is shown."""

    action = forms.ChoiceField(label=_("Что произошло"), required=False)
    actor = forms.ChoiceField(label=_("Кто"), required=False)
    since = forms.DateField(label=_("С даты"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("По дату"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, *args: Any, actions: list[tuple[str, str]], actors: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, label, choices in (("action", _("всё"), actions), ("actor", _("все"), actors)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", label), *choices]
