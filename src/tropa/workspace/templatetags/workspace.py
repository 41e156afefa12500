"""Template tags of the pages of this room."""

from importlib.metadata import PackageNotFoundError, version

from django import template

register = template.Library()


@register.simple_tag
def tropa_version() -> str:
    """`0.1`: the version that runs, without its last part; empty when the package is not installed."""
    try:
        return ".".join(version("tropa").split(".")[:2])
    except PackageNotFoundError:
        return ""
