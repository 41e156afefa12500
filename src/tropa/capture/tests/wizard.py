"""The pages of the wizard, for the tests that go through them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tropa.capture.models import Import
from tropa.workspace.tests.people import World

TOUCHES = (
    "Компания;Дата;Тип;Сумма;Кто\r\n"
    "Тёплый Контур;14.03.2025;Демо;1 200,50;ИТ-директор\r\n"
    "Лаборант-М;14/03;КП;300;Финансы\r\n"
    "Лаборант-М;15.03.2025 10:30;КП;300,5;Финансы\r\n"
)


def url(world: World, name: str, *args: object) -> str:
    return reverse(name, args=[world.own.slug, *args])


def send(web: Client, world: World, content: bytes, name: str = "касания.csv") -> str:
    """Upload a file; gives the address of the second step."""
    response = web.post(url(world, "import_new"), {"file": SimpleUploadedFile(name, content), "kind": ""})
    assert response.status_code == 302, response.content.decode().replace("\u00a0", " ")
    return str(response["Location"])


def columns(of: Import, **options: str) -> dict[str, str]:
    """The second step as it stands."""
    chosen = {f"map-{place}": of.mapping[name] for place, name in enumerate(of.headers)}
    kept = {key: of.options.get(key, "") for key in ("encoding", "delimiter", "timezone", "constant")}
    return {"kind": of.kind, **kept, **chosen, **options}
