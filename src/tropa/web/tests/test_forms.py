"""Forms in the look of the product, and numbers as people type them."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from tropa.workspace.models import Workspace


class Deal(forms.Form):
    title = forms.CharField(label="Название", help_text="Видно всей команде")
    amount = forms.DecimalField(label="Сумма", required=False)
    kind = forms.ChoiceField(label="Вид", choices=[("a", "Новая"), ("b", "Повторная")], widget=forms.RadioSelect)
    urgent = forms.BooleanField(label="Срочно", required=False)


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    with translation.override("ru"):
        yield


def test_it_works() -> None:
    html = str(Deal())

    assert '<label for="id_title">Название</label>' in html
    assert 'class="inp"' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert '<p class="hint" id="id_title_helptext">Видно всей команде</p>' in html


def test_a_mistake_stands_beside_its_field_and_keeps_what_was_given() -> None:
    html = str(Deal({"title": "", "amount": "много", "kind": "a"}))

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert 'value="много"' in html
    # A browser empties a number box that holds a word.
    assert 'type="number"' not in html
    assert 'inputmode="decimal"' in html


def test_one_field_and_the_tag_for_it() -> None:
    html = Template("{% field form.urgent %}").render(Context({"form": Deal()}))

    assert html.count("<input") == 1
    assert 'class="check"' in html
    assert 'class="inp"' not in html


def test_choices_are_radios_in_a_fieldset() -> None:
    html = Template("{% field form.kind %}").render(Context({"form": Deal({"kind": "b"})}))

    assert '<legend class="label">Вид</legend>' in html
    assert html.count('type="radio"') == 2
    assert (
        'value="b" required checked' in html or 'value="b" checked' in html or "checked" in html.split('value="b"')[1]
    )


@pytest.mark.parametrize(
    ("language", "given", "value"),
    [
        ("ru", "1 234,5", Decimal("1234.5")),
        ("ru", "1\u00a0234,5", Decimal("1234.5")),
        ("ru", "1234.5", Decimal("1234.5")),
        ("en", "1234.5", Decimal("1234.5")),
        ("en", "1,5", None),
    ],
)
def test_numbers_are_read_as_people_write_them(language: str, given: str, value: Decimal | None) -> None:
    with translation.override(language):
        form = Deal({"title": "x", "kind": "a", "amount": given})
        form.is_valid()

    assert form.cleaned_data.get("amount") == value
    assert bool(form.errors) is (value is None)


def test_errors_of_the_whole_form_come_first() -> None:
    form = Deal({"title": "x", "kind": "a"})
    form.add_error(None, "Такая сделка уже есть")

    assert str(form).index("Такая сделка уже есть") < str(form).index("Название")


def test_hostile_values_stay_text() -> None:
    assert "<script>" not in str(Deal({"title": '"><script>alert(1)</script>'}))


class Choices(forms.Form):
    plain = forms.ChoiceField(choices=[("", "---------"), ("x", "Икс")])
    row = forms.ModelChoiceField(Workspace.objects.none())
    named = forms.ModelChoiceField(Workspace.objects.none(), empty_label="Ведёт: все")


@pytest.mark.django_db
def test_nothing_chosen_is_told_in_words() -> None:
    html = str(Choices())

    assert html.count(">не указано</option>") == 2
    assert ">Ведёт: все</option>" in html
    assert "---" not in html
