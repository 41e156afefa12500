"""Files as people have them: encodings, delimiters, quotes, no rows, twice the same header, workbooks, bombs."""

import gzip
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import xlsxwriter

from tropa.analysis.problem import InputError
from tropa.capture import uploads
from tropa.capture.models import Import
from tropa.capture.tests.files import accepted, checked, chosen, loaded, wide
from tropa.customers.models import Account, Contact, Order
from tropa.facts import queries
from tropa.facts.models import Touch
from tropa.workspace.models import Member
from tropa.workspace.tests import people

MIB = 2**20


@pytest.fixture
def owner() -> Member:
    return people.make_member(people.make_workspace("Files"), "owner")


def workbook(rows: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd.mm.yyyy hh:mm"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


@pytest.mark.django_db
def test_it_works(owner: Member) -> None:
    """What a Russian spreadsheet saves: Windows-1251, semicolons, decimal commas, spaces in thousands, days first."""
    text = "Номер заказа;Компания;Дата заказа;Сумма\r\nСЧ-1;Тёплый Контур;02.03.2025;1 234,5\r\n"
    text += "СЧ-2;Тёплый Контур;31.03.2025;12\u00a0000\r\n"
    of = accepted(owner, text.encode("cp1251"), "заказы.csv")
    assert (of.kind, of.options["encoding"], of.options["delimiter"], of.options["decimal"]) == (
        "orders", "cp1251", ";", ",",
    )  # fmt: skip
    assert loaded(of, owner).counts == {"created": 2}
    orders = list(Order.objects.of(owner.workspace).order_by("number"))
    assert [float(order.amount or 0) for order in orders] == [1234.5, 12000]
    # Midnight in Moscow.
    assert orders[0].ordered_at == datetime(2025, 3, 1, 21, tzinfo=UTC)


@pytest.mark.django_db
def test_a_workbook_with_dates_and_numbers_of_its_own(owner: Member) -> None:
    rows: list[list[object]] = [
        ["Компания", "Дата", "Тип", "Сумма"],
        ["Лаборант-М", datetime(2025, 3, 14, 10, 30), "Демо", 1200.5],  # noqa: DTZ001 - a spreadsheet knows no zones
        ["Лаборант-М", "вчера", "КП", 3],
    ]
    of = loaded(accepted(owner, workbook(rows), "касания.xlsx"), owner)
    assert of.counts == {"created": 1, "rejected": 1}
    touch = Touch.objects.get(workspace=owner.workspace)
    assert (touch.value, touch.occurred_us) == (1200.5, 1741937400000000)


@pytest.mark.django_db
def test_quotes_line_breaks_and_a_byte_order_mark(owner: Member) -> None:
    text = '\ufeffимя,почта,"должность"\n"ИТ-директор, ""главный""",it@a.example,"строка 1\nстрока 2"\nx,bad,y\n'
    of = loaded(accepted(owner, text, kind="contacts"), owner)
    assert (of.headers, of.counts) == (["имя", "почта", "должность"], {"created": 1, "rejected": 1})
    contact = Contact.objects.get(workspace=owner.workspace)
    assert (contact.name, contact.position) == ('ИТ-директор, "главный"', "строка 1\nстрока 2")
    assert of.imported_rows.get(outcome="rejected").line == 4


@pytest.mark.django_db
@pytest.mark.parametrize(("rows", "counts"), [(0, {}), (1, {"created": 1})])
def test_no_row_and_one_row(owner: Member, rows: int, counts: dict[str, int]) -> None:
    of = accepted(owner, "Компания,Дата,Тип\n" + "А,2025-01-01,Демо\n" * rows)
    assert of.rows == rows
    of = checked(of)
    assert of.checked is not None
    assert of.checked["counts"] == counts


@pytest.mark.django_db
def test_headers_that_occur_twice_or_are_empty(owner: Member) -> None:
    of = accepted(owner, "Компания,Дата,Тип,Тип,\nА,2025-01-01,Демо,КП,x\n")
    assert of.headers == ["Компания", "Дата", "Тип", "Тип #4", "column #5"]
    of = loaded(of, owner)
    assert Touch.objects.get(workspace=owner.workspace).properties == {"Тип #4": "КП", "column #5": "x"}


@pytest.mark.django_db
def test_more_columns_than_can_be_matched_are_refused_in_words(owner: Member) -> None:
    before = set(uploads.folder().iterdir())
    with pytest.raises(InputError) as refused:
        accepted(owner, wide(501), "широкий.csv")
    assert refused.value.code == "too_many_columns"
    for text in (refused.value.ru, refused.value.en):
        assert all(word in text for word in ("широкий.csv", "501", "500"))
    assert set(uploads.folder().iterdir()) == before


@pytest.mark.django_db
def test_another_delimiter_brings_no_more_columns_than_that(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    of = accepted(owner, "Компания;Дата,a,b\n" + "А;2025-01-01\n" * 3)
    monkeypatch.setattr(uploads, "MOST_COLUMNS", 2)
    with pytest.raises(InputError) as refused:
        chosen(of, delimiter=",")
    assert refused.value.code == "too_many_columns"
    of.refresh_from_db()
    assert of.headers == ["Компания", "Дата,a,b"]


@pytest.mark.django_db
def test_rows_that_do_not_fit_the_header_come_back_as_they_were(owner: Member) -> None:
    of = loaded(
        accepted(owner, "Компания,Дата,Тип\nА,2025-01-01,Демо\nБ,2025-01-02\nВ,2025-01-03,Демо,лишнее\n"), owner
    )
    assert (of.counts, of.reasons) == ({"created": 1, "rejected": 2}, {"bad_row": 2})


@pytest.mark.django_db
def test_equal_rows_of_a_file_stay_and_the_next_file_doubles_nothing(owner: Member) -> None:
    text = "Компания,Дата,Тип\n" + "А,2025-01-01,Демо\n" * 3 + "Б,2025-01-01,Демо\n"
    assert loaded(accepted(owner, text), owner).counts == {"created": 4}
    longer = text + "А,2025-01-01,Демо\nА,2025-01-05,Демо\n"
    assert loaded(accepted(owner, longer), owner).counts == {"duplicate": 4, "created": 2}
    assert queries.count(owner.workspace) == 6


@pytest.mark.django_db
def test_ids_of_touches_count_once_in_a_file_and_between_files(owner: Member) -> None:
    text = "event_id,Компания,Дата,Тип\n1,А,2025-01-01,Демо\n1,А,2025-01-02,Демо\n2,А,2025-01-01,Демо\n"
    assert loaded(accepted(owner, text), owner).counts == {"created": 2, "duplicate": 1}
    assert loaded(accepted(owner, text + "3,А,2025-01-01,КП\n"), owner).counts == {"created": 1, "duplicate": 3}


@pytest.mark.django_db
def test_touches_that_have_not_happened_yet_are_no_facts(owner: Member) -> None:
    of = loaded(accepted(owner, "Компания,Дата,Тип\nА,2099-01-01,Демо\nА,2025-01-01,Демо\n"), owner)
    assert of.reasons == {"date_in_future": 1}


@pytest.mark.django_db
def test_days_that_could_be_months_are_pointed_out_and_can_be_changed(owner: Member) -> None:
    of = accepted(owner, "Компания,Дата,Тип\nА,03/04/2025,Демо\n")
    assert of.options["open_days"] == ["Дата"]
    of = chosen(of, date_format="mdy")
    assert of.options["open_days"] == []
    loaded(of, owner)
    assert Touch.objects.get(workspace=owner.workspace).occurred_us == 1741035600000000


@pytest.mark.django_db
def test_companies_of_one_name_stay_two_and_codes_join(owner: Member) -> None:
    text = "id,название,сайт,город\n1,Ромашка,a.example,Казань\n2,Ромашка,b.example,Томск\n1,Ромашка,,Пермь\n"
    of = loaded(accepted(owner, text, kind="accounts"), owner)
    assert of.counts == {"created": 2, "updated": 1}
    rows = Account.objects.of(owner.workspace).order_by("external_id").values_list("external_id", "domain", "city")
    assert list(rows) == [("1", "a.example", "Пермь"), ("2", "b.example", "Томск")]


@pytest.mark.django_db
def test_the_second_half_of_a_file_may_be_in_another_encoding_than_its_beginning(owner: Member) -> None:
    text = "company,date,type\n" + "A,2025-01-01,Demo\n" * 70_000 + "Тёплый,2025-01-01,Demo\n"
    of = accepted(owner, text.encode("cp1251"))
    assert (of.options["encoding"], of.rows) == ("cp1251", 70_001)


def bomb(unpacked: int) -> bytes:
    """A workbook that says how large it is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(unpacked // MIB):
                sheet.write(b" " * MIB)
    return buffer.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["xlsx", "entries", "gzip", "xlsx.gz"])
def test_bombs_are_refused_before_they_cost_memory(owner: Member, kind: str, tmp_path: Path) -> None:
    contents = {
        "xlsx": lambda: bomb(512 * MIB),
        "entries": lambda: many_entries(1_001),
        "gzip": lambda: gzip.compress(b"a,b\n" + b"1,2\n" * (60 * MIB), compresslevel=1),
        "xlsx.gz": lambda: gzip.compress(workbook([["a"], ["b"]])),
    }
    content = contents[kind]()
    used = psutil.Process().memory_info().rss
    before = set(uploads.folder().iterdir())
    with pytest.raises(InputError) as refused:
        accepted(owner, content, f"bomb.{'gz' if kind == 'gzip' else 'xlsx'}")
    assert refused.value.code in ("xlsx_too_big", "too_big", "gzip_bomb", "unsupported_format"), refused.value
    assert psutil.Process().memory_info().rss - used < 20 * MIB
    assert set(uploads.folder().iterdir()) == before
    assert not Import.objects.exists()


def many_entries(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(count):
            archive.writestr(f"xl/{number}.xml", "")
    return buffer.getvalue()


@pytest.mark.django_db
def test_a_workbook_beyond_twenty_megabytes_is_refused(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook([["Компания", "Дата", "Тип"], ["А", "2025-01-01", "Демо"]])
    monkeypatch.setattr(uploads, "MOST_XLSX_BYTES", len(content))
    assert accepted(owner, content, "a.xlsx").rows == 1
    monkeypatch.setattr(uploads, "MOST_XLSX_BYTES", len(content) - 1)
    with pytest.raises(InputError, match="larger than"):
        accepted(owner, content, "a.xlsx")


@pytest.mark.django_db
def test_a_file_that_is_gone_is_told(owner: Member) -> None:
    of = accepted(owner, "Компания,Дата,Тип\nА,2025-01-01,Демо\n")
    uploads.path_of(of.stored_as).unlink()
    of = checked(of)
    assert (of.status, (of.error or {}).get("code")) == ("uploaded", "file_gone")


@pytest.mark.django_db
def test_what_a_broken_upload_left_is_swept_and_files_of_imports_stay(owner: Member) -> None:
    of = accepted(owner, "Компания,Дата,Тип\nА,2025-01-01,Демо\n")
    stray = uploads.folder() / "stray"
    stray.write_bytes(b"x")
    assert uploads.sweep(now=datetime.now(UTC)) == 0
    assert uploads.sweep(now=datetime.now(UTC) + timedelta(days=2)) >= 1
    assert not stray.exists()
    assert uploads.path_of(of.stored_as).exists()
