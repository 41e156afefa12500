"""What the board posts: the fields of a card, of a source, of a lane. Only the fields that came are changed."""

import unicodedata
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from tropa.customers.models import Affiliation, Contact
from tropa.facts.models import TouchType
from tropa.journeys.forms import NumberField
from tropa.maps.domain import HIGHEST, LOWEST
from tropa.maps.models import Card, Evidence, JourneyMap
from tropa.workspace.models import Member

# Marks that only steer others, and spaces: a card of them alone looks empty.
UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
MOST_ID = 2**63 - 1
MOST_DIGITS = len(str(MOST_ID))


def _is_seen(text: str) -> bool:
    return any(unicodedata.category(each) not in UNSEEN for each in text)


class PostedForm(forms.Form):
    """A form that tells which of its fields were posted."""

    def __init__(self, map_: JourneyMap, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.map = map_

    def posted(self) -> dict[str, Any]:
        """The cleaned values of the fields that came."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}

    def first_error(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)


class CardForm(PostedForm):
    """Fields of a card."""

    text = forms.CharField(required=False, max_length=300)
    details = forms.CharField(required=False, max_length=4000)
    touch_type = forms.CharField(required=False, max_length=80)
    emotion = NumberField(required=False)
    offset = NumberField(required=False)
    severity = forms.IntegerField(required=False, min_value=0, max_value=3)
    member = forms.IntegerField(required=False, min_value=1, max_value=MOST_ID)
    role = forms.CharField(required=False, max_length=80)
    contact = forms.IntegerField(required=False, min_value=1, max_value=MOST_ID)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if "text" in self.data and not _is_seen(text):
            raise forms.ValidationError(_("Напишите текст карточки"))
        return text

    def clean_touch_type(self) -> str:
        key = str(self.cleaned_data["touch_type"])
        if key and not TouchType.objects.of(self.map.workspace).filter(key=key).exists():
            raise forms.ValidationError(_("Такой точки контакта нет в каталоге: {key}").format(key=key))
        return key

    def clean_emotion(self) -> float | None:
        value: float | None = self.cleaned_data["emotion"]
        if value is not None and not LOWEST <= value <= HIGHEST:
            raise forms.ValidationError(_("Эмоция — число от −2 до 2, например 0,5"))
        return value

    def clean_offset(self) -> float | None:
        value: float | None = self.cleaned_data["offset"]
        if value is not None and not 0 <= value <= 100:
            raise forms.ValidationError(_("Место точки на этапе — число от 0 до 100"))
        return value

    def clean_severity(self) -> int:
        return self.cleaned_data["severity"] or 0

    def clean_member(self) -> int | None:
        pk: int | None = self.cleaned_data["member"]
        if pk and not Member.objects.of(self.map.workspace).filter(pk=pk).exists():
            raise forms.ValidationError(_("Такого участника в пространстве нет"))
        return pk

    def clean_contact(self) -> int | None:
        """Of a map of one account, its own people only; whoever stands on the card already may stay."""
        pk: int | None = self.cleaned_data["contact"]
        if pk and not self._is_offered(pk):
            raise forms.ValidationError(_("Выберите контакт этой компании"))
        return pk

    def _is_offered(self, pk: int) -> bool:
        if self.map.account_id is None:
            return Contact.objects.of(self.map.workspace).filter(pk=pk).exists()
        works_there = Affiliation.objects.of(self.map.workspace).filter(
            account=self.map.account_id, until=None, contact=pk
        )
        return works_there.exists() or Card.objects.filter(map=self.map, contact=pk).exists()

    def fields_of_card(self) -> dict[str, Any]:
        """The posted fields as the card has them."""
        names = {"member": "member_id", "contact": "contact_id"}
        return {names.get(name, name): value for name, value in self.posted().items()}


class EvidenceForm(PostedForm):
    """Fields of a source."""

    kind = forms.ChoiceField(choices=Evidence.Kind.choices, error_messages={"required": "", "invalid_choice": ""})
    quote = forms.CharField(max_length=600)
    source = forms.CharField(required=False, max_length=200)
    on_date = forms.DateField(required=False)
    contradicts = forms.BooleanField(required=False)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ", ".join(str(label) for label in Evidence.Kind.labels)
        self.fields["kind"].error_messages |= dict.fromkeys(
            ("required", "invalid_choice"), _("Выберите, что это за источник: {kinds}").format(kinds=kinds)
        )
        self.fields["quote"].error_messages["required"] = _("Напишите, что сказал клиент или что показали данные")
        for name in ("kind", "quote"):
            self.fields[name].required = is_new or name in self.data

    def changes(self) -> dict[str, Any]:
        """The posted fields; a box that is not ticked does not come, so `has_contradicts` tells that it was there."""
        found = self.posted()
        if "has_contradicts" in self.data:
            found["contradicts"] = self.cleaned_data["contradicts"]
        return found


class LaneForm(PostedForm):
    """Fields of a lane."""

    label = forms.CharField(required=False, max_length=120)
    is_hidden = forms.TypedChoiceField(
        choices=(("0", "0"), ("1", "1")), coerce=lambda text: text == "1", required=False
    )

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"])
        if "label" in self.data and not _is_seen(label):
            raise forms.ValidationError(_("Назовите дорожку: без названия её на карте не найти"))
        return label
