"""SVG as escaped text. Geometry goes into attributes, colours into classes: the page's policy forbids style=."""

from collections.abc import Iterable

from markupsafe import Markup, escape

Value = str | float | None


def element(tag: str, /, *children: Markup, **attributes: Value) -> Markup:
    """One element; class_ is class, an underscore inside a name is a hyphen, None leaves the attribute out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    # Put together as plain text: a page has thousands of elements, and Markup.format takes most of its time.
    return Markup(f"<{tag}{written}>{''.join(map(escape, children))}</{tag}>")  # every part is escaped


def _attribute(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else plain(value)


def text(said: str) -> Markup:
    """Text inside an element, escaped."""
    return escape(said)


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def plain(value: Value) -> str:
    """A coordinate without trailing zeros, other values as they are."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def path(*parts: str | float) -> str:
    """The d of a path: letters as they are, coordinates in pairs or alone as numbers."""
    return " ".join(plain(part) for part in parts)


def share(fraction: float) -> str:
    """A fraction of the width as an attribute: charts stretch, their text does not."""
    return f"{plain(min(1.0, max(0.0, fraction)) * 100)}%"


def tip(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """The content of a tooltip: lines of name, tab, value. The script builds text nodes from it, never markup."""
    return "\n".join([_one_line(title), *(f"{_one_line(name)}\t{_one_line(value)}" for name, value in rows)])


def _one_line(text: str) -> str:
    return " ".join(text.split())
