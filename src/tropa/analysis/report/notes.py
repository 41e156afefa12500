"""What was found in the data, how the log was read, what the words of the report mean."""

from dataclasses import dataclass

from tropa.analysis.report.document import FindingDoc, SourceDoc
from tropa.analysis.report.subject import Subject, clean

MOST_EXAMPLES, MOST_FINDINGS, MOST_COLUMNS = 5, 30, 20
TERMS = ("mature", "to_date", "estimate", "interval", "median", "tail", "loss", "severity")
PROCESS_TERMS = ("visit", "median", "interval", "tail", "share")
OPTIONS = {
    "encoding": "--encoding",
    "delimiter": "--delimiter",
    "decimal": "--decimal",
    "date_format": "--date-format",
    "timezone": "--timezone",
    "columns": "--columns",
}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Note:
    title: str
    count: str
    done: str
    examples: list[str]
    more: str


@dataclass(frozen=True, slots=True)
class Fact:
    """guessed: the option that overrides the guess, or nothing when the value was given."""

    name: str
    value: str
    guessed: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    text: str


def quality(subject: Subject) -> list[Note]:
    """Each finding with its number, a few examples and what was done about it."""
    return [_note(subject, finding) for finding in subject.document["quality"][:MOST_FINDINGS]]


def _note(subject: Subject, finding: FindingDoc) -> Note:
    words, code = subject.words, finding["code"]
    known = words.has(f"quality.{code}")
    title = words(f"quality.{code}") if known else clean(code)
    done = words(f"quality.{code}.done") if words.has(f"quality.{code}.done") else words("quality.other.done")
    examples = [clean(example) for example in finding["examples"][:MOST_EXAMPLES]]
    hidden = finding["count"] - len(examples)
    more = words("more", n=words.number(hidden)) if examples and hidden > 0 else ""
    return Note(title, words.number(finding["count"]), done, examples, more)


def quality_conclusion(subject: Subject) -> str:
    words, source = subject.words, subject.document["source"]
    said = [words("quality.read", n=words.count(source["rows_read"], "row"))]
    if source["rows_rejected"]:
        said.append(words("quality.rejected", n=words.count(source["rows_rejected"], "row")))
        if source["rejects_file"]:
            said.append(words("quality.rejects_file", file=clean(source["rejects_file"])))
    if not subject.document["quality"] and not source["rows_rejected"]:
        said.append(words("quality.clean"))
    return " ".join(said)


def reading(subject: Subject) -> list[Fact]:
    """How the log was read; a guessed value names the option that overrides it."""
    words, source = subject.words, subject.document["source"]
    packed = words("source.compressed") if source["compressed"] else ""
    facts = [
        Fact(words("source.path"), clean(source["path"])),
        Fact(words("source.format"), f"{source['format'].upper()}{packed}"),
        *_optional(subject, source),
        _fact(subject, "timezone", source["timezone"]),
    ]
    columns = list(source["columns"].items())[:MOST_COLUMNS]
    mapped = ", ".join(f"{_role(subject, role)} = {clean(str(column))}" for role, column in columns)
    return [*facts, _fact(subject, "columns", mapped)] if mapped else facts


def _role(subject: Subject, role: str) -> str:
    key = f"role.{role}"
    return subject.words(key) if subject.words.has(key) else clean(role)


def _optional(subject: Subject, source: SourceDoc) -> list[Fact]:
    words, delimiter = subject.words, source["delimiter"]
    named = words(f"delimiter.{DELIMITERS[delimiter]}") if delimiter in DELIMITERS else delimiter
    decimal = words(f"decimal.{DELIMITERS[source['decimal']]}") if source["decimal"] == "," else source["decimal"]
    point = words("decimal.point") if decimal == "." else decimal
    given = (
        ("encoding", source["encoding"]),
        ("delimiter", named),
        ("decimal", point),
        ("date_format", source["date_format"]),
    )
    return [_fact(subject, key, value) for key, value in given if value]


def _fact(subject: Subject, key: str, value: str) -> Fact:
    guessed = key in subject.document["source"]["guessed"]
    return Fact(subject.words(f"source.{key}"), clean(value), OPTIONS[key] if guessed else "")


def terms(subject: Subject) -> list[Term]:
    """Two sentences for each word the figures above rest on."""
    keys = TERMS if subject.has_journey else PROCESS_TERMS
    return [Term(subject.words(f"term.{key}"), subject.words(f"term.{key}.text")) for key in keys]
