"""What the check says will be, and what the report says was."""

import pytest
from django.test import Client

from tropa.capture.tests.files import accepted, checked, chosen, loaded
from tropa.capture.tests.wizard import TOUCHES, url
from tropa.workspace.tests import people
from tropa.workspace.tests.people import World


@pytest.fixture
def world() -> World:
    return people.world()


@pytest.fixture
def web(client: Client, world: World) -> Client:
    return people.sign_in(client, world.owner)


@pytest.mark.django_db
def test_the_check_speaks_of_what_will_be_and_the_report_of_what_was(web: Client, world: World) -> None:
    of = checked(accepted(world.owner, TOUCHES))
    ahead, behind = (
        ("<dt>Будет создано</dt>", "<dt>Не будет загружено</dt>"),
        ("<dt>Создано</dt>", "<dt>Не загружено</dt>"),
    )
    page = web.get(url(world, "import_check", of.pk)).content.decode()
    assert all(word in page for word in ahead)
    assert not any(word in page for word in behind)
    loaded(of, world.owner)
    page = web.get(url(world, "import", of.pk)).content.decode()
    assert all(word in page for word in behind)
    assert not any(word in page for word in ahead)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ru",
            "Значение слишком длинное (столбец «Кто был?»): 2; Не разобрали дату (столбец «Когда»): 1; "
            "Точка контакта не указана: 1",
        ),
        (
            "en",
            "The value is too long (column “Кто был?”): 2; The date could not be read (column “Когда”): 1; "
            "No touchpoint: 1",
        ),
    ],
)
def test_the_check_names_the_column_of_each_reason(client: Client, world: World, language: str, said: str) -> None:
    world.owner.user.language = language
    world.owner.user.save()
    web = people.sign_in(client, world.owner)
    web.cookies["tropa-language"] = language
    long = "я" * 300
    rows = f"А;01.01.2025;Демо;{long}\nБ;02.01.2025;Демо;{long}\nВ;x;Демо;Я\nГ;03.01.2025;;Я\nД;03.01.2025;Демо;Я\n"
    of = accepted(world.owner, f"Компания;Когда;Тип;Кто был?\n{rows}", kind="touches")
    of = checked(chosen(of, {"Когда": "at", "Тип": "type", "Кто был?": "contact_role"}))
    page = people.text_of(web.get(url(world, "import_check", of.pk)))
    # The last one is of the row as a whole, in which no column is at fault.
    assert said in page


@pytest.mark.django_db
def test_a_file_of_rejected_rows_alone_is_told_to_come_with_the_report(web: Client, world: World) -> None:
    of = checked(accepted(world.owner, "Компания,Дата,Тип\nА,32.01.2025,Демо\n", kind="touches"))
    page = web.get(url(world, "import_check", of.pk)).content.decode().replace("\u00a0", " ")
    assert "Запишите отчёт о проверке: после этого их можно будет скачать файлом" in page
    assert "Загрузим остальные" not in page
    loaded(of, world.owner)
    assert web.get(url(world, "import_rejected", of.pk)).status_code == 200
