"""What the check says will be, and what the report says was."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tropa.capture.models import Import
from tropa.capture.tests.files import accepted, checked, chosen, loaded, taken_back
from tropa.capture.tests.wizard import TOUCHES, url
from tropa.customers import actions as customers
from tropa.customers.models import Account
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
            "The value is too long (column “Кто был?”): 2; No touchpoint: 1; "
            "The date could not be read (column “Когда”): 1",
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
    # Without a touchpoint the row as a whole is at fault, and no column.
    assert said in page


@pytest.mark.django_db
def test_a_file_of_rejected_rows_alone_is_told_to_come_with_the_report(web: Client, world: World) -> None:
    of = checked(accepted(world.owner, "Компания,Дата,Тип\nА,32.01.2025,Демо\n", kind="touches"))
    page = web.get(url(world, "import_check", of.pk)).content.decode().replace("\u00a0", " ")
    assert "Запишите отчёт о проверке: после этого их можно будет скачать файлом" in page
    assert "Загрузим остальные" not in page
    loaded(of, world.owner)
    assert web.get(url(world, "import_rejected", of.pk)).status_code == 200


def undone_at_noon(of: Import, world: World) -> None:
    taken_back(of, world.owner)
    Import.objects.filter(pk=of.pk).update(finished_at=datetime(2026, 5, 17, 9, 0, tzinfo=UTC))


@pytest.mark.django_db
def test_the_report_of_an_undone_import_claims_nothing_that_is_gone(web: Client, world: World) -> None:
    """A row each: created, created and changed by a person since, changed, rejected."""
    customers.create_account(workspace=world.own, by=world.owner, name="Прежняя", external_id="1")
    file = "id;название;город;сотрудников\n1;Прежняя;Казань;1\n2;Новая;Томск;2\n3;Тронутая;Омск;3\n4;Кривая;Омск;x\n"
    of = loaded(chosen(accepted(world.owner, file, kind="accounts"), {"сотрудников": "employees"}), world.owner)
    rows = url(world, "import_rows", of.pk)
    assert "После отмены" not in people.text_of(web.get(f"{rows}?outcome=created"))
    customers.update_account(Account.objects.get(name="Тронутая"), by=world.owner, city="Самара")
    undone_at_noon(of, world)
    created = people.text_of(web.get(f"{rows}?outcome=created"))
    assert "Загрузку отменили 17 мая 2026, 12:00." in created
    assert "Было создано" in created
    assert ">Создано" not in created
    assert '<td class="wide">Новая</td><td class="t-2" data-label="После отмены">Убрано</td>' in created
    assert "Осталось: изменили после загрузки" in created
    assert "Вернули прежнее" in people.text_of(web.get(f"{rows}?outcome=updated"))
    assert "17 мая 2026, 12:00" in people.text_of(web.get(url(world, "import", of.pk)))
    download = web.get(url(world, "import_rejected", of.pk))
    told = b"".join(download.streaming_content).decode()  # type: ignore[attr-defined]
    assert "5;Не разобрали число (загрузку отменили 17 мая 2026, 12:00);" in told
    # The reason is of no account when the mended rows come back.
    again = accepted(world.owner, told.replace(";x", ";4"), kind="accounts")
    assert loaded(again, world.owner).counts == {"created": 1}


@pytest.mark.django_db
def test_touches_that_were_taken_back_keep_their_lines(web: Client, world: World) -> None:
    again = TOUCHES + TOUCHES.splitlines()[1] + "\r\n"
    of = loaded(accepted(world.owner, TOUCHES), world.owner)
    twice = loaded(accepted(world.owner, again), world.owner)
    undone_at_noon(twice, world)
    undone_at_noon(of, world)
    for each, lines in ((of, ("2", "4")), (twice, ("5",))):
        page = people.text_of(web.get(url(world, "import_rows", each.pk) + "?outcome=created"))
        assert [line for line in "2345" if f'data-label="Строка">{line}</td>' in page] == list(lines)
        assert page.count(">Убрано<") == len(lines)
    assert loaded(accepted(world.owner, TOUCHES), world.owner).counts == of.counts
