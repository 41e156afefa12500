"""One self-contained HTML page from a summary document: no network, no script needed to read it."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from re import search

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tropa.analysis.problem import Language
from tropa.analysis.report.activities import activities
from tropa.analysis.report.complete import complete
from tropa.analysis.report.dwell import dwell
from tropa.analysis.report.flow import flow
from tropa.analysis.report.follows import follows
from tropa.analysis.report.funnel import funnel
from tropa.analysis.report.headlines import headlines
from tropa.analysis.report.invitation import invitation
from tropa.analysis.report.losses import losses, reasons
from tropa.analysis.report.notes import quality, quality_conclusion, reading, terms
from tropa.analysis.report.shape import shape
from tropa.analysis.report.subject import Subject, clean
from tropa.analysis.report.tiles import tiles
from tropa.analysis.report.times import lead_times, move_times
from tropa.analysis.report.variants import variants
from tropa.analysis.words import Words

STYLES = ("tokens.css", "base.css", "report.css")


def render(document: Mapping[str, object], *, language: Language) -> str:
    """The report of a summary document (docs/reference: what `tropa analyze --json` writes) as one HTML page.

    Lists are bounded and the rest is counted, so the page stays under 2 MB for any document.
    """
    subject = Subject(complete(document), Words(language))
    style, script = _style(), _file("report.js")
    page = _environment().get_template("report.html")
    return page.render(
        **_parts(subject),
        s=subject,
        t=subject.words,
        language=language,
        title=_title(subject),
        zone=clean(subject.document["question"]["timezone"]),
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _parts(subject: Subject) -> dict[str, object]:
    with_journey = subject.has_journey
    drawn = flow(subject) if with_journey else None
    return {
        "tiles": tiles(subject),
        "headlines": headlines(subject) if with_journey else [],
        "funnel": funnel(subject) if with_journey else None,
        "activities": None if with_journey else activities(subject),
        "invitation": "" if with_journey else invitation(subject),
        "dwell": dwell(subject),
        "losses": losses(subject),
        "reasons": reasons(subject),
        "flow": drawn,
        "follows": follows(subject) if drawn is None else None,
        "shape": shape(subject),
        "variants": variants(subject),
        "lead_times": lead_times(subject),
        "move_times": move_times(subject),
        "quality": quality(subject),
        "quality_conclusion": quality_conclusion(subject),
        "reading": reading(subject),
        "terms": terms(subject),
    }


def _title(subject: Subject) -> str:
    journey = subject.document["question"]["journey"]
    return subject.label(journey["label"], journey["key"]) if journey else clean(subject.document["source"]["path"])


@cache
def _environment() -> Environment:
    folder = str(files("tropa.analysis.report").joinpath("templates"))
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["soft"] = soft
    return environment


def soft(text: str) -> Markup:
    """The text with places where a long name may break: after _ / . : and - inside a word."""
    broken = str(escape(text))
    for sign in ("_", "/", "."):
        broken = broken.replace(sign, f"{sign}<wbr>")
    return Markup(broken)


@cache
def _file(name: str) -> str:
    return files("tropa.analysis.report").joinpath("static", name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    css = "\n".join(_file(name) for name in STYLES)
    return f"{css}\n{_system_dark(_file('tokens.css'))}"


def _system_dark(tokens: str) -> str:
    """The dark theme once more for a system that asks for it, until the person has chosen a theme."""
    found = search(r':root\[data-theme="dark"\] \{(?P<values>[^}]*)\}', tokens)
    if found is None:
        raise ValueError("tokens.css has no dark theme")
    return f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme]) {{{found['values']}}} }}"


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
