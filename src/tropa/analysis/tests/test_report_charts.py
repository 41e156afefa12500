"""The charts of the report: what is drawn for which numbers, and what is said about them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.report import arcs, shares
from tropa.analysis.report.complete import complete
from tropa.analysis.report.dwell import dwell
from tropa.analysis.report.flow import flow
from tropa.analysis.report.follows import follows
from tropa.analysis.report.funnel import funnel
from tropa.analysis.report.headlines import headlines
from tropa.analysis.report.losses import losses, reasons
from tropa.analysis.report.scale import axis_for
from tropa.analysis.report.subject import Subject, clean
from tropa.analysis.report.tiles import tiles
from tropa.analysis.report.variants import variants
from tropa.analysis.tests import summaries, summaries_edge, summaries_process
from tropa.analysis.tests.summary_parts import DAY, Document, missing, share
from tropa.analysis.tests.summary_parts import dwell as time_on_stage
from tropa.analysis.words import Words

WORDS = Words("ru")


def subject(document: Document | None = None) -> Subject:
    return Subject(complete(document or summaries.journey()), WORDS)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("k", "n", "head", "note", "has_bullet"),
    [
        (80, 437, "18,3 %", "", True),
        (4, 20, "20,0 %", "мало данных", True),
        (4, 8, "4 из 8", "меньше 10: только числа", False),
        (0, 0, "—", "никто не входил", False),
    ],
)
def test_a_share_is_shown_by_how_much_it_rests_on(k: int, n: int, head: str, note: str, has_bullet: bool) -> None:
    figure = shares.shown(share(k, n), 0.25, WORDS)  # type: ignore[arg-type]

    assert (plain(figure.head), plain(figure.note), bool(figure.bullet)) == (head, note, has_bullet)


@pytest.mark.parametrize(("value", "tone"), [(0.30, ""), (0.246, ""), (0.22, "warn"), (0.18, "bad")])
def test_the_tone_against_a_target(value: float, tone: str) -> None:
    assert shares.against(value, 0.25) == tone


def test_a_small_share_is_not_compared_with_its_target() -> None:
    assert shares.shown(share(1, 20), 0.9, WORDS).tone == ""  # type: ignore[arg-type]


def test_the_trail_narrows_with_the_square_root_of_the_number() -> None:
    rivers = [row.river for row in funnel(subject()).rows]
    tops = [re.findall(r'class="river" d="M([\d.]+),0', river)[0] for river in rivers]
    widths = [1000 - 2 * float(left) for left in tops]

    assert widths[0] == pytest.approx(1000)
    assert widths[1] == pytest.approx(1000 * (1576 / 14200) ** 0.5, rel=0.001)


def test_the_worst_stage_is_named_with_its_counts_and_target() -> None:
    assert plain(funnel(subject()).conclusion).startswith("Дальше всего от цели — «Решение»: дальше прошли 75 из 411")


def test_few_trips_are_not_compared_with_targets() -> None:
    assert "рано" in funnel(subject(summaries_edge.small(2))).conclusion


def test_the_tail_is_red_by_its_exact_count_where_it_starts_inside_a_bin() -> None:
    document = summaries.journey()
    stage = document["stages"][2]
    names = ("from_seconds", "to_seconds", "completed", "open")
    bins = [(0.0, 100 * DAY, 4, 0), (100 * DAY, 200 * DAY, 3, 1), (200 * DAY, 300 * DAY, 1, 0)]
    stage["dwell"]["histogram"] = [dict(zip(names, part, strict=True)) for part in bins]
    stage["dwell"]["tail"]["share"] = share(3, 9)
    document["stages"] = [stage]
    plot = str(dwell(subject(document)).rows[0].plot)
    drawn = re.findall(r'<rect class="([^"]*)" [^>]*? height="([\d.]+)"', plot)

    # Two of the four in the middle bin are in the tail: the third of the tail is in the last bin.
    assert drawn[:4] == [("h-body", "42"), ("h-body", "15.75"), ("h-body h-open", "5.25"), ("h-tail", "15.75")]


def test_an_axis_never_ends_inside_its_only_bin() -> None:
    document = summaries.journey()
    stage = document["stages"][2]
    stage["dwell"]["histogram"] = [{"from_seconds": 0.0, "to_seconds": 900 * DAY, "completed": 5, "open": 0}]
    stage["dwell"]["tail"]["share"] = share(2, 5)
    document["stages"] = [stage]

    assert str(dwell(subject(document)).rows[0].plot).count('class="h-body"') == 1
    assert "900+" in str(dwell(subject(document)).axis)


def test_a_median_of_zero_has_no_tail_worth_a_conclusion() -> None:
    document = summaries.journey()
    for stage in document["stages"]:
        stage["dwell"]["tail"]["beyond_seconds"] = 0.0

    assert "нулевая" in dwell(subject(document)).conclusion


def test_arcs_share_the_scale_of_the_ribbons() -> None:
    document = summaries.journey()
    document["transitions"] = [move for move in document["transitions"] if move["kind"] != "skip"]
    for move in document["transitions"]:
        if move["kind"] == "return":
            move["count"] = 1
    drawn = flow(subject(document))

    assert drawn is not None
    assert set(re.findall(r'class="sk-b"[^>]*stroke-width="([\d.]+)"', str(drawn.drawing))) == {"1.75"}


def test_stages_of_very_different_length_get_axes_of_their_own() -> None:
    document = summaries.journey()
    document["stages"][0]["dwell"] = time_on_stage(2, 5, 100, 5, unit=1.0)
    drawn = dwell(subject(document))

    assert drawn.axis is None
    assert all(row.axis is not None for row in drawn.rows)


@given(st.floats(min_value=1e-6, max_value=1e10))
def test_an_axis_holds_its_longest_duration_with_few_round_ticks(seconds: float) -> None:
    axis = axis_for(seconds)

    assert axis.seconds >= seconds * 0.999999
    assert axis.seconds <= max(seconds * 2.6, 0.002)
    assert 2 <= len(axis.ticks) <= 8


def test_points_are_ordered_by_severity_and_by_count() -> None:
    found = losses(subject())

    assert found is not None
    assert [point.name for point in found.orders["severity"]][:2] == [
        "После «article_read»",
        "После «webinar_attended»",
    ]
    assert [point.name for point in found.orders["count"]][:2] == ["После «article_read»", "После «webinar_attended»"]
    assert found.orders["count"][2].stage == "Исследование"


def test_the_unknown_reason_is_never_hidden() -> None:
    document = summaries.journey()
    document["reasons"] = [{"reason": f"R{place}", "count": 50 - place, "share": 0.05} for place in range(20)]
    document["reasons"].append({"reason": None, "count": 1, "share": 0.01})

    assert plain(reasons(subject(document))[-1].name) == "Причина не указана"


def test_a_stage_that_would_hide_the_rest_is_left_out_and_named() -> None:
    drawn = flow(subject())

    assert drawn is not None
    assert drawn.heads[0].name == "Исследование"
    assert "«Осознание» скрыт" in plain(drawn.hidden)


def test_arcs_of_one_track_never_overlap() -> None:
    spans = [(2, 0), (1, 0), (3, 1), (4, 3), (0, 4), (5, 2)]
    moves = [{"source": str(a), "target": str(b), "count": 5, "kind": "", "median_seconds": None} for a, b in spans]
    kept, left = arcs.chosen(moves, {str(place): place for place in range(6)})  # type: ignore[arg-type]
    for track in arcs.packed(kept):
        ordered = sorted(track, key=lambda arc: arc.low)
        assert all(one.high <= other.low for one, other in pairwise(ordered))

    assert (len(kept), left) == (6, 0)


def test_a_log_without_a_journey_is_drawn_in_its_usual_order() -> None:
    drawn = follows(subject(summaries_process.process()))

    assert drawn is not None
    assert [node.name[:3] for node in drawn.nodes] == [f"T{place:02d}" for place in range(12)]
    assert "ещё 7" in plain(drawn.rest)


def test_returns_losses_and_open_paths_have_chips_of_their_own() -> None:
    rows = variants(subject()).rows
    kinds = [[chip.kind for chip in row.chips] for row in rows]

    assert kinds[0] == ["", "lost"]
    assert kinds[5] == ["", "", "", "back", "", "lost"]
    assert kinds[2] == ["", "open"]


def test_a_path_that_ended_in_different_ways_says_how_often() -> None:
    document = summaries.journey()
    document["variants"] = [
        {
            "path": ["awareness"],
            "count": 5,
            "share": 1.0,
            "endings": {"lost": 2, "dropped": 1, "open": 2},
            "median_seconds": 1.0,
        }
    ]

    assert [plain(chip.text) for chip in variants(subject(document)).rows[0].chips] == [
        "Осознание",
        "ушли 3",
        "ещё здесь 2",
    ]


def test_headlines_name_the_worst_first() -> None:
    titles = [plain(headline.title) for headline in headlines(subject())]

    assert titles[0] == "«Решение» дальше всего от цели"
    assert titles[-1] == "Возвращаются: «Решение» → «Исследование»"


def test_nothing_is_concluded_from_one_trip() -> None:
    assert headlines(subject(summaries_edge.small(2))) == []


def test_fewer_than_ten_trips_have_no_percentage() -> None:
    first = tiles(subject(summaries_edge.small(2)))[0]

    assert (first.value, plain(first.unit)) == ("1", "из 1")


def test_a_median_that_is_not_reached_says_more_than() -> None:
    document = summaries.journey()
    document["stages"][0]["dwell"] = time_on_stage(None, None, 1, 40)

    assert plain(funnel(subject(document)).rows[0].median.value) == "> 40 дн."


def test_a_missing_figure_keeps_its_reason_in_the_table() -> None:
    document = summaries.journey()
    document["stages"][0]["conversion"]["mature"] = missing("no_mature_cases")

    assert "— ещё никто" in plain(funnel(subject(document)).table.rows[0][3])


@given(st.text())
def test_a_cleaned_text_is_one_bounded_line(text: str) -> None:
    line = clean(text)

    assert len(line) <= 140
    assert line == " ".join(line.split())
