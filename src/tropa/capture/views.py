"""Pages of the import wizard: every step has an address of its own, works without script and survives a reload."""

from typing import Any, cast
from zoneinfo import available_timezones

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tropa.analysis.problem import InputError
from tropa.capture import access, actions, preview, problems, progress, report, samples, uploads
from tropa.capture.actions import NotNow
from tropa.capture.forms import ColumnsForm, UploadForm, mapping_errors
from tropa.capture.models import Import, Kind, SavedMapping
from tropa.capture.uploads import StreamToUploads
from tropa.workspace.access import MemberRequest, Permit, member

UNPROCESSABLE, TOO_LARGE = 422, 413
_PAGE_ROWS = 30
Status = Import.Status


@require_safe
@member(Permit.IMPORT)
def imports(request: MemberRequest) -> HttpResponse:
    """What was loaded, and what became of it."""
    rows = Import.objects.of(request.workspace).select_related("created_by__user").order_by("-id")
    page = Paginator(rows, _PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "section": "imports",
        "page": page,
        "rows": [(each, progress.state(each)) for each in page],
        "mappings": SavedMapping.objects.of(request.workspace).order_by("-used_at")[:50],
    }
    return render(request, "capture/imports.html", context)


@csrf_exempt  # only so that the handler is set before the body is read; the token is checked right after
@require_http_methods(["GET", "HEAD", "POST"])  # nothing else is let through without the token
@member(Permit.IMPORT)
def import_new(request: MemberRequest) -> HttpResponseBase:
    """The first step: a file."""
    if request.method != "POST":
        return _upload_page(request, UploadForm(initial={"kind": request.GET.get("kind", "")}))
    if uploads.is_too_big(request.META.get("CONTENT_LENGTH")):
        return _upload_page(request, UploadForm(), problems.told(uploads.too_big(_("Файл"))), status=TOO_LARGE)
    handler = StreamToUploads(request)
    cast(Any, request).upload_handlers = [handler]
    response = _upload(request)
    for file in handler.stored:
        if not Import.objects.filter(stored_as=file.stored_as).exists():
            file.discard()
    return response


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    given = cast(MemberRequest, request)
    form = UploadForm(request.POST)
    file = request.FILES.get("file")
    if not isinstance(file, uploads.StoredFile) or not form.is_valid():
        return _upload_page(given, form, no_file=not isinstance(file, uploads.StoredFile), status=UNPROCESSABLE)
    try:
        uploads.check_size(file, "")
        found = actions.accept(by=given.member, file=file, kind=form.cleaned_data["kind"])
    except InputError as error:
        return _upload_page(given, form, problems.told(error), status=UNPROCESSABLE)
    return redirect("import_columns", given.workspace.slug, found.pk)


def _upload_page(
    request: MemberRequest, form: UploadForm, error: dict[str, str] | None = None, *, no_file: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "section": "imports",
        "step": 1,
        "form": form,
        "error": _("Выберите файл с таблицей.") if no_file else problems.shown(error),
        "kinds": Kind.choices,
    }
    return render(request, "capture/new.html", context, status=status)


@member(Permit.IMPORT)
def import_columns(request: MemberRequest, pk: int) -> HttpResponse:
    """The second step: what the columns mean."""
    of = access.import_of(request.workspace, pk)
    if of.status not in (Status.UPLOADED, Status.CHECKING, Status.CHECKED):
        return redirect("import", request.workspace.slug, pk)
    if request.method != "POST":
        return _columns_page(request, of, ColumnsForm(None, of))
    form = ColumnsForm(request.POST, of)
    if not form.is_valid():
        return _columns_page(request, of, form, status=UNPROCESSABLE)
    was_of = of.kind
    try:
        of = actions.choose(of, form.chosen(request.POST))
        if request.POST.get("do") != "check" or of.kind != was_of:
            return redirect("import_columns", request.workspace.slug, pk)
        if errors := mapping_errors(of):
            return _columns_page(request, of, ColumnsForm(None, of), errors, status=UNPROCESSABLE)
        actions.start_check(of)
    except InputError as error:
        of = access.import_of(request.workspace, pk)
        return _columns_page(request, of, form, [problems.shown(problems.told(error))], status=UNPROCESSABLE)
    except NotNow:
        return redirect("import", request.workspace.slug, pk)
    return redirect("import_check", request.workspace.slug, pk)


def _columns_page(
    request: MemberRequest, of: Import, form: ColumnsForm, errors: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"section": "imports", "step": 2, "of": of, "form": form, "errors": errors or []}
    try:
        context["preview"] = preview.preview_of(of, actions.sample_of(of))
    except InputError as error:
        context["errors"] = [*context["errors"], problems.shown(problems.told(error))]
    context |= {
        "choices": preview.choices(of.kind),
        "zones": sorted(available_timezones()),
        "state": progress.state(of),
    }
    return render(request, "capture/columns.html", context, status=status)


@require_safe
@member(Permit.IMPORT)
def import_check(request: MemberRequest, pk: int) -> HttpResponse:
    """The third step: what would be loaded."""
    of = access.import_of(request.workspace, pk)
    if of.status == Status.UPLOADED:
        return redirect("import_columns", request.workspace.slug, pk)
    if of.status not in (Status.CHECKING, Status.CHECKED):
        return _away(request, of)
    return _state_page(request, of, "capture/check.html")


@require_safe
@member(Permit.IMPORT)
def import_page(request: MemberRequest, pk: int) -> HttpResponse:
    """The last step: progress, result, undoing."""
    of = access.import_of(request.workspace, pk)
    if of.status == Status.UPLOADED:
        return redirect("import_columns", request.workspace.slug, pk)
    if of.status in (Status.CHECKING, Status.CHECKED):
        return redirect("import_check", request.workspace.slug, pk)
    return _state_page(request, of, "capture/import.html")


def _state_page(request: MemberRequest, of: Import, page: str) -> HttpResponse:
    """The page, or its moving part when htmx asks every second."""
    context = {"section": "imports", **progress.state(of)}
    is_part = bool(request.htmx) and not request.htmx.boosted
    return render(request, "capture/_state.html" if is_part else page, context)


def _away(request: MemberRequest, of: Import) -> HttpResponse:
    """To the page of the import, from a fragment as well."""
    response = redirect("import", request.workspace.slug, of.pk)
    if request.htmx:
        response = HttpResponse(headers={"HX-Redirect": response["Location"]})  # type: ignore[assignment]
    return response


@require_safe
@member(Permit.IMPORT)
def import_rows(request: MemberRequest, pk: int) -> HttpResponse:
    """What became of each row, by outcome."""
    of = access.import_of(request.workspace, pk)
    numbers = progress.run_numbers(of)
    outcomes = numbers.outcomes
    if numbers.noted:
        outcomes.append(("noted", _("Не нашли, кто ведёт"), numbers.noted))
    if kept := of.imported_rows.exclude(kept="").count():
        outcomes.append(("kept", _("Осталось после отмены"), kept))
    keys = [key for key, _, _ in outcomes]
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in keys else ("rejected" if "rejected" in keys else (keys or [""])[0])
    page, rows = report.page_of(of, outcome, request.GET.get("page", "1"))
    context = {
        "section": "imports", "of": of, "outcomes": outcomes, "outcome": outcome, "page": page, "rows": rows,
        "numbers": numbers, "is_marked": bool(of.undone) and of.status != "done" and outcome != "kept",
        "is_file_here": uploads.path_of(of.stored_as).is_file(),
    }  # fmt: skip
    return render(request, "capture/rows.html", context)


@require_safe
@member(Permit.IMPORT)
def import_rejected(request: MemberRequest, pk: int) -> HttpResponseBase:
    """The rejected rows as a file, ready to be mended and loaded again."""
    of = access.import_of(request.workspace, pk)
    try:
        content = report.rejected_csv(of)
    except InputError as error:
        messages.error(request, problems.shown(problems.told(error)))
        return redirect("import", request.workspace.slug, pk)
    return _download(StreamingHttpResponse(content), report.rejected_name(of))


@require_safe
@member(Permit.IMPORT)
def import_sample(request: MemberRequest, kind: str, encoding: str) -> HttpResponseBase:
    """A small file to start from."""
    try:
        content = samples.sample(kind, encoding)
    except KeyError as error:
        raise Http404("sample") from error
    return _download(HttpResponse(content), f"tropa-{kind}-{encoding}.csv")


def _download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Type"] = "text/csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_POST
@member(Permit.IMPORT)
def import_run(request: MemberRequest, pk: int) -> HttpResponse:
    of = access.import_of(request.workspace, pk)
    return _do(request, of, lambda: actions.start_run(of, by=request.member, now=timezone.now()), "")


@require_POST
@member(Permit.IMPORT)
def import_stop(request: MemberRequest, pk: int) -> HttpResponse:
    of = access.import_of(request.workspace, pk)
    done = "" if of.status == Status.CHECKING else _("Загрузка остановлена")
    return _do(request, of, lambda: actions.stop(of, by=request.member, now=timezone.now()), done)


@require_POST
@member(Permit.IMPORT)
def import_continue(request: MemberRequest, pk: int) -> HttpResponse:
    of = access.import_of(request.workspace, pk)
    return _do(request, of, lambda: actions.go_on(of, by=request.member), "")


@require_POST
@member(Permit.IMPORT)
def import_undo(request: MemberRequest, pk: int) -> HttpResponse:
    of = access.import_of(request.workspace, pk)
    return _do(request, of, lambda: actions.start_undo(of, by=request.member), "")


@require_POST
@member(Permit.IMPORT)
def import_delete(request: MemberRequest, pk: int) -> HttpResponse:
    of = access.import_of(request.workspace, pk)
    try:
        actions.forget(of, by=request.member)
    except NotNow:
        messages.error(request, _("Сначала отмените загрузку: её строки уже в данных."))
        return redirect("import", request.workspace.slug, pk)
    messages.success(request, _("Файл удалён"))
    return redirect("imports", request.workspace.slug)


@require_POST
@member(Permit.IMPORT)
def mapping_forget(request: MemberRequest, pk: int) -> HttpResponse:
    access.saved_mapping(request.workspace, pk).delete()
    messages.success(request, _("Сопоставление удалено"))
    return redirect("imports", request.workspace.slug)


def _do(request: MemberRequest, of: Import, action: Any, done: str) -> HttpResponse:
    """Do it unless somebody was quicker; the page then shows how things stand."""
    try:
        action()
    except NotNow:
        messages.error(request, _("Это уже сделали: ниже — как обстоят дела сейчас."))
    else:
        if done:
            messages.success(request, done)
    return redirect("import", request.workspace.slug, of.pk)
