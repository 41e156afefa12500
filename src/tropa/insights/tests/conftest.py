"""Every test sees tiles being drawn: a page whose tiles were kept has nothing of them in its context."""

from itertools import count

import pytest

_NUMBERS = count()


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tropa.insights.drawing._CACHE", f"insights.tiles.test.{next(_NUMBERS)}")
