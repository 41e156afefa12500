"""A small world for the tests of this room: two workspaces, their people, an account with a deal."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from tropa.customers import actions
from tropa.customers.models import Account, Deal, Pipeline, PipelineStage
from tropa.facts.actions import append, source
from tropa.facts.domain import microseconds
from tropa.facts.models import Source, TouchType
from tropa.facts.touches import NewTouch
from tropa.workspace.actions import create_workspace
from tropa.workspace.models import Member, Role, User, Workspace

NOW = datetime(2026, 5, 17, 9, 40, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A workspace, its members by role, and a pipeline."""

    workspace: Workspace
    owner: Member
    editor: Member
    analyst: Member
    sales: Member
    viewer: Member
    pipeline: Pipeline

    def stage(self, key: str) -> PipelineStage:
        return self.pipeline.stages.get(key=key)

    def url(self, path: str) -> str:
        return f"/w/{self.workspace.slug}/{path}"


def world(name: str = "first") -> World:
    user = User.objects.create_user(f"owner@{name}.example", "not-a-secret")
    workspace = create_workspace(name=name, owner=user)
    TouchType.objects.create(
        workspace=workspace, key="inbound_call", label_ru="Входящий звонок", label_en="Inbound call", channel="phone"
    )
    owner = Member.objects.get(workspace=workspace)
    rest = {role: member(workspace, role, f"{role}@{name}.example") for role in (*Role.values[1:],)}
    return World(workspace, owner, **rest, pipeline=actions.starter_pipeline(workspace))


def member(workspace: Workspace, role: str, email: str) -> Member:
    user = User.objects.create_user(email, "not-a-secret")
    return Member.objects.create(workspace=workspace, user=user, role=role)


def account(world: World, name: str = "ООО «Гранит-Север»", **fields: Any) -> Account:
    return actions.create_account(workspace=world.workspace, by=None, name=name, at=NOW - timedelta(days=90), **fields)


def deal(world: World, of: Account | None = None, *, stage: str = "new_lead", **fields: Any) -> Deal:
    given: dict[str, Any] = {"title": "Поставка", "at": NOW - timedelta(days=10), "by": None} | fields
    return actions.create_deal(
        workspace=world.workspace, account=of or account(world), stage=world.stage(stage), **given
    )


def touched(
    world: World, of: Account, type_key: str, *, days_ago: float = 1, contact_id: int | None = None,
    deal_id: int | None = None, channel: str = "",
) -> None:  # fmt: skip
    at = microseconds(NOW - timedelta(days=days_ago))
    message = f"{type_key}:{at}:{contact_id}:{deal_id}"
    touch = NewTouch(message, type_key, at, account_id=of.pk, contact_id=contact_id, deal_id=deal_id, channel=channel)
    append(source(world.workspace, "test", Source.Kind.API, "Test"), [touch], now=NOW)


def signed_in(of: Member) -> Client:
    client = Client()
    client.force_login(of.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
