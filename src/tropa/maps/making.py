"""Making maps: of a type, from a worked example, as a copy. What a map starts with is in its log like every change."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tropa.customers.models import Account
from tropa.facts.models import TouchType
from tropa.journeys.keys import key_of
from tropa.journeys.models import Journey
from tropa.maps import catalogue, log, rows
from tropa.maps.domain import MAP, STEP
from tropa.maps.models import Card, Evidence, JourneyMap, Lane, MapChange, Persona
from tropa.maps.personas import example_persona
from tropa.web import typography
from tropa.workspace import audit
from tropa.workspace.models import Member, Workspace

# Where the points of an example stand across a stage, by how many there are.
ACROSS: Final[Mapping[int, Sequence[float]]] = {1: (50,), 2: (27, 75), 3: (16, 50, 84)}


@transaction.atomic
def create(
    *,
    workspace: Workspace,
    by: Member | None,
    journey: Journey,
    kind: str,
    name: str,
    at: datetime,
    persona: Persona | None = None,
    account: Account | None = None,
    key: str = "",
    **fields: Any,
) -> JourneyMap:
    """An empty map of a type with its lanes, for one persona or one account. Raises KeyError for an unknown type."""
    type_ = catalogue.map_types()[kind]
    serving = journey.serving
    made = JourneyMap.objects.create(
        workspace=workspace,
        journey=journey,
        key=_free_key(workspace, key or name),
        name=name,
        kind=kind,
        persona=persona,
        account=account,
        columns=_times(type_),
        journey_version=serving.number if serving else None,
        reviewed_at=at,
        changed_at=at,
        created_by=by,
        **fields,
    )
    _begin(made, at)
    shipped = [catalogue.lanes()[lane] for lane in _in_order(type_)]
    log.add(made, [_lane(made, lane, place) for place, lane in enumerate(shipped, 1)], by=None, at=at)
    audit.record(
        workspace=workspace, actor=None if by is None else by.user, action="map.created", target=f"maps.map:{made.pk}"
    )
    return made


@transaction.atomic
def create_from_example(
    *, workspace: Workspace, key: str, journey: Journey, by: Member | None, at: datetime
) -> JourneyMap:
    """A worked example on a journey that has its stages: its persona, its cards, its curve. Touchpoints are bound to
    their touch types, so they are measured. Raises KeyError for an unknown example."""
    example = catalogue.example_maps()[key]
    made = create(
        workspace=workspace,
        by=by,
        journey=journey,
        kind=example["map_type"],
        name=example["label"]["ru"],
        persona=example_persona(workspace, example["persona"]),
        key=key,
        example=key,
        at=at,
    )
    labels = dict(TouchType.objects.of(workspace).values_list("key", "label_ru"))
    cards = [
        Card(workspace=workspace, map=made, column=column["stage"], position=place * STEP, **fields)
        for column in example["columns"]
        for lane in _example_lanes(column, labels)
        for place, fields in enumerate(lane, 1)
    ]
    log.add(made, cards, by=None, at=at)
    return made


@transaction.atomic
def copy(
    *,
    map: JourneyMap,
    by: Member | None,
    name: str,
    at: datetime,
    kind: str = "",
    persona: Persona | None = None,
    account: Account | None = None,
    **fields: Any,
) -> JourneyMap:
    """The map again, for another persona or as another type; then lanes that the type does not have stay behind. What
    a card rests on comes along, unless the copy is for somebody else: that they said it is yet to be heard."""
    same = persona is None and account is None
    made = create(
        workspace=map.workspace,
        by=by,
        journey=map.journey,
        kind=kind or map.kind,
        name=name,
        persona=map.persona if same else persona,
        account=map.account if same else account,
        origin=map,
        example=map.example,
        purpose=map.purpose,
        decision=map.decision,
        at=at,
        **fields,
    )
    if made.columns is not None:
        log.change(made, made, {"columns": map.columns or made.columns}, by=None, at=at)
    present = set(made.lanes.values_list("key", flat=True))
    _copy_names(map, made, with_order=not kind, at=at)
    if not kind:
        own = [lane for lane in map.lanes.all() if lane.key not in present]
        log.add(made, [_again(lane, map=made) for lane in own], by=None, at=at)
        present |= {lane.key for lane in own}
    _copy_cards(map, made, present, with_evidence=same and not kind, at=at)
    return made


def _example_lanes(column: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
    """Cards of one stage, lane by lane."""
    points = column["emotions"]
    yield [{"lane": "customer_actions", "text": text} for text in column["customer_actions"]["ru"]]
    yield [
        {"lane": "touchpoints", "text": labels.get(type_, type_), "touch_type": type_}
        for type_ in column["touchpoints"]
    ]
    yield [
        {"lane": "emotions", "text": catalogue.emotions()[point["key"]].label.ru, "emotion": float(point["value"]),
         "offset": float(offset)}
        for point, offset in zip(points, ACROSS[len(points)], strict=True)
    ]  # fmt: skip
    yield [{"lane": "thoughts", "text": point["thought"]["ru"]} for point in points if "thought" in point]
    yield [{"lane": "pains", "text": text} for text in column["pains"]["ru"]]
    yield [{"lane": "opportunities", "text": column["insight"]["ru"]}] if "insight" in column else []


def _copy_names(source: JourneyMap, made: JourneyMap, *, with_order: bool, at: datetime) -> None:
    """Lanes are called, and stand, as they do on the map that was copied."""
    originals = {lane.key: lane for lane in source.lanes.all()}
    for lane in made.lanes.all():
        if lane.key in originals:
            old = originals[lane.key]
            wanted = {"label": old.label} | ({"position": old.position} if with_order else {})
            log.change(made, lane, wanted, by=None, at=at)


def _copy_cards(source: JourneyMap, made: JourneyMap, lanes: set[str], *, with_evidence: bool, at: datetime) -> None:
    of_source = Card.objects.filter(map=source, is_removed=False, lane__in=lanes).order_by("pk")
    originals = list(of_source)
    log.add(made, [_again(card, map=made) for card in originals], by=None, at=at)
    if not with_evidence:
        return
    # Rows were added in the order of their originals, and got their ids in that order.
    copies = Card.objects.filter(map=made).order_by("pk").values_list("pk", flat=True)
    twin = dict(zip((card.pk for card in originals), copies, strict=True))
    evidence = Evidence.objects.filter(card__in=twin, is_removed=False).order_by("pk")
    log.add(made, [_again(each, card_id=twin[each.card_id]) for each in evidence], by=None, at=at)


def _again(row: Any, **changes: Any) -> Any:
    fields = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    if "map" in changes:
        fields.pop("map_id")
    return type(row)(**{**fields, **changes})


def _in_order(type_: catalogue.MapType) -> Sequence[str]:
    """Lanes as they stand on the board: by what they are about, but for a blueprint, whose order is its meaning."""
    if type_.dividers:
        return type_.lanes
    order = [lane for lanes in catalogue.GROUPS.values() for lane in lanes]
    return sorted(type_.lanes, key=order.index)


def _begin(map_: JourneyMap, at: datetime) -> None:
    MapChange.objects.create(
        workspace_id=map_.workspace_id, map=map_, number=1, kind=MAP, target=map_.pk, before=None,
        after=rows.plain(map_), by=None, at=at,
    )  # fmt: skip
    map_.change_no = 1
    map_.save(update_fields=["change_no"])


def _lane(map_: JourneyMap, lane: catalogue.LaneKind, place: int) -> Lane:
    # Nothing fills these yet but the live header, which stands above all lanes.
    hidden = lane.value_type in catalogue.DERIVED_LANES and lane.value_type != "evidence_refs"
    return Lane(
        workspace_id=map_.workspace_id, map=map_, key=lane.key, value_type=lane.value_type, position=place,
        is_hidden=hidden,
    )  # fmt: skip


def _times(type_: catalogue.MapType) -> list[dict[str, str]] | None:
    if type_.has_stages:
        return None
    language = typography.language()
    return [{"key": str(number), "label": each.in_(language)} for number, each in enumerate(type_.default_columns, 1)]


def _free_key(workspace: Workspace, wanted: str) -> str:
    taken = JourneyMap.objects.of(workspace).values_list("key", flat=True)
    return key_of(wanted, set(taken), otherwise="map")
