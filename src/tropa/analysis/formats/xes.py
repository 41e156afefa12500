"""XES: events of traces, read as a stream; entities and external references are refused."""

from collections.abc import Iterator
from typing import Any
from xml.sax import SAXParseException

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from tropa.analysis.formats import limits
from tropa.analysis.formats.container import Opened
from tropa.analysis.formats.objects import Numbered, Objects, Record
from tropa.analysis.problem import InputError

BLOCK_BYTES = limits.MIB

CASE_NAME = "case:concept:name"
ACTIVITY, STAMP, TRANSITION, INSTANCE = "concept:name", "time:timestamp", "lifecycle:transition", "concept:instance"
# The moment of the "complete" event that was joined to its "start".
COMPLETED = "time:timestamp (complete)"
_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})


class XesEvents(Objects):
    """The events of an XES log. Attributes of a trace are columns `case:<name>`."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        super().__init__()

    def objects(self) -> Iterator[Numbered]:
        reader = _Reader()
        parser = _Parser(reader)
        with self._opened.stream() as stream:
            while block := stream.read(BLOCK_BYTES):
                self._feed(parser, reader, block)
                yield from reader.take()
            self._feed(parser, reader, None)
            yield from reader.take(all_of_them=True)

    def _feed(self, parser: Any, reader: "_Reader", block: bytes | None) -> None:
        try:
            parser.feed(block) if block is not None else parser.close()
        except DefusedXmlException as error:
            raise self._unsafe(parser.getLineNumber(), str(error)) from error
        except (SAXParseException, ValueError) as error:
            raise self._broken(error, parser.getLineNumber()) from error
        reader.check_progress(block, self._opened.name, parser.getLineNumber())

    def _broken(self, error: Exception, line: int) -> InputError:
        what = error.getMessage() if isinstance(error, SAXParseException) else str(error)
        return InputError(
            "bad_xml",
            ru=f"{self._opened.name}, строка {line}: XML повреждён ({what}). Выгрузите журнал XES заново.",
            en=f"{self._opened.name}, line {line}: the XML is broken ({what}). Export the XES log again.",
        )

    def _unsafe(self, line: int, what: str) -> InputError:
        return InputError(
            "unsafe_xml",
            ru=f"{self._opened.name}, строка {line}: XML объявляет сущности или внешние ссылки ({what}), "
            "такие файлы не читаются. Выгрузите журнал без DTD.",
            en=f"{self._opened.name}, line {line}: the XML declares entities or external references ({what}), "
            "which are not read. Export the log without a DTD.",
        )


class _Parser(DefusedExpatParser):
    """The guarded parser of defusedxml, calling the reader without the detour over SAX (twice as fast)."""

    _parser: Any

    def __init__(self, reader: "_Reader") -> None:
        super().__init__(forbid_dtd=False, forbid_entities=True, forbid_external=True)
        self._reader = reader

    def reset(self) -> None:
        super().reset()
        self._parser.StartElementHandler = self._reader.start
        self._parser.EndElementHandler = self._reader.end
        self._parser.CharacterDataHandler = None
        self._reader.parser = self._parser


class _Reader:
    """Collects finished events; joins the start and the complete event of an activity inside its trace."""

    def __init__(self) -> None:
        self.parser: Any = None
        self._depth = 0
        # Where attributes go: the dictionary, the prefix of their names and the depth at which they are direct.
        self._owner: Record = {}
        self._prefix = ""
        self._owner_depth = -1
        self._trace: Record = {}
        self._trace_number = 0
        self._event_line = 0
        self._done: list[Numbered] = []
        self._ready = 0
        self._open_starts: dict[tuple[str | None, str | None], list[Record]] = {}
        self._seen = False
        self._silent_bytes = 0

    def take(self, *, all_of_them: bool = False) -> list[Numbered]:
        """Events whose trace is complete; of an endless trace also those that wait for their end."""
        if all_of_them or len(self._done) - self._ready > limits.CASE_MOST_PAIRED:
            self._open_starts.clear()
            self._ready = len(self._done)
        taken, self._done, self._ready = self._done[: self._ready], self._done[self._ready :], 0
        return taken

    def check_progress(self, block: bytes | None, file: str, line: int) -> None:
        """Refuse one token longer than LONGEST_LINE_BYTES: the parser would hold all of it."""
        self._silent_bytes = 0 if self._seen or block is None else self._silent_bytes + len(block)
        self._seen = False
        if self._silent_bytes > limits.LONGEST_LINE_BYTES:
            raise InputError(
                "long_line",
                ru=f"{file}, строка {line}: один элемент XML длиннее {limits.LONGEST_LINE_BYTES // 1_000_000} МБ. "
                "Проверьте, что это журнал XES.",
                en=f"{file}, line {line}: one piece of XML is longer than {limits.LONGEST_LINE_BYTES // 1_000_000} MB. "
                "Check that this is an XES log.",
            )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._seen = True
        depth, self._depth = self._depth, self._depth + 1
        tag = tag.rpartition(":")[2]
        if tag in _ATTRIBUTES:
            key = attributes.get("key")
            if depth == self._owner_depth and key is not None:
                self._owner[self._prefix + key] = attributes.get("value")
        elif tag == "event" and (self._prefix or depth == 1):
            self._event_line = self.parser.CurrentLineNumber
            self._own({}, "", depth + 1)
        elif tag == "trace" and depth == 1:
            self._trace_number += 1
            self._trace = {CASE_NAME: str(self._trace_number)}
            self._own(self._trace, "case:", depth + 1)
        if (depth == 0 and tag != "log") or depth > limits.XML_DEEPEST:
            raise ValueError(f"unexpected element <{tag[:40]}>")

    def end(self, tag: str) -> None:
        self._seen = True
        self._depth -= 1
        if self._depth != self._owner_depth - 1:
            return
        if self._prefix:
            self._open_starts.clear()
            self._ready, self._trace = len(self._done), {}
            self._own({}, "", -1)
        else:
            self._finish_event(self._trace | self._owner)
            # An event may also stand outside of a trace, directly in the log: it has no case.
            self._own(self._trace, "case:" if self._trace else "", self._depth if self._trace else -1)

    def _own(self, owner: Record, prefix: str, depth: int) -> None:
        self._owner, self._prefix, self._owner_depth = owner, prefix, depth

    def _finish_event(self, event: Record) -> None:
        if event.get(TRANSITION) is None or not self._is_joined(event):
            self._done.append((self._event_line, event))

    def _is_joined(self, event: Record) -> bool:
        """Whether a complete event found its start; a start is remembered until then."""
        kind, key = str(event[TRANSITION]).lower(), (event.get(ACTIVITY), event.get(INSTANCE))
        if kind == "start":
            self._open_starts.setdefault(key, []).append(event)
        waiting = self._open_starts.get(key) if kind == "complete" else None
        if not waiting:
            return False
        waiting.pop(0)[COMPLETED] = event.get(STAMP)
        return True
