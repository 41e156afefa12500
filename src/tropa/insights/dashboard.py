"""The dashboard: every tile told from one set of figures, by key."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tropa.insights.telling import Telling
from tropa.insights.tiles import changes, funnel, headline, losses, paths, time


class Tile(NamedTuple):
    """name: what a file of it is called. build: what its template shows, with `table`; None when it has nothing."""

    name: Any
    build: Callable[[Telling], Any]


TILES: Final[Mapping[str, Tile]] = {
    "headlines": Tile(_("Главные показатели"), headline.headlines),
    "funnel": Tile(_("Воронка по этапам"), funnel.funnel),
    "changes": Tile(pgettext_lazy("tile", "Главное"), changes.changes),
    "time": Tile(_("Время на этапе"), time.time_on_stage),
    "losses": Tile(_("Точки ухода"), losses.losses),
    "reasons": Tile(_("Причины ухода"), losses.reasons),
    "moves": Tile(_("Реальные пути"), paths.moves),
    "paths": Tile(_("Варианты пути"), paths.variants),
}


def tiles(telling: Telling) -> dict[str, Any]:
    """Every tile as its template wants it."""
    return {key: tile.build(telling) for key, tile in TILES.items()}
