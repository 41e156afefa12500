"""Figures of the trips that somebody chose, over arrays that lie in memory: what a page asks again and again with other
filters. The same figures as `funnel`, `dwell`, `losses` and `paths` give, which ask the engine.

    rows      trips, their visits and stays as columns; narrowed to some cases, or to a period of entry
    groups    which rows a count is of: the same mask counts a figure and lists who is behind it
    counting  the figures
"""

from tropa.analysis.chosen.rows import Chosen, chosen, everybody

__all__ = ["Chosen", "chosen", "everybody"]
