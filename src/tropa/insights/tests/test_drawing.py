"""Tiles that were drawn are kept: for the same figures, question and permits, and for nobody else."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tropa.insights import dashboard
from tropa.insights.tests.worlds import random_world
from tropa.workspace.models import Role
from tropa.workspace.tests.people import make_member, sign_in

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def test_it_works(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    version = random_world(1)
    told: list[Any] = []
    build = dashboard.tiles

    def tiles(telling: Any) -> Any:
        told.append(telling)
        return build(telling)

    monkeypatch.setattr(dashboard, "tiles", tiles)
    address = reverse("dashboard", args=[version.workspace.slug])
    sign_in(client, make_member(version.workspace, Role.ANALYST))
    first, again = (client.get(address).content.decode() for _ in range(2))
    assert len(told) == 1
    assert TOKEN.sub("", again).count("tile-files") == TOKEN.sub("", first).count("tile-files") > 0
    # The forms of a page have tokens of its own, those that were drawn for an earlier one too.
    assert TOKEN.findall(first)
    assert not set(TOKEN.findall(first)) & set(TOKEN.findall(again))
    client.get(f"{address}?measure=mature")
    assert len(told) == 2
    sign_in(client, make_member(version.workspace, Role.VIEWER))
    assert "tile-files" not in client.get(address).content.decode()
    assert len(told) == 3
