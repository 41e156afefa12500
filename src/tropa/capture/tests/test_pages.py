"""The wizard as a person goes through it: pages, addresses, what is refused and how it is said."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tropa.capture.models import Import, ImportedRow, SavedMapping
from tropa.capture.tests.files import accepted, checked, loaded, wide
from tropa.capture.tests.wizard import TOUCHES, columns, send, url
from tropa.customers.models import Account
from tropa.facts import queries
from tropa.facts.models import Quarantined
from tropa.jobs.testing import run_all
from tropa.workspace.models import Role
from tropa.workspace.tests import people
from tropa.workspace.tests.people import World


@pytest.fixture
def world() -> World:
    return people.world()


@pytest.fixture
def web(client: Client, world: World) -> Client:
    return people.sign_in(client, world.owner)


@pytest.mark.django_db
def test_it_works(web: Client, world: World) -> None:
    """A Windows-1251 file with semicolons, decimal commas and one date that nobody can read."""
    step = send(web, world, TOUCHES.encode("cp1251"))
    of = Import.objects.get()
    assert (of.kind, of.options["encoding"], of.options["delimiter"], of.rows) == ("touches", "cp1251", ";", 3)
    page = web.get(step).content.decode().replace("\u00a0", " ")
    assert 'class="t-pain">14/03' in page
    assert "В 1 строке не разобрали дату." in page
    assert "Загрузим остальные, а эти после загрузки можно будет скачать файлом" in page
    response = web.post(step, columns(of, do="check"))
    assert response["Location"] == url(world, "import_check", of.pk)
    page = web.get(response["Location"]).content.decode().replace("\u00a0", " ")
    assert "Загрузить 2 строки" in page
    assert "а эти после загрузки можно будет скачать файлом" in page
    assert queries.count(world.own) == 0
    web.post(url(world, "import_run", of.pk))
    assert run_all() >= 1
    page = web.get(url(world, "import", of.pk)).content.decode().replace("\u00a0", " ")
    assert "Отчёт по строкам" in page
    first = queries.touches_of(world.own, Account.objects.get(name="Тёплый Контур").pk)[0]
    assert (first.type, first.value, first.properties["contact_role"]) == ("Демо", 1200.5, "ИТ-директор") or (
        first.value == 1200.5
    )
    assert Quarantined.objects.get().reason == "bad_date"
    assert SavedMapping.objects.get().headers == ["Компания", "Дата", "Тип", "Сумма", "Кто"]


@pytest.mark.django_db
def test_rejected_rows_go_out_as_they_came_in_and_load_after_mending(web: Client, world: World) -> None:
    of = loaded(accepted(world.owner, TOUCHES.encode("cp1251"), "касания.csv"), world.owner)
    response = web.get(url(world, "import_rejected", of.pk))
    raw = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert raw.decode("cp1251").splitlines() == [
        "Строка файла;Почему не загружено;Компания;Дата;Тип;Сумма;Кто",
        "3;Не разобрали дату;Лаборант-М;14/03;КП;300;Финансы",
    ]
    mended = raw.decode("cp1251").replace("14/03", "14.03.2025").encode("cp1251")
    again = accepted(world.owner, mended, "mended.csv")
    assert again.options["saved"] == "касания.csv"
    assert loaded(again, world.owner).counts == {"created": 1}
    assert queries.count(world.own) == 3


@pytest.mark.django_db
def test_formulas_are_inert_in_the_file_of_rejected_rows_and_come_back_as_they_were(web: Client, world: World) -> None:
    nasty = ["=1+1", "+7 900 000-00-01", "-5", "@x", "'=1", "＝1", "\t=2"]
    rows = "".join(f'"{text}",2025-01-32,Демо\n' for text in nasty)
    sound = "Обычная,2025-01-30,Демо\n" * 9
    of = loaded(accepted(world.owner, "Компания,Дата,Тип\n" + rows + sound), world.owner)
    raw = b"".join(web.get(url(world, "import_rejected", of.pk)).streaming_content)  # type: ignore[attr-defined]
    cells = [line.split(",")[2] for line in raw.decode().splitlines()[1:]]
    assert all(cell.startswith("'") for cell in cells)
    mended = raw.decode().replace("2025-01-32", "2025-01-31")
    loaded(accepted(world.owner, mended, "mended.csv"), world.owner)
    names = set(Account.objects.of(world.own).values_list("name", flat=True))
    assert names == {text.strip() for text in nasty} | {"Обычная"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ANALYST, Role.SALES, Role.VIEWER])
def test_who_may_not_import_is_told_so(client: Client, world: World, role: str) -> None:
    people.sign_in(client, world.members[role])
    assert client.get(url(world, "imports")).status_code == 403
    assert client.post(url(world, "import_new")).status_code == 403


@pytest.mark.django_db
def test_another_workspace_sees_nothing(client: Client, world: World) -> None:
    of = loaded(accepted(world.owner, TOUCHES), world.owner)
    saved = SavedMapping.objects.get()
    people.sign_in(client, world.stranger)
    for name in ("import", "import_columns", "import_check", "import_rows", "import_rejected"):
        assert client.get(reverse(name, args=[world.foreign.slug, of.pk])).status_code == 404
        assert client.get(url(world, name, of.pk)).status_code == 404
    for name in ("import_run", "import_stop", "import_continue", "import_undo", "import_delete"):
        assert client.post(reverse(name, args=[world.foreign.slug, of.pk])).status_code == 404
    assert client.post(reverse("mapping_forget", args=[world.foreign.slug, saved.pk])).status_code == 404
    assert "file.csv" not in client.get(reverse("imports", args=[world.foreign.slug])).content.decode().replace(
        "\u00a0", " "
    )
    again = accepted(world.stranger, TOUCHES)
    assert "saved" not in again.options
    assert loaded(again, world.stranger).counts == {"created": 2, "rejected": 1}


@pytest.mark.django_db
def test_cells_and_headers_are_text_never_markup(web: Client, world: World) -> None:
    nasty = "<script>alert(1)</script>"
    step = send(web, world, f"Компания,Дата,Тип,{nasty}\n{nasty},2025-01-01,Демо,{nasty}\n{nasty},x,Демо,y\n".encode())
    assert "<script>alert" not in web.get(step).content.decode().replace("\u00a0", " ")
    of = loaded(Import.objects.get(), world.owner)
    for name in ("import", "import_rows"):
        assert "<script>alert" not in web.get(url(world, name, of.pk)).content.decode().replace("\u00a0", " ")


@pytest.mark.django_db
def test_another_encoding_reads_the_same_bytes_anew(web: Client, world: World) -> None:
    step = send(web, world, TOUCHES.encode("cp1251"))
    of = Import.objects.get()
    assert web.post(step, columns(of, encoding="koi8-r", do="preview")).status_code == 302
    of.refresh_from_db()
    assert of.headers[0] != "Компания"
    assert web.post(step, columns(of, encoding="utf-8", do="preview")).status_code == 422
    assert web.post(step, columns(of, encoding="cp1251", do="preview")).status_code == 302
    of.refresh_from_db()
    assert (of.headers[0], of.mapping["Компания"]) == ("Компания", "account")


@pytest.mark.django_db
def test_as_many_columns_as_are_taken_go_through_the_whole_form(web: Client, world: World) -> None:
    step = send(web, world, wide(500).encode())
    of = Import.objects.get()
    page = web.get(step).content.decode()
    assert page.count('name="map-') == 500
    response = web.post(step, columns(of, **{"map-499": "campaign", "do": "check"}))
    assert response["Location"] == url(world, "import_check", of.pk)
    of.refresh_from_db()
    assert (of.status, of.mapping["c500"]) == ("checked", "campaign")


@pytest.mark.django_db
def test_a_column_too_many_is_told_at_the_upload(web: Client, world: World) -> None:
    file = SimpleUploadedFile("широкий.csv", wide(501).encode())
    response = web.post(url(world, "import_new"), {"file": file, "kind": ""})
    assert response.status_code == 422
    assert "столбцов в таблице 501, загружается не больше 500" in response.content.decode().replace("\u00a0", " ")
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_a_header_alone_leads_back_to_the_upload(web: Client, world: World) -> None:
    page = web.get(send(web, world, "Компания,Дата,Тип\n".encode())).content.decode().replace("\u00a0", " ")
    assert "В файле только заголовок. Нужна таблица с заголовком и хотя бы одной строкой" in page
    assert f'href="{url(world, "import_new")}">Загрузить другой файл' in page
    assert 'value="check"' not in page
    page = web.get(send(web, world, "Компания,Дата,Тип\nА\nБ\n".encode())).content.decode().replace("\u00a0", " ")
    assert "Первые строки не удалось разобрать на столбцы." in page
    assert "В файле только заголовок" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "is_told"), [("касания.XLSX", True), ("касания.csv", False)])
def test_a_text_named_as_a_workbook_is_told_to_be_none(web: Client, world: World, name: str, is_told: bool) -> None:
    page = web.get(send(web, world, TOUCHES.encode(), name)).content.decode().replace("\u00a0", " ")
    assert ("внутри текст: прочитали его как текст" in page) is is_told


@pytest.mark.django_db
def test_a_column_that_is_needed_is_named(web: Client, world: World) -> None:
    step = send(web, world, TOUCHES.encode())
    of = Import.objects.get()
    response = web.post(step, columns(of, **{"map-0": "", "do": "check"}))
    assert response.status_code == 422
    assert "Нужен хотя бы один столбец: «Компания»" in response.content.decode().replace("\u00a0", " ")
    of.refresh_from_db()
    response = web.post(step, columns(of, **{"map-0": "account", "map-4": "account", "do": "check"}))
    assert "выбрано у нескольких столбцов" in response.content.decode().replace("\u00a0", " ")


@pytest.mark.django_db
def test_another_kind_maps_the_columns_anew(web: Client, world: World) -> None:
    step = send(web, world, b"id,name,city\n1,A,B\n")
    of = Import.objects.get()
    assert of.kind == "accounts"
    web.post(step, columns(of, kind="deals", do="check"))
    of.refresh_from_db()
    assert (of.kind, of.status, of.mapping["name"]) == ("deals", "uploaded", "title")


@pytest.mark.django_db
def test_progress_is_a_fragment_that_asks_again_until_it_is_done(web: Client, world: World) -> None:
    of = checked(accepted(world.owner, TOUCHES))
    Import.objects.filter(pk=of.pk).update(status="running", cursor=1)
    part = web.get(url(world, "import", of.pk), headers={"HX-Request": "true"}).content.decode().replace("\u00a0", " ")
    assert "<html" not in part
    assert 'hx-trigger="every 1s"' in part
    Import.objects.filter(pk=of.pk).update(status="done", counts={"created": 3})
    part = web.get(url(world, "import", of.pk), headers={"HX-Request": "true"}).content.decode().replace("\u00a0", " ")
    assert "hx-trigger" not in part


@pytest.mark.django_db
def test_a_stopped_import_goes_on_or_is_undone(web: Client, world: World) -> None:
    of = checked(accepted(world.owner, TOUCHES))
    web.post(url(world, "import_run", of.pk))
    web.post(url(world, "import_stop", of.pk))
    run_all()
    of.refresh_from_db()
    assert (of.status, of.cursor) == ("stopped", 0)
    web.post(url(world, "import_run", of.pk))  # in vain: it is not checked any more
    web.post(url(world, "import_continue", of.pk))
    run_all()
    of.refresh_from_db()
    assert (of.status, of.counts) == ("done", {"created": 2, "rejected": 1})
    assert web.post(url(world, "import_delete", of.pk))["Location"] == url(world, "import", of.pk)
    web.post(url(world, "import_undo", of.pk))
    run_all()
    of.refresh_from_db()
    assert of.status == "undone"
    web.post(url(world, "import_delete", of.pk))
    assert not Import.objects.exists()
    assert queries.count(world.own) == 0


@pytest.mark.django_db
def test_old_addresses_lead_to_where_the_import_is(web: Client, world: World) -> None:
    of = accepted(world.owner, TOUCHES)
    here = web.get(url(world, "import", of.pk), follow=True).redirect_chain[-1][0]
    assert here == url(world, "import_columns", of.pk)
    assert web.get(url(world, "import_check", of.pk))["Location"] == url(world, "import_columns", of.pk)
    of = checked(of)
    assert web.get(url(world, "import", of.pk))["Location"] == url(world, "import_check", of.pk)
    assert web.get(url(world, "import_columns", of.pk)).status_code == 200
    loaded(of, world.owner)
    assert web.get(url(world, "import_columns", of.pk))["Location"] == url(world, "import", of.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["touches", "accounts", "contacts", "deals", "stage_history", "orders"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_the_sample_files_load_without_a_word(web: Client, world: World, kind: str, encoding: str) -> None:
    content = web.get(url(world, "import_sample", kind, encoding)).content
    of = accepted(world.owner, content, f"{kind}.csv")
    assert of.kind == kind
    of = loaded(of, world.owner)
    assert set(of.counts) == {"created"}, of.reasons
    assert web.get(url(world, "import_sample", "x", encoding)).status_code == 404


@pytest.mark.django_db
def test_empty_list_and_report(web: Client, world: World) -> None:
    assert "Ещё ничего не загружали" in web.get(url(world, "imports")).content.decode().replace("\u00a0", " ")
    of = loaded(accepted(world.owner, TOUCHES), world.owner)
    page = web.get(url(world, "imports")).content.decode().replace("\u00a0", " ")
    assert "Сохранённые сопоставления" in page
    page = web.get(url(world, "import_rows", of.pk)).content.decode().replace("\u00a0", " ")
    assert "Не разобрали дату" in page
    for outcome in ("created", "nonsense"):
        assert web.get(url(world, "import_rows", of.pk) + f"?outcome={outcome}&page=99").status_code == 200
    assert ImportedRow.objects.filter(outcome="rejected").count() == 1
