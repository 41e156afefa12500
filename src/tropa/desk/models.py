"""Rows of the desk: how far a person's demo world is, and what they have put away of the first steps."""

from django.db import models

from tropa.workspace.models import Member, User, Workspace
from tropa.workspace.tenancy import TenantModel


class DemoWorld(models.Model):
    """The demo world that a person asked for. at: of the latest step."""

    class Step(models.TextChoices):
        QUEUED = "queued"
        WORLD = "world"
        RECORDS = "records"
        TOUCHES = "touches"
        JOURNEY = "journey"
        MAP = "map"
        READY = "ready"
        FAILED = "failed"

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    workspace = models.ForeignKey(Workspace, models.CASCADE, null=True, related_name="+")
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.QUEUED)
    at = models.DateTimeField()


class FirstSteps(TenantModel):
    """What a member has put away: the page of first steps that their workspace opens with, and the list of them."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="+")
    skipped_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
