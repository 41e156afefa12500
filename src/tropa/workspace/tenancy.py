"""The base of every row that belongs to a tenant."""

from typing import Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row]):
    def of(self, workspace: "models.Model | int") -> Self:
        """Rows of one workspace: the first step of every query."""
        return self.filter(workspace=workspace)


class TenantModel(models.Model):
    """A row of one workspace. Views reach it through the access functions of its room, never through `objects`."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")

    objects = models.Manager.from_queryset(TenantQuerySet)()

    class Meta:
        abstract = True
