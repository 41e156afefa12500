"""YAML as journeys are written in: plain mappings, lists, texts, numbers, true and false, each with its line.

Narrower than YAML 1.1 on purpose: `no`, `on` and dates stay texts, there are no anchors and no tags, so a file means
what it looks like and cannot grow when it is read.
"""

import re
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tropa.analysis.problem import InputError, KeyPath, Problems

MOST_BYTES = 1_000_000

_WHOLE = re.compile("[-+]?[0-9]{1,18}")
_DECIMAL = re.compile("[-+]?([0-9]*[.][0-9]+|[0-9]+[.]?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}
_PLAIN_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")


@dataclass(slots=True)
class Document:
    """The data of a YAML text and the line (from 1) of every place in it."""

    data: object = None
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int | None:
        """The line of a place, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def decode(content: bytes, name: str) -> str:
    """The text of a file. Raises InputError `journey_too_large`, `bad_yaml` when it is not UTF-8."""
    if len(content) > MOST_BYTES:
        raise _too_large(name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            "bad_yaml",
            ru=f"{name}:{line}: файл не в UTF-8; сохраните его в кодировке UTF-8",
            en=f"{name}:{line}: the file is not UTF-8; save it as UTF-8",
        ) from error


def load(text: str, name: str, problems: Problems) -> Document:
    """Read a text; duplicate keys, anchors and tags become problems.

    Raises InputError `bad_yaml` when it is no YAML at all, `journey_too_large` above 1 MB.
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise _too_large(name)
    document = Document()
    try:
        top = _Loader(text).get_single_node()
        document.data = _Builder(document, problems).value(top, ()) if top is not None else None
    except _Alias as error:
        where = _at(name, error)
        raise InputError(
            "bad_yaml",
            ru=f"{where}: якоря и ссылки YAML (& и *) здесь не используются; повторите значение",
            en=f"{where}: YAML anchors and aliases (& and *) are not used here; repeat the value",
        ) from error
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(name, error) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(
            "bad_yaml",
            ru=f"{name}: файл не читается как YAML (недопустимые знаки или слишком глубокая вложенность)",
            en=f"{name}: not readable as YAML (forbidden characters or nested too deeply)",
        ) from error
    return document


def _too_large(name: str) -> InputError:
    return InputError(
        "journey_too_large",
        ru=f"{name}: файл больше {MOST_BYTES:,} байт; описание пути занимает несколько килобайт, проверьте имя файла",
        en=f"{name}: larger than {MOST_BYTES:,} bytes; a journey takes a few kilobytes, check the name of the file",
    )


class _Alias(yaml.MarkedYAMLError):
    """An alias (*name) in the text."""


class _Loader(yaml.BaseLoader):
    """Composes nodes; refuses aliases, with which a small file can grow without bound."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # untyped in types-PyYAML
            raise _Alias(problem_mark=event.start_mark)
        return super().compose_node(parent, index)


class _Builder:
    """From nodes to plain data, noting lines."""

    def __init__(self, document: Document, problems: Problems) -> None:
        self.lines = document.lines
        self.problems = problems

    def value(self, node: Node, path: KeyPath) -> object:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node.tag not in _PLAIN_TAGS:
            self.problems.add(
                path, ru=f"метки YAML не нужны: {node.tag}", en=f"YAML tags are not used here: {node.tag}"
            )
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, at)) for at, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: KeyPath) -> dict[str, object]:
        built: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.problems.add(path, ru="ключ должен быть текстом", en="a key must be a text")
                continue
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in built:
                first = self.lines[(*path, key)]
                self.lines[(*path, key)] = line
                self.problems.add(
                    (*path, key), ru=f"ключ уже был в строке {first}", en=f"the key was already given in line {first}"
                )
            self.lines[(*path, key)] = line
            built[key] = self.value(value_node, (*path, key))
        return built


def _scalar(node: Node) -> object:
    text = str(node.value)
    if not isinstance(node, ScalarNode) or node.style is not None:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _no_yaml(name: str, error: yaml.MarkedYAMLError) -> InputError:
    where, what = _at(name, error), error.problem or error.context or "?"
    return InputError(
        "bad_yaml",
        ru=f"{where}: файл не читается как YAML ({what}); проверьте отступы, двоеточия и кавычки рядом с этим местом",
        en=f"{where}: not readable as YAML ({what}); check indentation, colons and quotes around this place",
    )


def _at(name: str, error: yaml.MarkedYAMLError) -> str:
    """`journey.yaml:12:5`, line and column counted from 1."""
    mark = error.problem_mark or error.context_mark
    return name if mark is None else f"{name}:{mark.line + 1}:{mark.column + 1}"
