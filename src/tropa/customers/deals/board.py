"""The board: one column for each stage, with its count and sum; columns are shown in pages, so that any number of
deals stays quick."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from tropa.customers import sums
from tropa.customers.models import Deal, Pipeline, PipelineStage

CARDS = 20


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with the first of its deals. more: how many cards there are besides; next: the page they begin at."""

    stage: PipelineStage
    total: sums.Total
    deals: Sequence[Deal]
    more: int
    next: int


def columns(pipeline: Pipeline, rows: "QuerySet[Deal]", *, only: Sequence[int] = ()) -> list[Column]:
    """The columns of a pipeline: two queries, however many deals and stages. only: ids of the stages wanted."""
    stages = [stage for stage in pipeline.stages.all() if not only or stage.pk in only]
    rows = rows.filter(stage__in=[stage.pk for stage in stages])
    of_stage: dict[int, list[Deal]] = defaultdict(list)
    for deal in _first(rows):
        of_stage[deal.stage_id].append(deal)
    worth = sums.deals_by_stage(rows)
    return [_column(stage, worth.get(stage.pk, sums.NOTHING), of_stage[stage.pk]) for stage in stages]


def column_page(stage: PipelineStage, rows: "QuerySet[Deal]", page: int) -> Column:
    """One further page of a column. page: from 1."""
    rows = rows.filter(stage=stage)
    first = (page - 1) * CARDS
    total = sums.deals_by_stage(rows).get(stage.pk, sums.NOTHING)
    deals = list(_newest(rows)[first : first + CARDS])
    return Column(stage, total, deals, max(0, total.count - first - len(deals)), page + 1)


def _column(stage: PipelineStage, total: sums.Total, deals: Sequence[Deal]) -> Column:
    return Column(stage, total, deals, total.count - len(deals), 2)


def _first(rows: "QuerySet[Deal]") -> "QuerySet[Deal]":
    """The first deals of every column, in one query."""
    order = [F("stage_since").desc(), F("pk").desc()]
    placed = rows.annotate(place=Window(RowNumber(), partition_by=[F("stage_id")], order_by=order))
    return _newest(placed.filter(place__lte=CARDS))


def _newest(rows: "QuerySet[Deal]") -> "QuerySet[Deal]":
    return rows.order_by("-stage_since", "-pk")
