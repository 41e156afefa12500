"""Every action that a room writes into the audit trail has a name there."""

import ast
import re
from collections.abc import Iterator

from tests import tree
from tropa.config.audit_words import ACTIONS
from tropa.workspace.audit_labels import LABELS

ROOMS = ("customers", "capture", "journeys")
NOTES = {"_note", "record"}


def actions(module: ast.Module) -> Iterator[str]:
    """The texts with a dot that stand where an action is noted or named."""
    for node in ast.walk(module):
        named = isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "action" for each in node.targets)
        noted = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in NOTES
        if named or noted:
            texts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
            yield from (text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", text))


def test_every_action_has_a_name() -> None:
    written = {
        action
        for path, module in tree.python().items()
        if path.startswith(tuple(f"src/tropa/{room}/" for room in ROOMS)) and not tree.is_test(path)
        for action in actions(module)
    }
    assert {"import.start", "pipeline.create", "journey.created", "journey.archived"} <= written
    assert sorted(written - set(LABELS)) == []
    assert set(ACTIONS) <= set(LABELS)
