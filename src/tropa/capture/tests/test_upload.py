"""Uploads: what is refused, how it is said, what is left behind: nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tropa.capture import uploads
from tropa.capture.models import Import
from tropa.capture.tests.wizard import TOUCHES, send, url
from tropa.workspace.tests import people
from tropa.workspace.tests.people import World


@pytest.fixture
def world() -> World:
    return people.world()


@pytest.fixture
def web(client: Client, world: World) -> Client:
    return people.sign_in(client, world.owner)


@pytest.mark.django_db
def test_an_upload_without_a_token_is_refused_and_leaves_no_file(world: World) -> None:
    web = people.sign_in(Client(enforce_csrf_checks=True), world.owner)
    before = set(uploads.folder().iterdir())
    response = web.post(url(world, "import_new"), {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    assert response.status_code == 403
    assert set(uploads.folder().iterdir()) == before
    assert not Import.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "пусто.csv", "файл пуст"),
        (b"  \n", "пусто.csv", "файл пуст"),
        (b"%PDF-1.7", "x.csv", "PDF. Сохраните таблицу как CSV или XLSX"),
        (b"PAR1xxxx", "x.parquet", "Загружаются CSV"),
        (b"PK\x03\x04broken", "x.xlsx", "повреждён"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    web: Client, world: World, content: bytes, name: str, said: str
) -> None:
    before = set(uploads.folder().iterdir())
    response = web.post(url(world, "import_new"), {"file": SimpleUploadedFile(name, content), "kind": ""})
    assert response.status_code == 422
    assert said in response.content.decode().replace("\u00a0", " ")
    assert set(uploads.folder().iterdir()) == before


@pytest.mark.django_db
def test_the_name_of_a_file_is_no_path(web: Client, world: World) -> None:
    send(web, world, TOUCHES.encode(), "../../etc/<b>x</b>.csv")
    of = Import.objects.get()
    assert of.file_name == "b>.csv" or "/" not in of.file_name
    assert uploads.path_of(of.stored_as).parent == uploads.folder()
    assert uploads.path_of("../../x").parent == uploads.folder()
    assert "<b>x" not in web.get(url(world, "imports")).content.decode().replace("\u00a0", " ")


@pytest.mark.django_db
def test_a_file_that_says_it_is_too_big_is_not_read(web: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    monkeypatch.setattr(uploads, "_FORM_BYTES", 0)
    response = web.post(url(world, "import_new"), {"file": SimpleUploadedFile("a.csv", b"x" * 5000)})
    assert response.status_code == 413


@pytest.mark.django_db
def test_a_file_beyond_the_limit_is_dropped_as_it_comes(
    web: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    before = set(uploads.folder().iterdir())
    content = b"a,b\n" + b"1,2\n" * 500
    response = web.post(url(world, "import_new"), {"file": SimpleUploadedFile("a.csv", content), "kind": ""})
    assert response.status_code == 422
    assert "файл больше" in response.content.decode().replace("\u00a0", " ")
    assert set(uploads.folder().iterdir()) == before
