"""Every route of the product × every role × own and foreign ids, found from the addresses themselves.

A new route is tested as soon as it is in a urls.py: it must declare its rule (tropa.workspace.access), and every
parameter of its address needs a factory in tests/route_objects.py.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django import shortcuts
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import route_maps  # noqa: F401  # its factories register themselves
from tests.route_objects import NEED_A_QUERY, factory_of
from tropa.web import errors
from tropa.workspace import keys
from tropa.workspace.access import PERMITS, Rule, rule_of
from tropa.workspace.models import ApiKey, Member, Role
from tropa.workspace.tests import people

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Bookkeeping of being signed in, which every page moves; not what a page shows or changes.
# Nor is the copy that figures are read from: it is made of the rows that are compared, and reading may catch it up.
MOVING = {"django_session", "workspace_signin", "facts_copystate", "facts_copysegment"}
# A refusal leaves a line there, which is its purpose.
TRAIL = {"workspace_auditentry", "workspace_audithead"}
METHODS = ("get", "post")
READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")
WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


@dataclass(frozen=True, slots=True)
class Route:
    """One route. path: with its parameters, from the root without a slash."""

    path: str
    name: str | None
    view: Callable[..., Any]
    rule: Rule | None

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """(path before it, name) of every parameter but the workspace."""
        plain = PARAMETER.sub(r"<\1>", self.path)
        found = [(plain[: match.start()], match[1]) for match in re.finditer(r"<(\w+)>", plain)]
        return [(before, name) for before, name in found if name != "workspace"]

    @property
    def numbers(self) -> list[str]:
        """Names of the parameters that are ids of rows."""
        return re.findall(r"<int:(\w+)>", self.path)

    def address(self, workspace: str, values: dict[str, object]) -> str:
        return "/" + PARAMETER.sub(lambda match: str(({"workspace": workspace} | values)[match[1]]), self.path)


def routes(patterns: Any = None, prefix: str = "") -> Iterator[Route]:
    """Everything that an address leads to."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, path)
        elif isinstance(each, URLPattern):
            yield Route(path, each.name, each.callback, rule_of(each.callback))


ROUTES = list(routes())


def of_kind(*kinds: str) -> list[Route]:
    return [route for route in ROUTES if route.rule and route.rule.kind in kinds]


@pytest.fixture
def scene(db: None) -> "Scene":
    return Scene(people.world())


class Scene:
    """A world, signed-in clients, addresses with own and foreign objects in them."""

    def __init__(self, world: people.World) -> None:
        self.world = world
        self.clients = {role: people.sign_in(browser(), member) for role, member in world.members.items()}
        self.outsider = people.sign_in(browser(), world.stranger)
        sides = (world.owner, world.stranger)
        self._made: dict[tuple[Callable[..., object], Member], object] = {}
        self.values = {
            route.path: [self._values(route, owner) for owner in sides] for route in ROUTES if route.parameters
        }

    def _values(self, route: Route, owner: Member) -> dict[str, object]:
        return {name: self._value(factory_of(before, name), owner) for before, name in route.parameters}

    def _value(self, factory: Callable[[Member], object], owner: Member) -> object:
        """Routes share what a factory makes for a workspace: no walk changes it."""
        if (factory, owner) not in self._made:
            self._made[factory, owner] = factory(owner)
        return self._made[factory, owner]

    def own(self, route: Route) -> str:
        own = self.values[route.path][0] if route.parameters else {}
        return route.address(self.world.own.slug, own)

    def foreign(self, route: Route) -> list[str]:
        """The own workspace with each number in turn taken from the other one. Words and tokens are no ids of rows, and
        neither is a number that both have, as the first version of a map."""
        if not route.numbers:
            return []
        own, strange = self.values[route.path]
        return [
            route.address(self.world.own.slug, own | {name: strange[name]})
            for name in route.numbers
            if strange[name] != own[name]
        ]


def browser(*, enforce_csrf_checks: bool = False) -> Client:
    """A client to whom a failing page is an answer (500) and not an exception: the walk goes on and names it."""
    return Client(enforce_csrf_checks=enforce_csrf_checks, raise_request_exception=False)


def rows(*, without: set[str] = MOVING) -> dict[str, str]:
    """A hash of the content of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - without):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            lines = sorted(
                repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall()
            )
            found[table] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found


class Changes:
    """Which tables changed since the last look. Rows are compared again only after a statement that may change some."""

    def __init__(self) -> None:
        self._before = rows()
        self._wrote = False

    def __call__(self, execute: Any, sql: Any, *rest: Any) -> Any:
        """Sees every statement (connection.execute_wrapper)."""
        found = WRITING.match(str(sql))
        if not (found and found[1] in MOVING) and not str(sql).lstrip("( ").startswith(READING):
            self._wrote = True
        return execute(sql, *rest)

    def look(self, *, closely: bool = False) -> list[str]:
        if not self._wrote and not closely:
            return []
        before, self._before = self._before, rows()
        self._wrote = False
        return [table for table in before if before[table] != self._before[table]]


@pytest.fixture(autouse=True)
def _refusals_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of a refusal is the same for every route; each is drawn for the first route that is refused."""
    drawn = set()

    def render(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
        if template in drawn:
            return HttpResponse(status=status)
        drawn.add(template)
        return shortcuts.render(request, template, status=status)

    monkeypatch.setattr(errors, "render", render)


def test_it_works() -> None:
    """The walk finds what is known to be there."""
    assert {"login/", "w/<slug:workspace>/settings/members/<int:pk>/", "healthz"} <= {route.path for route in ROUTES}


def test_every_route_declares_who_may_open_it() -> None:
    silent = [route.path for route in ROUTES if route.rule is None]
    assert not silent, f"decorate these views with public, personal, member or api_key of workspace.access: {silent}"


def test_what_carries_a_workspace_is_for_its_members() -> None:
    wrong = [
        route.path for route in ROUTES if "<slug:workspace>" in route.path and route not in of_kind("member", "key")
    ]
    assert wrong == []
    assert [route.path for route in of_kind("member") if "<slug:workspace>" not in route.path] == []


def test_whoever_is_not_signed_in_is_asked_to(scene: Scene) -> None:
    found, before = {}, rows()
    for route in of_kind("member", "personal"):
        address = scene.own(route)
        for method in METHODS:
            answer = getattr(browser(), method)(address)
            asked = answer.status_code == 302 and answer.headers["Location"].startswith("/login/")
            # A view for one method alone may say so before it asks who it is.
            if not asked and answer.status_code != 405:
                found[f"{method} {address}"] = answer.status_code
    assert found == {}
    assert rows() == before


def test_an_outsider_finds_nothing(scene: Scene) -> None:
    found, before = {}, rows()
    for route in of_kind("member"):
        for method in METHODS:
            answer = getattr(scene.outsider, method)(scene.own(route))
            if answer.status_code not in (404, 405):
                found[f"{method} {route.path}"] = answer.status_code
    assert found == {}
    assert rows() == before


def test_foreign_ids_find_nothing_and_change_nothing(scene: Scene) -> None:
    found: dict[str, object] = {}
    changes = Changes()
    with connection.execute_wrapper(changes):
        for route in of_kind("member", "personal"):
            for address in scene.foreign(route):
                for method in METHODS:
                    answer = getattr(scene.clients[Role.OWNER], method)(address)
                    if answer.status_code not in (404, 405):
                        found[f"{method} {address}"] = answer.status_code
                if changed := changes.look():
                    found[address] = changed
    assert found == {}
    assert changes.look(closely=True) == []


def opens(route: Route, status: int) -> bool:
    """Whether the answer is what somebody gets who may open the page."""
    return status < 500 and status != 403 and (status != 404 or route.name in NEED_A_QUERY)


@pytest.mark.parametrize("role", Role.values)
def test_roles_open_what_they_may_and_nothing_else(scene: Scene, role: str) -> None:
    found = {}
    before = rows(without=MOVING | TRAIL)
    for route in of_kind("member"):
        assert route.rule
        may = route.rule.permit in PERMITS[role]
        for method in METHODS if not may else METHODS[:1]:
            status = getattr(scene.clients[role], method)(scene.own(route)).status_code
            if not (opens(route, status) if may else status in (403, 405)):
                found[f"{method} {route.path}"] = status
    assert found == {}
    assert rows(without=MOVING | TRAIL) == before


def test_looking_at_a_page_changes_nothing(scene: Scene) -> None:
    found, changes = {}, Changes()
    with connection.execute_wrapper(changes):
        for route in of_kind("member", "personal", "public"):
            client = browser() if route.rule and route.rule.kind == "public" else scene.clients[Role.OWNER]
            status = client.get(scene.own(route)).status_code
            changed = changes.look()
            if changed or status >= 500:
                found[route.path] = (status, changed)
    assert found == {}
    assert changes.look(closely=True) == []


def test_no_form_goes_through_without_its_token(scene: Scene) -> None:
    strict = browser(enforce_csrf_checks=True)
    people.sign_in(strict, scene.world.owner)
    found, before = {}, rows()
    for route in of_kind("member", "personal", "public"):
        for method in ("post", "put", "patch", "delete"):
            status = getattr(strict, method)(scene.own(route)).status_code
            if status not in (403, 405):
                found[f"{method} {route.path}"] = status
    assert found == {}
    assert rows() == before


def test_routes_for_programs_take_keys_alone(scene: Scene) -> None:
    """A session is worth nothing there, and neither is a key of another scope."""
    secrets = {
        scope: keys.create_key(by=scene.world.owner, name=str(scope), scope=scope)[1] for scope in ApiKey.Scope.values
    }
    found = {}
    for route in of_kind("key"):
        assert route.rule
        wrong = next(secret for scope, secret in secrets.items() if scope != route.rule.scope)
        answers = {
            "session": scene.clients[Role.OWNER].post(scene.own(route)).status_code,
            "nothing": browser().post(scene.own(route)).status_code,
            "scope": browser().post(scene.own(route), headers={"Authorization": f"Bearer {wrong}"}).status_code,
        }
        if answers != {"session": 401, "nothing": 401, "scope": 403}:
            found[route.path] = answers
    assert found == {}
