"""What a person is told when a file or a row cannot be used."""

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tropa.analysis.problem import InputError

REASONS: dict[str, Any] = {
    "bad_row": _("Строку не удалось разобрать на столбцы"),
    "bad_date": _("Не разобрали дату"),
    "bad_number": _("Не разобрали число"),
    "bad_flag": _("Нужно «да» или «нет»"),
    "bad_email": _("Это не адрес почты"),
    "bad_domain": _("Это не адрес сайта"),
    "bad_text": _("Не разобрали значение"),
    "too_long": _("Значение слишком длинное"),
    "too_large": _("Слишком много свойств у одного касания"),
    "no_key": _("Не по чему найти: нет ни кода, ни названия"),
    "no_date": _("Дата не указана"),
    "no_type": _("Точка контакта не указана"),
    "no_stage": _("Стадия не указана"),
    "date_in_future": _("Дата в будущем: это ещё не случилось"),
}
# Of rows that are loaded: what in them could not be used.
NOTES: dict[str, Any] = {
    "owner_unknown": _("Нет участника с такой почтой или именем"),
    "owner_twice": _("Так зовут нескольких участников"),
}
KEPT: dict[str, Any] = {
    "changed": _("изменили после загрузки"),
    "in_use": _("на этом держатся другие записи"),
}
# The reader speaks of options of the command line; here the same is chosen on the page.
_HERE = {
    "undecodable": (
        "байты не читаются в этой кодировке. Выберите другую: чаще всего это Windows-1251 или UTF-8.",
        "the bytes are not in this encoding. Choose another one: most often it is Windows-1251 or UTF-8.",
    ),
    "binary_data": (
        "в файле нулевые символы: похоже на двоичный файл. Сохраните таблицу как CSV или XLSX.",
        "the file holds NUL characters and looks binary. Save the table as CSV or XLSX.",
    ),
}


def reason_text(code: str, column: str = "") -> str:
    """A reason in words. column: the header of the cell at fault, empty when the whole row is."""
    reason = str((REASONS | NOTES).get(code, code))
    if not column:
        return reason
    return gettext("%(reason)s (столбец «%(column)s»)") % {"reason": reason, "column": column}


def kept_text(code: str) -> str:
    return str(KEPT.get(code, code))


def told(error: InputError) -> dict[str, str]:
    """An error of a file as it is stored and shown."""
    if error.code not in _HERE:
        return {"code": error.code, "ru": error.ru, "en": error.en}
    ru, en = _HERE[error.code]
    where_ru, where_en = error.ru.split(":", 1)[0], error.en.split(":", 1)[0]
    return {"code": error.code, "ru": f"{where_ru}: {ru}", "en": f"{where_en}: {en}"}


def shown(error: dict[str, str] | None) -> str:
    """A stored error in the language of the reader."""
    if not error:
        return ""
    return error["en" if (get_language() or "ru").startswith("en") else "ru"]


def file_gone(name: str) -> InputError:
    return InputError(
        "file_gone",
        ru=f"{name}: файла больше нет на сервере. Загрузите его ещё раз.",
        en=f"{name}: the file is no longer on the server. Upload it again.",
    )


def failed() -> dict[str, str]:
    """Something that is our fault, not the file's."""
    return {
        "code": "internal",
        "ru": "Загрузка прервалась из-за ошибки на сервере. Загруженное на месте: продолжите или отмените.",
        "en": "The import broke off because of an error on the server. Loaded rows are kept: continue or undo.",
    }
