"""What the test of routes puts into an address: a factory per parameter.

A key is the end of the path before the parameter, then its name: `accounts/<pk>`. The longest key that fits counts, so
`settings/stages/<pk>` and `stages/<pk>` can differ. A factory gets the owner of a workspace and returns the value for
an object of that workspace; the test calls it for two workspaces. To add a room: write its factories below, or
in a file of its own that the test imports (tests/route_maps.py).
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from tropa.capture import actions as capture
from tropa.capture.models import Import, Kind
from tropa.capture.uploads import StoredFile, path_of
from tropa.customers import actions as customers
from tropa.customers.models import Account, Affiliation, Contact, Deal, EntryFact, Pipeline, PipelineStage
from tropa.journeys import actions as journeys
from tropa.journeys.models import Journey, JourneyVersion, Stage
from tropa.workspace import invitations, keys, sessions
from tropa.workspace.models import ApiKey, Member, Role, SignIn
from tropa.workspace.signing_in import ResetTokens

Factory = Callable[[Member], object]
# Pages that find nothing without the query string that leads to them.
NEED_A_QUERY = {"version_moves"}
FACTORIES: dict[str, Factory] = {}


def makes(*keys: str) -> Callable[[Factory], Factory]:
    """Register a factory under the ends of paths that it serves."""

    def register(factory: Factory) -> Factory:
        FACTORIES.update(dict.fromkeys(keys, factory))
        return factory

    return register


def factory_of(prefix: str, name: str) -> Factory:
    """prefix: the path before the parameter. Fails with what to add when there is no factory."""
    fitting = [key for key in FACTORIES if f"/{prefix}<{name}>".endswith(f"/{key}")]
    if not fitting:
        last = prefix.rstrip("/").rsplit("/", 1)[-1]
        raise AssertionError(
            f"The route {prefix}<{name}> has no factory: add to tests/route_objects.py a function with "
            f'@makes("{last}/<{name}>") that returns the value for an object of the member\'s workspace.'
        )
    return FACTORIES[max(fitting, key=len)]


# workspace


@makes("settings/members/<pk>")
def a_member(owner: Member) -> object:
    return Member.objects.of(owner.workspace).filter(role=Role.VIEWER).values_list("pk", flat=True).get()


@makes("settings/invitations/<pk>")
def an_invitation(owner: Member) -> object:
    return invitations.invite(by=owner, email="new@example.com", role=Role.VIEWER, now=timezone.now())[0].pk


@makes("settings/keys/<pk>")
def a_key(owner: Member) -> object:
    return keys.create_key(by=owner, name=f"Ключ {owner.pk}", scope=ApiKey.Scope.CAPTURE)[0].pk


@makes("profile/sessions/<pk>")
def a_session(owner: Member) -> object:
    return sessions.living(owner.user, now=timezone.now()).values_list("pk", flat=True).first() or _other_session(owner)


def _other_session(owner: Member) -> object:
    now = timezone.now()
    return SignIn.objects.create(user=owner.user, started_at=now, seen_at=now).pk


@makes("join/<token>")
def a_token(owner: Member) -> object:
    return invitations.invite(by=owner, email="token@example.com", role=Role.VIEWER, now=timezone.now())[1]


@makes("password/<uidb36>")
def a_person(owner: Member) -> object:
    return owner.user.pk


@makes("<uidb36>/<key>")
def a_reset_token(owner: Member) -> object:
    return ResetTokens().make_token(owner.user)


# customers


@makes("accounts/<pk>")
def an_account(owner: Member) -> object:
    return _account(owner).pk


@makes("contacts/<pk>")
def a_contact(owner: Member) -> object:
    return _contact(owner).pk


@makes("affiliations/<pk>")
def an_affiliation(owner: Member) -> object:
    contact = _contact(owner)
    return Affiliation.objects.filter(contact=contact).values_list("pk", flat=True).get()


@makes("deals/<pk>")
def a_deal(owner: Member) -> object:
    return _deal(owner).pk


@makes("orders/<pk>")
def an_order(owner: Member) -> object:
    return customers.create_order(account=_account(owner), by=owner, ordered_at=timezone.now()).pk


@makes("subscriptions/<pk>")
def a_subscription(owner: Member) -> object:
    return customers.create_subscription(account=_account(owner), by=owner, started_on=timezone.now().date()).pk


@makes("pipelines/<pk>")
def a_pipeline(owner: Member) -> object:
    return _pipeline(owner).pk


@makes("settings/stages/<pk>", "deals/columns/<pk>")
def a_pipeline_stage(owner: Member) -> object:
    return _stage(owner).pk


@makes("settings/facts/<pk>")
def an_entry_fact(owner: Member) -> object:
    rule = {"field": "account.name", "op": "exists"}
    return EntryFact.objects.create(workspace=owner.workspace, stage=_stage(owner), label="Факт", rule=rule).pk


@makes("customers/undo/<token>")
def an_undo_token(owner: Member) -> object:
    return "anything"


def _account(owner: Member) -> Account:
    found = Account.objects.of(owner.workspace).first()
    at = timezone.now() - timedelta(days=1)
    return found or customers.create_account(workspace=owner.workspace, by=owner, name="Компания 000001", at=at)


def _contact(owner: Member) -> Contact:
    found = Contact.objects.of(owner.workspace).first()
    return found or customers.create_contact(
        workspace=owner.workspace,
        by=owner,
        position="Финансовый директор",
        email="cfo@customer.example",
        account=_account(owner),
        at=timezone.now(),
    )


def _deal(owner: Member) -> Deal:
    found = Deal.objects.of(owner.workspace).first()
    return found or customers.create_deal(
        workspace=owner.workspace,
        by=owner,
        account=_account(owner),
        title="Сделка",
        stage=_stage(owner),
        at=timezone.now(),
    )


def _pipeline(owner: Member) -> Pipeline:
    return customers.starter_pipeline(owner.workspace)


def _stage(owner: Member) -> PipelineStage:
    found: PipelineStage = _pipeline(owner).stages.all()[0]
    return found


# capture


@makes("imports/<pk>")
def an_import(owner: Member) -> object:
    return _import(owner).pk


@makes("imports/mappings/<pk>")
def a_mapping(owner: Member) -> object:
    return capture.remember(_import(owner), now=timezone.now()).pk


@makes("sample/<kind>")
def a_kind(owner: Member) -> object:
    return Kind.ACCOUNTS


@makes("<kind>/<encoding>")
def an_encoding(owner: Member) -> object:
    return "utf-8"


def _import(owner: Member) -> Import:
    """A file that was received and read."""
    found = Import.objects.of(owner.workspace).first()
    return found or capture.accept(by=owner, file=_received(f"{owner.workspace.slug}-routes.csv", b"name\nCompany 1\n"))


def _received(name: str, text: bytes) -> StoredFile:
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    return StoredFile(name, name, len(text), hashlib.sha256(text).hexdigest())


# journeys


@makes("journeys/<pk>", "figures/<pk>")
def a_journey(owner: Member) -> object:
    return _journey(owner).pk


@makes("on/<stage>")
def a_stage_key(owner: Member) -> object:
    return Stage.objects.filter(journey=_journey(owner)).values_list("key", flat=True).first()


@makes("rules/<end>")
def an_end(owner: Member) -> object:
    return "completed"


@makes("dashboard/<tile>")
def a_tile(owner: Member) -> object:
    return "funnel"


@makes("journeys/stages/<pk>")
def a_stage(owner: Member) -> object:
    return Stage.objects.filter(journey=_journey(owner)).values_list("pk", flat=True).first()


@makes("journeys/versions/<pk>")
def a_version(owner: Member) -> object:
    return JourneyVersion.objects.filter(journey=_journey(owner)).values_list("pk", flat=True).first()


def _journey(owner: Member) -> Journey:
    found = Journey.objects.of(owner.workspace).first()
    return found or _serving_journey(owner)


def _serving_journey(owner: Member) -> Journey:
    made = journeys.create_from_template(
        workspace=owner.workspace,
        template_key="b2b_key_account_5",
        name="Путь",
        product=journeys.product(owner.workspace, "Продукт"),
        by=owner,
    )
    # As built when nobody is on it: building for real would start an engine for every test.
    JourneyVersion.objects.filter(journey=made).update(status=JourneyVersion.Status.SERVING, built_at=timezone.now())
    return made


# desk


@makes("home/trails/<pk>")
def a_journey_with_a_trail(owner: Member) -> object:
    return _journey(owner).pk


@makes("home/<what>")
def a_kind_of_news(owner: Member) -> object:
    return "moves"
