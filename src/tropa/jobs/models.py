"""Rows of the workers and of the schedule. The queue itself is the table of django-tasks."""

from django.db import models


class WorkerBeat(models.Model):
    """A worker that lives: it renews `at` every few seconds; who does not for a minute is taken for dead."""

    worker = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField()
    at = models.DateTimeField(db_index=True)


class ScheduledJob(models.Model):
    """When a job of the schedule is due again."""

    name = models.CharField(max_length=80, primary_key=True)
    due_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
