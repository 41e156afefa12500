"""The summary that a person reads in the terminal."""

from collections.abc import Sequence
from itertools import chain
from unicodedata import east_asian_width

from tropa.analysis.document import Document
from tropa.analysis.figure import COUNTS_ONLY, FEW
from tropa.analysis.problem import Language
from tropa.analysis.words import days, moment, number, percent, percent_range

WORDS: dict[str, dict[Language, str]] = {
    "log": {"ru": "Журнал", "en": "Log"},
    "events": {"ru": "касаний", "en": "touches"},
    "cases": {"ru": "кейсов", "en": "cases"},
    "activities": {"ru": "видов действий", "en": "activities"},
    "variants": {"ru": "вариантов", "en": "variants"},
    "period": {"ru": "Период", "en": "Period"},
    "case_duration": {"ru": "Длительность кейса: медиана", "en": "Case duration: median"},
    "mean": {"ru": "среднее", "en": "mean"},
    "p90": {"ru": "9 из 10 короче", "en": "9 of 10 below"},
    "read_as": {"ru": "Прочитано как", "en": "Read as"},
    "guessed": {"ru": "угадано", "en": "guessed"},
    "rejected": {"ru": "Отклонено строк", "en": "Rows rejected"},
    "of": {"ru": "из", "en": "of"},
    "few": {"ru": "мало данных", "en": "few data"},
    "stage": {"ru": "Этап", "en": "Stage"},
    "activity": {"ru": "Действие", "en": "Activity"},
    "entered": {"ru": "Вошли", "en": "Entered"},
    "mature": {"ru": "Дальше, зрелая когорта", "en": "Went on, mature cohort"},
    "to_date": {"ru": "Пока", "en": "To date"},
    "estimate": {"ru": "Оценка", "en": "Estimate"},
    "median": {"ru": "Медиана", "en": "Median"},
    "target": {"ru": "Цель", "en": "Target"},
    "lost": {"ru": "Ушли", "en": "Left"},
    "here": {"ru": "Сейчас", "en": "Here"},
    "visits": {"ru": "Раз", "en": "Times"},
    "paths": {"ru": "Частые пути", "en": "Frequent paths"},
    "moves": {"ru": "Частые переходы", "en": "Frequent moves"},
    "drop_offs": {"ru": "Где теряем (по тяжести)", "en": "Where clients leave (by severity)"},
    "after": {"ru": "после", "en": "after"},
    "quality": {"ru": "Что заметили в данных", "en": "What the data showed"},
    "no_model": {
        "ru": "Конверсии нет: у действий нет порядка. Опишите этапы в файле и добавьте --journey ФАЙЛ",
        "en": "No conversion: activities have no order. Describe the stages in a file and add --journey FILE",
    },
}
MOST_PATHS, MOST_STAGES, MOST_EXAMPLES = 5, 30, 3


def summary(found: Document, language: Language) -> str:
    """The summary of a document (docs/reference/analyze-json.md) as lines of text."""
    parts = [_log(found, language), _stages(found, language), _paths(found, language), _losses(found, language)]
    return "\n\n".join(part for part in (*parts, _quality(found, language)) if part)


def _word(key: str, language: Language) -> str:
    return WORDS[key][language]


def _log(found: Document, language: Language) -> str:
    log, source = found["log"], found["source"]
    counts = (
        f"{number(log[key], language)} {_word(key, language)}" for key in ("events", "cases", "activities", "variants")
    )
    duration = log["case_duration_seconds"]
    lines = [
        f"{_word('log', language)}: {source['path']}: {', '.join(counts)}",
        f"{_word('period', language)}: {moment(log['first_at'], language)} — {moment(log['last_at'], language)} "
        f"({source['timezone']})",
        f"{_word('case_duration', language)} {days(duration['median'], language)}, {_word('mean', language)} "
        f"{days(duration['mean'], language)}, {_word('p90', language)} {days(duration['p90'], language)}",
        f"{_word('read_as', language)}: {_read_as(source, language)}",
    ]
    if source["rows_rejected"]:
        total = source["rows_read"] + source["rows_rejected"]
        lines.append(
            f"{_word('rejected', language)}: {number(source['rows_rejected'], language)} {_word('of', language)} "
            f"{number(total, language)} → {source['rejects_file']}"
        )
    return "\n".join(lines)


def _read_as(source: Document, language: Language) -> str:
    facts = [source["format"]]
    facts += [f"{key}={source[key]!r}" for key in ("encoding", "delimiter", "decimal", "date_format") if source[key]]
    facts += [f"{role}={column}" for role, column in source["columns"].items()]
    guessed = f" ({_word('guessed', language)}: {', '.join(source['guessed'])})" if source["guessed"] else ""
    return ", ".join(facts) + guessed


def _stages(found: Document, language: Language) -> str:
    if found["question"]["journey"] is None:
        return f"{_activities(found, language)}\n\n{_word('no_model', language)}"
    names = ("stage", "entered", "mature", "to_date", "estimate", "median", "target", "lost", "here")
    rows = [[_word(name, language) for name in names]]
    for stage in found["stages"]:
        conversion, target = stage["conversion"], stage["target_days"]
        rows.append(
            [
                stage["label"][language],
                number(stage["entered"], language),
                _share(conversion["mature"], language),
                _value(conversion["to_date"], language),
                _value(conversion["estimate"], language),
                _median(stage["dwell"], language),
                days(target * 86_400 if target else None, language),
                number(stage["lost"], language),
                number(stage["here"], language),
            ]
        )
    return _table(rows)


def _activities(found: Document, language: Language) -> str:
    names = ("activity", "entered", "visits", "median")
    rows = [[_word(name, language) for name in names]]
    by_size = sorted(found["stages"], key=lambda stage: (-stage["entered"], stage["key"]))
    for stage in by_size[:MOST_STAGES]:
        counts = [number(stage["entered"], language), number(stage["visits"], language)]
        rows.append([stage["key"], *counts, days(stage["dwell"]["km_median_seconds"], language)])
    return _table(rows)


def _share(share: Document, language: Language) -> str:
    if not share["n"]:
        return "—"
    counts = f"{number(share['k'], language)} {_word('of', language)} {number(share['n'], language)}"
    if share["n"] < COUNTS_ONLY:
        return f"{counts} ({_word('few', language)})"
    few = f", {_word('few', language)}" if share["n"] < FEW else ""
    interval = percent_range(share["low"], share["high"], language)
    return f"{counts}: {percent(share['value'], language)} [{interval}{few}]"


def _value(share: Document, language: Language) -> str:
    return "—" if not share["n"] or share["n"] < COUNTS_ONLY else percent(share["value"], language)


def _median(time: Document, language: Language) -> str:
    if time["km_median_seconds"] is None and time["longest_seconds"] is not None:
        return f"> {days(time['longest_seconds'], language)}"
    return days(time["km_median_seconds"], language)


def _paths(found: Document, language: Language) -> str:
    labels = {stage["key"]: stage["label"][language] for stage in found["stages"]}
    lines = [f"{_word('paths', language)} ({number(found['variants_total'], language)}):"]
    for variant in found["variants"][:MOST_PATHS]:
        path = " → ".join(labels.get(key, key) for key in _shortened(variant["path"]))
        lines.append(f"  {number(variant['count'], language)} · {percent(variant['share'], language)}  {path}")
    return "\n".join(lines)


def _shortened(path: Sequence[str]) -> Sequence[str]:
    return path if len(path) <= 8 else [*path[:6], f"… (+{len(path) - 7})", path[-1]]


def _losses(found: Document, language: Language) -> str:
    if not found["drop_offs"]:
        return ""
    labels = {stage["key"]: stage["label"][language] for stage in found["stages"]}
    lines = [f"{_word('drop_offs', language)}:"]
    for point in found["drop_offs"][:MOST_PATHS]:
        weighed = number(point["severity"], language, digits=1)
        where = f"{labels[point['stage']]}, {_word('after', language)} {point['last_type'] or '—'}"
        lines.append(f"  {weighed} · {number(point['count'], language)}  {where}")
    return "\n".join(lines)


def _quality(found: Document, language: Language) -> str:
    if not found["quality"]:
        return ""
    lines = [f"{_word('quality', language)}:"]
    for finding in found["quality"]:
        examples = "; ".join(finding["examples"][:MOST_EXAMPLES])
        lines.append(
            f"  {finding['code']}: {number(finding['count'], language)}" + (f" ({examples})" if examples else "")
        )
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
