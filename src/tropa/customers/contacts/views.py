"""Pages of contacts."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.customers import access, actions, queries, undo
from tropa.customers.contacts.forms import ContactFilters, ContactForm, WorkForm
from tropa.customers.editing import UNPROCESSABLE, edit_page
from tropa.customers.listing import page_of
from tropa.customers.models import Account, Affiliation, BuyingRole, Contact
from tropa.workspace.access import MemberRequest, Permit, member


@require_safe
@member(Permit.READ)
def contacts(request: MemberRequest) -> HttpResponse:
    filters = ContactFilters(request.GET, request.workspace)
    page = page_of(request, filters.rows())
    works = _works([contact.pk for contact in page])
    context = {
        "section": "clients",
        "tab": "contacts",
        "filters": filters,
        "page": page,
        "rows": [(contact, works[contact.pk]) for contact in page],
        "roles": BuyingRole.choices,
    }
    return render(request, "customers/contacts.html", context)


def _works(contacts: list[int]) -> dict[int, list[Account]]:
    """Where they work now: one query for a whole page."""
    found: dict[int, list[Account]] = defaultdict(list)
    rows = Affiliation.objects.filter(contact__in=contacts, until=None).select_related("account")
    for row in rows.order_by("-is_main", "pk"):
        found[row.contact_id].append(row.account)
    return found


@require_safe
@member(Permit.READ)
def contact(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, access.contact(request.workspace, pk))


def _page(request: MemberRequest, found: Contact, form: WorkForm | None = None) -> HttpResponse:
    form = form or WorkForm(workspace=request.workspace)
    deals = queries.live_deals(request.workspace).filter(contact=found).select_related("stage", "account")
    context = {
        "section": "clients",
        "contact": found,
        "works": found.affiliations.select_related("account").order_by("-since", "-pk"),
        "deals": deals.order_by("-created_at")[:50],
        "work_form": form,
    }
    return render(request, "customers/contact.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@member(Permit.EDIT_CUSTOMERS)
def contact_new(request: MemberRequest) -> HttpResponse:
    given = request.GET.get("account", "")
    at = access.account(request.workspace, int(given)) if given.isdecimal() else None
    form = ContactForm(request.POST or None, workspace=request.workspace, initial={"account": at})
    back = reverse("contacts", args=[request.workspace.slug])
    return edit_page(
        request,
        form,
        lambda values: actions.create_contact(workspace=request.workspace, by=request.member, **values),
        heading=_("Новый контакт"),
        back=back if at is None else reverse("account", args=[request.workspace.slug, at.pk]),
        done=lambda row: reverse("contact", args=[request.workspace.slug, row.pk]),
    )


@member(Permit.EDIT_CUSTOMERS)
def contact_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.contact(request.workspace, pk)
    form = ContactForm(request.POST or None, workspace=request.workspace, row=found)
    page = reverse("contact", args=[request.workspace.slug, pk])
    return edit_page(
        request,
        form,
        lambda values: actions.update_contact(found, by=request.member, seen=form.cleaned_data["seen"], **values),
        heading=str(found),
        back=page,
        done=lambda row: page,
    )


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def contact_work(request: MemberRequest, pk: int) -> HttpResponse:
    """Where the contact works from now on."""
    found = access.contact(request.workspace, pk)
    form = WorkForm(request.POST, workspace=request.workspace)
    if not form.is_valid():
        return _page(request, found, form)
    actions.assign(found, form.cleaned_data["account"], by=request.member, at=timezone.now())
    messages.success(request, _("Место работы записано"))
    return redirect("contact", request.workspace.slug, pk)


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def contact_leave(request: MemberRequest, pk: int) -> HttpResponse:
    """The contact no longer works there. pk: of the affiliation."""
    work = access.affiliation(request.workspace, pk)
    if work.until is None:
        actions.leave(work, by=request.member, at=timezone.now())
        messages.success(request, _("Записано: больше не работает в «%(name)s»") % {"name": work.account.name})
    return redirect("contact", request.workspace.slug, work.contact_id)


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def contact_archive(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.contact(request.workspace, pk)
    actions.archive(found, by=request.member, now=timezone.now())
    undo.offer(request, _("Контакт в архиве"), {"do": "restore", "noun": "contact", "pk": pk})
    return redirect("contacts", request.workspace.slug)


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def contact_restore(request: MemberRequest, pk: int) -> HttpResponse:
    actions.restore(access.contact(request.workspace, pk), by=request.member)
    messages.success(request, _("Контакт снова в списке"))
    return redirect("contact", request.workspace.slug, pk)
