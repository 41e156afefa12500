"""People and workspaces for tests of every room: two workspaces with members of the five roles, and signing in."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from tropa.workspace.actions import create_workspace
from tropa.workspace.models import Member, Role, SignIn, User, Workspace
from tropa.workspace.sessions import KEY

PASSWORD = "пять слов через пробел"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class World:
    """Two workspaces that know nothing of each other. members: of `own`, by role; strangers: of `foreign`, by role."""

    own: Workspace
    foreign: Workspace
    members: dict[str, Member]
    strangers: dict[str, Member]

    @property
    def owner(self) -> Member:
        return self.members[Role.OWNER]

    @property
    def stranger(self) -> Member:
        """The owner of the foreign workspace."""
        return self.strangers[Role.OWNER]


def world() -> World:
    """Two workspaces, each with a member of every role."""
    own, foreign = make_workspace("Своё"), make_workspace("Чужое")
    return World(own, foreign, _one_of_each(own), _one_of_each(foreign))


def make_user(email: str | None = None) -> User:
    """A person with PASSWORD."""
    return User.objects.create_user(email or f"person{next(_numbers)}@example.com", PASSWORD)


def make_workspace(name: str) -> Workspace:
    """A workspace with an owner."""
    return create_workspace(name=name, owner=make_user())


def make_member(workspace: Workspace, role: str, email: str | None = None) -> Member:
    """A new person in a workspace."""
    return Member.objects.create(workspace=workspace, user=make_user(email), role=role)


def sign_in(client: Client, member: Member) -> Client:
    """The client, signed in as the member, the way a browser is that has just come through the login page."""
    client.force_login(member.user)
    now = timezone.now()
    row = SignIn.objects.create(user=member.user, started_at=now, seen_at=now)
    session = client.session
    session[KEY] = row.pk
    session.save()
    return client


def text_of(response: Any) -> str:
    """The page as text to look for, with plain spaces."""
    text: str = response.content.decode()
    return text.replace("\xa0", " ")


def _one_of_each(workspace: Workspace) -> dict[str, Member]:
    owner = Member.objects.get(workspace=workspace, role=Role.OWNER)
    return {Role.OWNER: owner} | {role: make_member(workspace, role) for role in Role.values if role != Role.OWNER}
