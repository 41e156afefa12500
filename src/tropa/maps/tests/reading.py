"""A page of the board as tests read it: elements with their attributes and text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "use", "path", "circle"})


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        parts = [each if isinstance(each, str) else each.text for each in self.children]
        return " ".join("".join(parts).replace("\xa0", " ").split())

    def all(self, css: str = "", name: str = "", **attributes: str) -> "list[Element]":
        """Elements inside of it, in their order: of a class, of a name, with attributes; `_` stands for `-`."""
        found: list[Element] = []
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        for each in self.children:
            if isinstance(each, str):
                continue
            fits = (not css or css in each.classes) and (not name or each.name == name)
            if fits and all(each.attributes.get(key) == value for key, value in wanted.items()):
                found.append(each)
            found += each.all(css, name, **attributes)
        return found

    def one(self, css: str = "", name: str = "", **attributes: str) -> "Element":
        found = self.all(css, name, **attributes)
        assert len(found) == 1, f"{len(found)} of {css or name} {attributes}"
        return found[0]

    def fields(self) -> dict[str, str]:
        """What a form would send."""
        sent = {
            each["name"]: each.attributes.get("value", "")
            for each in self.all(name="input")
            if "name" in each.attributes
            and (each.attributes.get("type") not in ("radio", "checkbox") or "checked" in each.attributes)
        }
        sent |= {each["name"]: "".join(map(str, each.children)) for each in self.all(name="textarea")}
        for each in self.all(name="select"):
            options = each.all(name="option")
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            sent[each["name"]] = chosen[0].attributes.get("value", "")
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {key: value or "" for key, value in attrs}, self._open[-1])
        self._open[-1].children.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {key: value or "" for key, value in attrs}, self._open[-1]))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].name == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(response: Any) -> Element:
    """The page of a response."""
    assert response.status_code == 200, response.status_code
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.root
