"""Rows of maps: what is drawn, by whom it was changed, and what it rests on (docs/adr/0011-map-changes.md)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tropa.customers.models import Account, Contact
from tropa.journeys.models import Journey
from tropa.maps.catalogue import english
from tropa.workspace.models import Member
from tropa.workspace.tenancy import TenantModel


def shown(text: str, is_example: bool) -> str:
    """A text in the language of the page, when nobody edited it since it came with an example."""
    return english().get(text, text) if is_example and get_language() == "en" else text


class Persona(TenantModel):
    """Whom a map is about: a kind of person, never a real one. fields: what the catalogue of persona fields asks for,
    by key: a text, or a list of texts."""

    key = models.SlugField(max_length=80)
    name = models.CharField(_("Имя"), max_length=80)
    position = models.CharField(_("Должность"), max_length=120, blank=True)
    fields = models.JSONField(default=dict)
    is_example = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="persona_key_once")]

    def __str__(self) -> str:
        name, position = (shown(text, self.is_example) for text in (self.name, self.position))
        return f"{name}, {position[:1].lower()}{position[1:]}" if position else name


class JourneyMap(TenantModel):
    """A map of one journey for one persona, or for one account. kind: key of a map type of the catalogue.

    columns: of a day in the life, [{key, label, removed}]; null when the columns are the stages of the journey.
    change_no: number of its last change. purpose, decision: what it is for; asked for before it is published.
    journey_version: number of the journey's version that was serving at the last change, null before there was one.
    origin: the map it is a copy of. example: key of the worked example it was made from; texts that nobody edited are
    shown in both languages.
    """

    class Publication(models.TextChoices):
        DRAFT = "draft", _("Черновик")
        PUBLISHED = "published", _("Опубликована")
        ARCHIVED = "archived", _("В архиве")

    class Confidence(models.TextChoices):
        HYPOTHESIS = "hypothesis", _("Гипотеза")
        VALIDATED = "validated", _("Подтверждена")

    journey = models.ForeignKey(Journey, models.RESTRICT, related_name="maps", verbose_name=_("Путь"))
    key = models.SlugField(max_length=80)
    name = models.CharField(_("Название"), max_length=160)
    kind = models.CharField(_("Вид карты"), max_length=40)
    persona = models.ForeignKey(Persona, models.RESTRICT, null=True, blank=True, related_name="maps")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="maps")
    columns = models.JSONField(null=True, blank=True)
    purpose = models.CharField(_("Зачем карта"), max_length=300, blank=True)
    decision = models.CharField(_("Какое решение она поможет принять"), max_length=300, blank=True)
    publication = models.CharField(max_length=10, choices=Publication.choices, default=Publication.DRAFT)
    confidence = models.CharField(max_length=10, choices=Confidence.choices, default=Confidence.HYPOTHESIS)
    reviewed_at = models.DateTimeField()
    journey_version = models.PositiveIntegerField(null=True)
    origin = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    example = models.CharField(max_length=80, blank=True)
    change_no = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-changed_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "key"], name="map_key_once"),
            models.CheckConstraint(
                condition=models.Q(persona=None) ^ models.Q(account=None), name="map_of_one_persona_or_account"
            ),
        ]

    def __str__(self) -> str:
        return shown(self.name, bool(self.example))


class Lane(TenantModel):
    """A lane of a map. key: of the catalogue of lanes, or its own. label: empty: as the catalogue says."""

    map = models.ForeignKey(JourneyMap, models.CASCADE, related_name="lanes")
    key = models.SlugField(max_length=60)
    label = models.CharField(max_length=120, blank=True)
    value_type = models.CharField(max_length=20)
    position = models.FloatField()
    is_hidden = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["map", "key"], name="lane_once")]

    def __str__(self) -> str:
        return self.label or self.key


class Card(TenantModel):
    """What stands in a cell; in the lane of emotions, a point of the curve. column: key of a stage, or the key of a
    time column. position: order in the cell.

    touch_type: the type whose touches the card counts, empty without. emotion: -2 to 2, offset: 0 to 100 across the
    column; both null but for points. severity: 0 unknown, 1 to 3. member, role: who answers for it on our side, a
    member or only a role. contact: who does so at the client. needs_confirmation: it was changed after its sources were
    read; until somebody confirms them they count for nothing. is_removed: taken out; «Вернуть» brings it back.
    """

    map = models.ForeignKey(JourneyMap, models.CASCADE, related_name="cards")
    lane = models.SlugField(max_length=60)
    column = models.CharField(max_length=80)
    position = models.FloatField()
    text = models.CharField(_("Текст"), max_length=300)
    details = models.TextField(_("Подробности"), max_length=4000, blank=True)
    touch_type = models.CharField(max_length=80, blank=True)
    emotion = models.FloatField(null=True, blank=True)
    offset = models.FloatField(null=True, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.CharField(_("Роль"), max_length=80, blank=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    needs_confirmation = models.BooleanField(default=False)
    is_removed = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        indexes: ClassVar = [models.Index(fields=["map", "lane", "column"], name="card_in_cell")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(emotion=None) | models.Q(emotion__gte=-2, emotion__lte=2), name="emotion_on_scale"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Evidence(TenantModel):
    """What a card rests on. A client's own word makes it told, a figure of the log makes it measured, a source that
    contradicts makes it contradicted; an internal opinion proves nothing."""

    class Kind(models.TextChoices):
        INTERVIEW = "interview", _("Интервью")
        SURVEY = "survey", _("Опрос")
        CALL = "call", _("Звонок или встреча")
        SUPPORT = "support", _("Обращение в поддержку")
        DATA = "data", _("Данные")
        OPINION = "opinion", _("Мнение команды")

    card = models.ForeignKey(Card, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("Источник"), max_length=10, choices=Kind.choices)
    quote = models.CharField(_("Цитата или вывод"), max_length=600)
    source = models.CharField(_("Кто и когда"), max_length=200, blank=True)
    on_date = models.DateField(_("Дата"), null=True, blank=True)
    contradicts = models.BooleanField(_("Спорит с карточкой"), default=False)
    is_removed = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["id"]


class MapChange(TenantModel):
    """One change of a map, in the order that the server decided. kind: `card`, `lane`, `evidence`, `map`; target: the
    id of the row. before, after: the fields that changed; before null: it was added. by: null when nobody edited the
    board: the rows a map starts with, a new version of its journey. undoes: the change it takes back.

    overwritten: what others wrote into the same fields since the editor looked; of a change that was just made.
    """

    map = models.ForeignKey(JourneyMap, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    target = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")
    overwritten: Mapping[str, Any] = MappingProxyType({})

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["map", "number"], name="map_change_once")]


class MapVersion(TenantModel):
    """A named place in the changes of a map. journey_version: number of the journey's version then."""

    map = models.ForeignKey(JourneyMap, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    change_no = models.PositiveIntegerField()
    name = models.CharField(_("Название"), max_length=160, blank=True)
    note = models.CharField(_("Что изменилось"), max_length=300, blank=True)
    journey_version = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["map", "number"], name="map_version_once")]
