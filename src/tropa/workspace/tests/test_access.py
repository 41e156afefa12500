"""Who may open what."""

import pytest
from django.db import connection
from django.test import Client


@pytest.mark.django_db
def test_it_works(client: Client) -> None:
    assert client.get("/readyz").json() == {"ready": True}
    assert connection.vendor in ("sqlite", "postgresql")
