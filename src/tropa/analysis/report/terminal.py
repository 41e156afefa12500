"""The summary that a person reads in the terminal."""

from collections.abc import Sequence
from itertools import chain
from unicodedata import east_asian_width

from tropa.analysis.document import Document
from tropa.analysis.figure import COUNTS_ONLY, FEW
from tropa.analysis.problem import Language
from tropa.analysis.words import DASH, DAY, Words

MOST_ROWS, MOST_PATHS, MOST_STEPS, MOST_EXAMPLES = 30, 5, 8, 3


def summary(found: Document, *, language: Language) -> str:
    """The summary of a document (docs/reference/analyze-json.md) as lines of text."""
    words = Words(language)
    stages = _activities if found["question"]["journey"] is None else _stages
    parts = [part(found, words) for part in (_log, stages, _paths, _losses, _quality)]
    return "\n\n".join(part for part in parts if part)


def _log(found: Document, words: Words) -> str:
    log, source, duration = found["log"], found["source"], found["log"]["case_duration_seconds"]
    nouns = (("events", "touch"), ("cases", "case"), ("activities", "activity"), ("variants", "variant"))
    lines = [
        f"{source['path']}: {', '.join(words.count(log[key], noun) for key, noun in nouns)}",
        f"{words.moment(log['first_at'])} — {words.moment(log['last_at'])} ({source['timezone']})",
        words(
            "terminal.duration",
            median=words.days(duration["median"]),
            mean=words.days(duration["mean"]),
            p90=words.days(duration["p90"]),
        ),
        f"{words('source.title')}: {_read_as(source, words)}",
    ]
    if source["rows_rejected"]:
        rejected = words("quality.rejected", n=words.count(source["rows_rejected"], "row"))
        file = words("quality.rejects_file", file=source["rejects_file"]) if source["rejects_file"] else ""
        lines.append(f"{rejected} {file}".rstrip())
    return "\n".join(lines)


def _read_as(source: Document, words: Words) -> str:
    facts = [source["format"]]
    facts += [f"{key}={source[key]!r}" for key in ("encoding", "delimiter", "decimal", "date_format") if source[key]]
    facts += [f"{role}={column}" for role, column in source["columns"].items()]
    guessed = f" ({words('source.guessed')}: {', '.join(source['guessed'])})" if source["guessed"] else ""
    return ", ".join(facts) + guessed


def _stages(found: Document, words: Words) -> str:
    names = ("stage", "entered", "mature", "to_date", "estimate", "median", "target_days", "left", "here")
    rows = [[words(f"column.{name}") for name in names]]
    for stage in found["stages"]:
        conversion, target = stage["conversion"], stage["target_days"]
        rows.append(
            [
                stage["label"][words.language],
                words.number(stage["entered"]),
                _share(conversion["mature"], words),
                _value(conversion["to_date"], words),
                _value(conversion["estimate"], words),
                _median(stage["dwell"], words),
                words.days(target * DAY if target else None),
                words.number(stage["lost"]),
                words.number(stage["here"]),
            ]
        )
    return _table(rows)


def _activities(found: Document, words: Words) -> str:
    names = ("activity", "trips", "visits", "median")
    rows = [[words(f"column.{name}") for name in names]]
    by_size = sorted(found["stages"], key=lambda stage: (-stage["entered"], stage["key"]))
    for stage in by_size[:MOST_ROWS]:
        counts = [words.number(stage["entered"]), words.number(stage["visits"])]
        rows.append([stage["key"], *counts, words.days(stage["dwell"]["km_median_seconds"])])
    rest = len(by_size) - MOST_ROWS
    more = [words("more.activities", n=words.number(rest))] if rest > 0 else []
    return "\n".join([_table(rows), *more, "", words("terminal.no_journey")])


def _share(share: Document, words: Words) -> str:
    if not share["n"]:
        return DASH
    counts = words("share.of", k=words.number(share["k"]), n=words.number(share["n"]))
    if share["n"] < COUNTS_ONLY:
        return f"{counts} ({words('few')})"
    few = f", {words('few')}" if share["n"] < FEW else ""
    return f"{counts}: {words.percent(share['value'])} [{words.range(share['low'], share['high'])}{few}]"


def _value(share: Document, words: Words) -> str:
    return DASH if not share["n"] or share["n"] < COUNTS_ONLY else words.percent(share["value"])


def _median(time: Document, words: Words) -> str:
    if time["km_median_seconds"] is None and time["longest_seconds"]:
        return f"> {words.days(time['longest_seconds'])}"
    return words.days(time["km_median_seconds"])


def _labels(found: Document, words: Words) -> dict[str, str]:
    return {stage["key"]: stage["label"][words.language] for stage in found["stages"]}


def _paths(found: Document, words: Words) -> str:
    labels = _labels(found, words)
    lines = [f"{words('variants.title')} ({words.number(found['variants_total'])}):"]
    for variant in found["variants"][:MOST_PATHS]:
        path = " → ".join(labels.get(step, step) for step in _shortened(variant["path"]))
        share = f" · {words.percent(variant['share'])}" if found["trips_total"] >= COUNTS_ONLY else ""
        lines.append(f"  {words.number(variant['count'])}{share}  {path}")
    return "\n".join(lines)


def _shortened(path: Sequence[str]) -> Sequence[str]:
    return path if len(path) <= MOST_STEPS else [*path[:6], f"… (+{len(path) - 7})", path[-1]]


def _losses(found: Document, words: Words) -> str:
    if not found["drop_offs"]:
        return ""
    labels = _labels(found, words)
    lines = [words("terminal.losses")]
    for point in found["drop_offs"][:MOST_PATHS]:
        where = words("terminal.after", stage=labels[point["stage"]], type=point["last_type"] or DASH)
        lines.append(f"  {words.number(point['severity'], 1)} · {words.number(point['count'])}  {where}")
    return "\n".join(lines)


def _quality(found: Document, words: Words) -> str:
    if not found["quality"]:
        return ""
    lines = [f"{words('quality.title')}:"]
    for finding in found["quality"]:
        key = f"quality.{finding['code']}"
        examples = "; ".join(finding["examples"][:MOST_EXAMPLES])
        said = f"  {words(key) if words.has(key) else finding['code']}: {words.number(finding['count'])}"
        lines.append(f"{said} ({examples})" if examples else said)
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            chain(
                [row[0] + " " * (widths[0] - _width(row[0]))],
                (" " * (width - _width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True)),
            )
        ).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
