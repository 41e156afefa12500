"""`{% cell_html %}`: a cell of a board."""

from typing import Any

from django import template

from tropa.maps import drawing
from tropa.maps.drawing import Frame

register = template.Library()


@register.simple_tag(takes_context=True)
def cell_html(context: Any, *, swap: bool = False) -> str:
    """The `cell` of the context, in its `lane` of the `board`. swap: to be put in its place."""
    return drawing.cell(context["cell"], Frame.of(context["lane"], may_edit=context["board"].may_edit, swap=swap))
