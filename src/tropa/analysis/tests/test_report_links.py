"""The picture of paths where there are rows behind its figures: every flow leads to them."""

import re

from tropa.analysis.report.complete import complete
from tropa.analysis.report.flow import flow
from tropa.analysis.report.subject import Subject
from tropa.analysis.tests import summaries
from tropa.analysis.words import Words


def drawn(subject: Subject) -> str:
    found = flow(subject)
    assert found is not None
    return str(found.drawing)


def test_every_flow_leads_to_its_rows() -> None:
    document = complete(summaries.journey())
    picture = drawn(Subject(document, Words("en"), lambda *flow: "/" + "/".join(flow)))

    links = re.findall(r'<a href="/([^"]*)" aria-label="([^"]+)"', picture)
    moves = {(move["source"], move["target"]) for move in document["transitions"]}
    assert {tuple(where.split("/")[1:]) for where, _ in links if where.startswith("transition")} <= moves
    assert any(where.startswith("gone/") and said.endswith("%") for where, said in links)
    assert "tabindex" not in picture


def test_a_file_has_no_links() -> None:
    picture = drawn(Subject(complete(summaries.journey()), Words("en")))

    assert "<a " not in picture
    assert "tabindex" in picture
