"""The server's own log: a refusal is a line, a failure keeps its trace."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from tropa.config.log_lines import TracesOfErrorsAlone
from tropa.workspace.models import Role
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db


def test_it_works(caplog: pytest.LogCaptureFixture) -> None:
    workspace = people.make_workspace("One")
    client = Client()
    people.sign_in(client, people.make_member(workspace, Role.VIEWER))
    assert client.get(reverse("audit", args=[workspace.slug])).status_code == 403
    refusal = next(record for record in caplog.records if record.name == "django.request")
    assert refusal.exc_info is None


def test_a_failure_keeps_its_trace() -> None:
    failure = ValueError("broken")
    record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, (ValueError, failure, None))
    assert TracesOfErrorsAlone().filter(record)
    assert record.exc_info
