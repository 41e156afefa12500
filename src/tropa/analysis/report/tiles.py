"""The row of large figures at the top."""

from dataclasses import dataclass

from tropa.analysis.figure import COUNTS_ONLY, Share
from tropa.analysis.report.document import LeadTimeDoc, StageDoc
from tropa.analysis.report.subject import Subject


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    value: str
    unit: str = ""
    note: str = ""
    few: bool = False


def tiles(subject: Subject) -> list[Tile]:
    """Five figures: the outcome and the length of the journey first when there is a journey."""
    first = [_won(subject), _median_path(subject)] if subject.has_journey else []
    rest = [_trips(subject), _events(subject), _lost(subject) if first else _variants(subject)]
    return [*first, *rest] if first else [*rest, *_case_durations(subject)]


def _won(subject: Subject) -> Tile:
    words, won = subject.words, subject.won
    if won is None:
        return Tile(words("tile.won_none"), "—", note=words("reason.no_cases"))
    label = words("tile.won", stage=subject.name(won["key"]))
    total = subject.document["trips_total"]
    share = Share.of(min(won["entered"], total), total)
    counts = words("share.of", k=words.number(share.k), n=words.count(total, "trip_of"))
    if share.value is None:
        return Tile(label, "—", note=words("reason.no_cases"))
    if share.counts_only:
        return Tile(label, words.number(share.k), words("tile.of", n=words.number(total)), words("few.counts"))
    value, sign = _split(words.percent(share.value))
    note = f"{counts}; {words.range(share.low, share.high)}"
    return Tile(label, value, sign, note, few=share.is_few)


def _split(percent: str) -> tuple[str, str]:
    return percent.rstrip("%\u00a0"), "%"


def _median_path(subject: Subject) -> Tile:
    words, lead = subject.words, _lead(subject)
    label = words("tile.median_path")
    if lead is None or lead["median_seconds"] is None:
        return Tile(label, "—", note=words("tile.median_path_none"))
    value, unit = words.parts(lead["median_seconds"])
    ends = {"source": subject.name(lead["source"]), "target": subject.name(lead["target"])}
    few = lead["count"] < 30
    return Tile(label, value, unit, words("tile.median_path_note", n=words.count(lead["count"], "trip"), **ends), few)


def _lead(subject: Subject) -> LeadTimeDoc | None:
    won: StageDoc | None = subject.won
    before = [lead for lead in subject.document["lead_times"] if won and lead["target"] == won["key"]]
    return min(before, key=lambda lead: subject.positions.get(lead["source"], 0), default=None)


def _trips(subject: Subject) -> Tile:
    words, document = subject.words, subject.document
    trips, cases = document["trips_total"], document["log"]["cases"]
    if not subject.has_journey:
        span = words("tile.period", first=_day(subject, "first_at"), last=_day(subject, "last_at"))
        return Tile(words("tile.cases"), words.number(cases), note=span)
    note = words("tile.trips_note", cases=words.count(cases, subject.unit))
    return Tile(words("tile.trips"), words.number(trips), note=note)


def _events(subject: Subject) -> Tile:
    words, log = subject.words, subject.document["log"]
    if not subject.has_journey:
        note = words.count(log["activities"], "activity")
        return Tile(words("tile.events"), words.number(log["events"]), note=note)
    note = words("tile.period", first=_day(subject, "first_at"), last=_day(subject, "last_at"))
    return Tile(words("tile.touches"), words.number(log["events"]), note=note)


def _day(subject: Subject, end: str) -> str:
    log = subject.document["log"]
    return subject.words.moment(log["first_at"] if end == "first_at" else log["last_at"]).split(",")[0]


def _lost(subject: Subject) -> Tile:
    words = subject.words
    lost = [(stage, stage["lost"]) for stage in subject.stages.values() if stage["lost"] is not None]
    if not lost:
        return Tile(words("tile.lost"), "—", note=words("reason.no_rule"))
    total = sum(count for _, count in lost)
    stage, most = max(lost, key=lambda pair: pair[1])
    note = words("tile.lost_note", n=words.number(most), stage=subject.name(stage["key"])) if most else ""
    return Tile(words("tile.lost"), words.number(total), note=note)


def _variants(subject: Subject) -> Tile:
    words, document = subject.words, subject.document
    top = document["variants"][0] if document["variants"] else None
    tells = top is not None and document["trips_total"] >= COUNTS_ONLY
    note = words("tile.variants_note", share=words.percent(top["share"])) if top and tells else ""
    return Tile(words("tile.variants"), words.number(document["log"]["variants"]), note=note)


def _case_durations(subject: Subject) -> list[Tile]:
    words, seconds = subject.words, subject.document["log"]["case_duration_seconds"]
    median, mean = words.parts(seconds["median"]), words.parts(seconds["mean"])
    nine = words("tile.p90_note", p90=words.days(seconds["p90"])) if seconds["p90"] is not None else ""
    first = Tile(words("tile.case_median"), *median, words("tile.case_median_note"))
    return [first, Tile(words("tile.case_mean"), *mean, nine)]
