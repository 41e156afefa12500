"""Signing in and out, sessions, passwords, language and theme."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from tropa.jobs.testing import run_all
from tropa.workspace import audit, sessions
from tropa.workspace.models import AuditEntry, SignIn, User
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db

EMAIL = "owner@example.com"


def come_in(client: Client, **rest: str) -> str:
    """Sign in through the page; returns where it leads."""
    answer = client.post("/login/", {"login": EMAIL, "password": people.PASSWORD, **rest})
    return answer.headers.get("Location", "")


def actions_of_trail() -> list[str]:
    return [line.action for line in audit.chain(None)]


def test_it_works(client: Client) -> None:
    people.make_user(EMAIL)
    page = people.text_of(client.get("/login/"))
    assert "Забыли пароль" in page
    assert come_in(client) == "/"
    assert client.get("/profile/").status_code == 200
    assert client.get("/logout/").status_code == 200
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/profile/").status_code == 302
    assert actions_of_trail() == ["sign_in.done", "sign_out.done"]


def test_signing_in_gives_a_new_session_id(client: Client) -> None:
    people.make_user(EMAIL)
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = str(before)
    come_in(client)
    assert client.cookies["sessionid"].value not in ("", before)


def test_a_failure_is_written_down_without_what_was_typed(client: Client) -> None:
    user = people.make_user(EMAIL)
    for login in (EMAIL, "nobody@example.com"):
        answer = client.post("/login/", {"login": login, "password": "не тот пароль"})
        assert "не подходят друг к другу" in people.text_of(answer)
    targets = [line.target for line in AuditEntry.objects.filter(action="sign_in.failed").order_by("id")]
    assert targets == [f"workspace.user:{user.pk}", ""]
    assert "не тот" not in str(list(AuditEntry.objects.values()))


def test_case_and_spaces_of_the_address_do_not_matter(client: Client) -> None:
    people.make_user(EMAIL)
    assert client.post("/login/", {"login": " Owner@Example.COM ", "password": people.PASSWORD}).status_code == 302


def test_where_it_leads_stays_on_this_server(client: Client) -> None:
    people.make_user(EMAIL)
    assert come_in(client, next="/profile/") == "/profile/"
    assert come_in(Client(), next="https://example.org/") == "/"
    assert come_in(Client(), next="//example.org/") == "/"


def test_staying_signed_in(client: Client) -> None:
    people.make_user(EMAIL)
    come_in(client)
    assert client.cookies["sessionid"]["max-age"] == ""
    stays = Client()
    come_in(stays, remember="on")
    assert stays.cookies["sessionid"]["max-age"] == 14 * 24 * 3600


def test_a_session_ends_after_twelve_idle_hours(client: Client) -> None:
    people.make_user(EMAIL)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        come_in(client, remember="on")
        clock.move_to(start + timedelta(hours=11, minutes=59))
        assert client.get("/profile/").status_code == 200
        clock.move_to(start + timedelta(hours=23, minutes=58))
        assert client.get("/profile/").status_code == 200
        clock.move_to(start + timedelta(hours=36))
        assert client.get("/profile/").status_code == 302


def test_a_session_ends_after_fourteen_days_whatever_happens(client: Client) -> None:
    people.make_user(EMAIL)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        come_in(client, remember="on")
        for hours in range(10, 14 * 24, 10):
            clock.move_to(start + timedelta(hours=hours))
            assert client.get("/profile/").status_code == 200, hours
        clock.move_to(start + timedelta(days=14))
        assert client.get("/profile/").status_code == 302


def test_sessions_are_listed_and_ended(client: Client) -> None:
    user = people.make_user(EMAIL)
    other, third = Client(), Client()
    for each in (client, other, third):
        come_in(each)
    first, second, last = SignIn.objects.filter(user=user).order_by("id")
    assert client.get("/profile/sessions/").content.decode().count("<tr>") == 4
    client.post(f"/profile/sessions/{second.pk}/end/")
    assert other.get("/profile/").status_code == 302
    assert client.get("/profile/").status_code == third.get("/profile/").status_code == 200
    client.post("/profile/sessions/end-others/")
    assert third.get("/profile/").status_code == 302
    assert [row.pk for row in sessions.living(user, now=timezone.now())] == [first.pk]
    assert last.pk != first.pk


def test_somebody_elses_session_cannot_be_ended(client: Client) -> None:
    people.make_user(EMAIL)
    come_in(client)
    strange = SignIn.objects.create(user=people.make_user(), started_at=timezone.now(), seen_at=timezone.now())
    assert client.post(f"/profile/sessions/{strange.pk}/end/").status_code == 404
    strange.refresh_from_db()
    assert strange.ended_at is None


def test_a_new_password_ends_the_other_sessions(client: Client) -> None:
    people.make_user(EMAIL)
    other = Client()
    come_in(client)
    come_in(other)
    wrong = client.post("/profile/password/", {"oldpassword": "не тот", "password1": "совсем другие слова"})
    assert "не ваш нынешний пароль" in people.text_of(wrong)
    new = "совсем другие слова"
    client.post("/profile/password/", {"oldpassword": people.PASSWORD, "password1": new})
    assert client.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302
    assert User.objects.get(email=EMAIL).check_password(new)
    assert "password.changed" in actions_of_trail()


@pytest.mark.parametrize("password", ["короткий", "1234567890", "password123", EMAIL])
def test_weak_passwords_are_refused(client: Client, password: str) -> None:
    people.make_user(EMAIL)
    come_in(client)
    answer = client.post("/profile/password/", {"oldpassword": people.PASSWORD, "password1": password})
    assert 'class="err"' in people.text_of(answer)
    assert User.objects.get(email=EMAIL).check_password(people.PASSWORD)


def test_long_passwords_are_fine(client: Client) -> None:
    people.make_user(EMAIL)
    come_in(client)
    long = "длинный пароль " * 20
    client.post("/profile/password/", {"oldpassword": people.PASSWORD, "password1": long})
    fresh = Client()
    assert fresh.post("/login/", {"login": EMAIL, "password": long}).status_code == 302


def test_a_forgotten_password_is_reset_by_mail(client: Client) -> None:
    people.make_user(EMAIL)
    other = Client()
    come_in(other)
    asked = client.post("/password/", {"email": EMAIL}, follow=True)
    run_all()
    link = re.search(r"http://127\.0\.0\.1:8000(/password/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link[1], follow=True)
    assert "Новый пароль" in people.text_of(form)
    new = "совсем другие слова"
    client.post(form.redirect_chain[-1][0], {"password1": new})
    assert other.get("/profile/").status_code == 302
    assert Client().post("/login/", {"login": EMAIL, "password": new}).status_code == 302
    assert "Ссылка не действует" in Client().get(link[1], follow=True).content.decode()
    assert "password.reset" in actions_of_trail()
    assert "Проверьте почту" in people.text_of(asked)


def test_nobody_learns_who_has_an_account(client: Client) -> None:
    people.make_user(EMAIL)
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"')
    pages = [
        token.sub("", client.post("/password/", {"email": email}, follow=True).content.decode())
        for email in (EMAIL, "nobody@example.com")
    ]
    assert re.sub(r'data-csrf="\w+"', "", pages[0]) == re.sub(r'data-csrf="\w+"', "", pages[1])
    run_all()
    assert [message.to for message in mail.outbox] == [[EMAIL]]


def test_reset_mails_are_limited(client: Client) -> None:
    people.make_user(EMAIL)
    answers = [client.post("/password/", {"email": EMAIL}).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]


def test_a_disabled_person_cannot_come_in(client: Client) -> None:
    user = people.make_user(EMAIL)
    user.is_active = False
    user.save()
    assert come_in(client) == "/login/inactive/"
    assert "Вход закрыт" in client.get("/login/inactive/").content.decode()
    assert client.get("/profile/").status_code == 302


def test_nobody_signs_up(client: Client) -> None:
    for path in ("/signup/", "/accounts/signup/", "/accounts/login/"):
        assert client.get(path).status_code == 404


def test_the_language_is_the_persons_else_the_cookies_else_russian(client: Client) -> None:
    user = people.make_user(EMAIL)
    assert client.get("/login/", headers={"Accept-Language": "en"}).headers["Content-Language"] == "ru"
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert client.get("/login/").headers["Content-Language"] == "en"
    come_in(client)
    assert client.get("/profile/").headers["Content-Language"] == "ru"
    client.post("/language/", {"language": "en", "next": "/profile/"})
    assert client.get("/profile/").headers["Content-Language"] == "en"
    client.post("/language/", {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "en"
    assert client.post("/language/", {"next": "https://example.org/"}).headers["Location"] == "/"


def test_the_theme_is_kept_with_the_person(client: Client) -> None:
    user = people.make_user(EMAIL)
    come_in(client)
    assert client.post("/theme/", {"theme": "dark"}).status_code == 204
    assert client.post("/theme/", {"theme": "dark", "next": "/profile/"}).headers["Location"] == "/profile/"
    client.post("/theme/", {"theme": "pink"})
    user.refresh_from_db()
    assert user.theme == "dark"


def test_the_profile_is_saved(client: Client) -> None:
    user = people.make_user(EMAIL)
    come_in(client)
    client.post(
        "/profile/", {"first_name": "Имя", "last_name": "", "language": "en", "theme": "light", "email": "x@y.zz"}
    )
    user.refresh_from_db()
    assert (user.first_name, user.language, user.theme, user.email) == ("Имя", "en", "light", EMAIL)


def test_browsers_have_names() -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    assert sessions.browser_name(firefox) == "Firefox, Linux"
    assert sessions.browser_name(edge) == "Edge, Windows"
    assert sessions.browser_name("curl/8") == ""
