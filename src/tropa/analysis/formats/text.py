"""Text of unknown encoding as a stream of UTF-8 pieces with "\\n" line ends, guarded against binary input."""

import codecs
import io
from collections.abc import Iterator
from itertools import pairwise

from charset_normalizer import from_bytes

from tropa.analysis.formats import limits
from tropa.analysis.formats.container import Opened
from tropa.analysis.problem import InputError, did_you_mean

PIECE_BYTES = limits.MIB
COMMON_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866", "koi8-r", "cp1252", "latin-1")
# Their text holds no zero bytes: binary content is reported as such and not as a wrong encoding.
_ONE_BYTE_UNITS = ("utf-8", "cp", "koi8", "iso8859", "ascii", "mac")
_OFTEN_IN_RUSSIAN = frozenset("оеаинтсрвлкмдпуяызьгчбйОЕАИНТСРВЛКМДПУЯЫЗЬГЧБЙ")


class UndecodableError(InputError):
    """Bytes that the encoding does not know; `near` holds them for a second guess."""

    def __init__(self, name: str, encoding: str, line: int, near: bytes) -> None:
        super().__init__(
            "undecodable",
            ru=f"{name}, строка {line}: байты не читаются как {encoding}. "
            f"Укажите кодировку, например --encoding cp1251; часто встречаются: {', '.join(COMMON_ENCODINGS)}.",
            en=f"{name}, line {line}: the bytes are not {encoding}. "
            f"Name the encoding, for example --encoding cp1251; common ones: {', '.join(COMMON_ENCODINGS)}.",
        )
        self.near = near


def checked_encoding(encoding: str) -> str:
    """The codec name as Python knows it; InputError for an unknown one."""
    try:
        known = codecs.lookup(encoding)
        "".encode(known.name)
    except (LookupError, ValueError) as error:
        close = did_you_mean(encoding, COMMON_ENCODINGS)
        raise InputError(
            "unknown_encoding",
            ru=f"Кодировка «{encoding}» неизвестна."
            + (f" Возможно, вы имели в виду {close}." if close else "")
            + f" Часто встречаются: {', '.join(COMMON_ENCODINGS)}.",
            en=f"Unknown encoding {encoding!r}."
            + (f" Did you mean {close}?" if close else "")
            + f" Common ones: {', '.join(COMMON_ENCODINGS)}.",
        ) from error
    return encoding if encoding in COMMON_ENCODINGS else known.name


def guess_encoding(head: bytes) -> str:
    """The likely encoding of text that starts with these bytes."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if wide := _guess_wide(head):
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _guess_eight_bit(head)
    return "utf-8"


def _guess_wide(head: bytes) -> str | None:
    sample = head[:4096]
    zeros_even, zeros_odd = sample[::2].count(0), sample[1::2].count(0)
    if max(zeros_even, zeros_odd) * 4 < len(sample) or (zeros_even and zeros_odd):
        return None
    return "utf-16-be" if zeros_even else "utf-16-le"


def _guess_eight_bit(head: bytes) -> str:
    scores = {encoding: _russian_share(head, encoding) for encoding in ("cp1251", "cp866", "koi8-r")}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > 0.6:
        return best
    match = from_bytes(head[: 64 * limits.KIB], cp_isolation=["cp1251", "cp1252", "cp1250", "cp1253", "cp1254"]).best()
    return match.encoding.replace("_", "-") if match else "cp1252"


def _russian_share(head: bytes, encoding: str) -> float:
    """Letters frequent in Russian among the characters beyond ASCII; capitals inside words count against it."""
    text = head.decode(encoding, errors="replace")
    foreign = [letter for letter in text if letter > "\x7f"]
    swaps = sum(1 for a, b in pairwise(text) if a > "\x7f" and b > "\x7f" and a.islower() and b.isupper())
    frequent = sum(1 for letter in foreign if letter in _OFTEN_IN_RUSSIAN)
    return (frequent - 2 * swaps) / len(foreign) if foreign else 0.0


def pieces(opened: Opened, encoding: str) -> Iterator[str]:
    """The text in pieces of about a MiB, with "\\n" for every kind of line end and without a byte order mark.

    Raises InputError with the line number for bytes outside the encoding, NUL characters and endless lines.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    line, run, first = 1, 0, True
    with opened.stream() as stream:
        while True:
            block = stream.read(PIECE_BYTES)
            if b"\0" in block and codecs.lookup(encoding).name.startswith(_ONE_BYTE_UNITS):
                raise _binary(opened.name, line + block.count(b"\n", 0, block.index(b"\0")))
            piece = _decode(decoder, block, opened.name, encoding, line)
            if first and piece:
                piece, first = piece.removeprefix("\ufeff"), False
            if "\0" in piece:
                raise _binary(opened.name, line + piece.count("\n", 0, piece.index("\0")))
            breaks = piece.count("\n")
            run = len(piece) - piece.rfind("\n") - 1 if breaks else run + len(piece)
            line += breaks
            _refuse_endless(run, opened.name, line)
            if piece:
                yield piece
            if not block:
                return


def _decode(decoder: io.IncrementalNewlineDecoder, block: bytes, name: str, encoding: str, line: int) -> str:
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        before = bytes(error.object[: error.start]).decode(encoding, errors="ignore")
        near = bytes(error.object[max(0, error.start - 2048) : error.start + 64 * limits.KIB])
        raise UndecodableError(name, encoding, line + before.count("\n"), near) from error


def _binary(name: str, line: int) -> InputError:
    return InputError(
        "binary_data",
        ru=f"{name}, строка {line}: нулевой символ. Похоже на двоичный файл или UTF-16 без метки; "
        "проверьте файл или укажите --encoding utf-16.",
        en=f"{name}, line {line}: a NUL character. This looks like a binary file or UTF-16 without a mark; "
        "check the file or give --encoding utf-16.",
    )


def _refuse_endless(run: int, name: str, line: int) -> None:
    if run <= limits.LONGEST_LINE_BYTES:
        return
    raise InputError(
        "long_line",
        ru=f"{name}, строка {line}: строка длиннее {limits.LONGEST_LINE_BYTES // 1_000_000} МБ. "
        "Проверьте, что это таблица с переводами строк.",
        en=f"{name}, line {line}: the line is longer than {limits.LONGEST_LINE_BYTES // 1_000_000} MB. "
        "Check that this is a table with line breaks.",
    )
