"""Reads with several callers: finding a customer by what is known of it."""

from django.db.models import QuerySet
from django.db.models.functions import Length

from tropa.customers import identity
from tropa.customers.domain import bare_name, folded
from tropa.customers.models import Account, Contact, Deal, Pipeline
from tropa.workspace.models import Member, Workspace

_MOST_SUGGESTED = 12
_MOST_TWINS = 5
_MOST_COMPARED = 5_000


def live_accounts(workspace: Workspace) -> "QuerySet[Account]":
    """Neither put away nor merged into another."""
    return Account.objects.of(workspace).filter(archived_at=None, merged_into=None)


def live_contacts(workspace: Workspace) -> "QuerySet[Contact]":
    return Contact.objects.of(workspace).filter(archived_at=None)


def live_deals(workspace: Workspace) -> "QuerySet[Deal]":
    return Deal.objects.of(workspace).filter(archived_at=None)


def owners(workspace: Workspace) -> "QuerySet[Member]":
    """Members to whom something can be given."""
    return Member.objects.of(workspace).filter(is_active=True).select_related("user").order_by("position", "pk")


def account_by_domain(workspace: Workspace, domain: str) -> Account | None:
    """The one account with the domain; None when there is none, or several."""
    return identity.by_domain(workspace, domain)


def find_account(workspace: Workspace, *, name: str = "", domain: str = "", external_id: str = "") -> Account | None:
    """An account by the surest key that is given: id in another system, then domain, then its whole name.

    Only one is an answer: of two with the same name either could be meant.
    """
    if external_id:
        found = Account.objects.of(workspace).filter(external_id=external_id).select_related("merged_into").first()
        if found is not None:
            return found.merged_into or found
    if domain and (by_domain := account_by_domain(workspace, domain)):
        return by_domain
    return named(workspace, name) if name else None


def named(workspace: Workspace, name: str) -> Account | None:
    """The one account of that name, whatever the case; None when there is none, or several."""
    wanted = folded(name)
    near = live_accounts(workspace).filter(search__startswith=wanted)[:200]
    same = [account for account in near if folded(account.name) == wanted]
    return same[0] if len(same) == 1 else None


def twins(workspace: Workspace, *, name: str = "", domain: str = "") -> list[Account]:
    """A few companies that may be the one with this name or domain, those with the domain first; in the archive too."""
    companies = Account.objects.of(workspace).filter(kind=Account.Kind.COMPANY, merged_into=None)
    found = list(companies.filter(domain=domain).order_by("pk")[:_MOST_TWINS]) if domain else []
    if wanted := bare_name(name):
        near = companies.exclude(pk__in=[account.pk for account in found])
        for word in wanted.split():
            near = near.filter(search__contains=word)
        # The shortest names that are long enough are the nearest; the words may stand in a city as well.
        long_enough = near.annotate(long=Length("name")).filter(long__gte=len(wanted)).order_by("long", "pk")
        compared = long_enough.values_list("pk", "name")[:_MOST_COMPARED]
        same = [pk for pk, name in compared if bare_name(name) == wanted][:_MOST_TWINS]
        found += companies.filter(pk__in=same).order_by("pk")
    return found[:_MOST_TWINS]


def suggested_accounts(workspace: Workspace, text: str) -> list[Account]:
    """A few accounts to choose from while typing."""
    rows = live_accounts(workspace).filter(kind=Account.Kind.COMPANY)
    for word in folded(text).split():
        rows = rows.filter(search__contains=word)
    return list(rows.order_by("search", "pk")[:_MOST_SUGGESTED])


def pipelines(workspace: Workspace) -> "QuerySet[Pipeline]":
    """With their stages, in order: one query more, however many."""
    return Pipeline.objects.of(workspace).prefetch_related("stages")


def colleagues(account: Account) -> "QuerySet[Contact]":
    """Who works at the account now."""
    return live_contacts(account.workspace).filter(affiliations__account=account, affiliations__until=None).distinct()
