"""Who works in the demo workspace: one member of every role, known by their position alone."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from tropa.workspace.actions import create_workspace
from tropa.workspace.domain import free_slug
from tropa.workspace.models import Function, Member, Role, User, Workspace

SLUG = "demo"
NAME = "Демо: CRM для среднего бизнеса"
# Published on purpose: the demo is for a machine that nobody else reaches.
PASSWORD = "tropa-demo"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the demo. superior: the address of whom they report to."""

    email: str
    role: Role
    function: Function
    position: str
    superior: str | None


LOGIN = "owner@demo.example"
HEAD_OF_SALES = "editor@demo.example"
SALES = "sales@demo.example"
PEOPLE = (
    Person(LOGIN, Role.OWNER, Function.MANAGEMENT, "Генеральный директор", None),
    Person(HEAD_OF_SALES, Role.EDITOR, Function.SALES, "Руководитель отдела продаж", LOGIN),
    Person("analyst@demo.example", Role.ANALYST, Function.MARKETING, "Маркетолог-аналитик", LOGIN),
    Person(SALES, Role.SALES, Function.SALES, "Менеджер по продажам", HEAD_OF_SALES),
    Person("viewer@demo.example", Role.VIEWER, Function.SUPPORT, "Специалист поддержки", LOGIN),
)


def workspace_of(owner: User | None) -> Workspace | None:
    """The demo workspace of a person; None: of the people of the demo."""
    return _demos(owner, is_open=True).first()


def unfinished(owner: User | None) -> list[Workspace]:
    """Those that nobody was let into yet, or any more: a load or a removal that was killed left them."""
    return list(_demos(owner, is_open=False))


def open_doors(workspace: Workspace) -> None:
    """Let its members in."""
    Member.objects.of(workspace).update(is_active=True)


@transaction.atomic
def settle(owner: User | None = None) -> tuple[Workspace, dict[str, Member]]:
    """A demo workspace and its members by address, none of them let in yet.

    owner: somebody who has it to themselves and is everybody in it; None: the people of the demo, whose password is
    known.
    """
    if owner is not None:
        slugs = Workspace.objects.filter(slug__startswith=SLUG).values_list("slug", flat=True)
        made = create_workspace(name=NAME, owner=owner, slug=free_slug(SLUG, set(slugs)), is_demo=True)
        Member.objects.of(made).update(is_active=False)
        alone = Member.objects.get(workspace=made, user=owner)
        return made, dict.fromkeys((person.email for person in PEOPLE), alone)
    password = make_password(PASSWORD)
    users = {person.email: _user(person, password) for person in PEOPLE}
    taken = Workspace.objects.filter(slug=SLUG).exists()
    workspace = create_workspace(name=NAME, owner=users[LOGIN], slug=None if taken else SLUG, is_demo=True)
    members: dict[str, Member] = {}
    for person in PEOPLE:
        members[person.email], _ = Member.objects.update_or_create(
            workspace=workspace,
            user=users[person.email],
            defaults={
                "role": person.role,
                "function": person.function,
                "position": person.position,
                "is_active": False,
                "reports_to": members[person.superior] if person.superior else None,
            },
        )
    return workspace, members


def disband(keep: User) -> None:
    """Close the accounts of the people of the demo who are in no workspace any more: their password is known."""
    people = User.objects.filter(email__in=[person.email for person in PEOPLE])
    busy = Member.objects.filter(user__in=people, is_active=True).values("user")
    people.exclude(pk__in=busy).exclude(pk=keep.pk).update(is_active=False)


def _demos(owner: User | None, *, is_open: bool) -> QuerySet[Workspace]:
    email = LOGIN if owner is None else owner.email
    theirs = Member.objects.filter(user__email=email, role=Role.OWNER, is_active=is_open)
    return Workspace.objects.filter(is_demo=True, pk__in=theirs.values("workspace")).order_by("pk")


def _user(person: Person, password: str) -> User:
    user, _ = User.objects.update_or_create(email=person.email, defaults={"password": password, "is_active": True})
    return user
