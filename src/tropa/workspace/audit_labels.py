"""What the lines of the audit trail are called on its page. A higher room adds its own with `describe`."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tropa.workspace.models import Member, Workspace

LABELS: dict[str, Any] = {
    "access.denied": _("отказ в доступе"),
    "invitation.accepted": _("приглашение принято"),
    "invitation.created": _("приглашение создано"),
    "invitation.revoked": _("приглашение отозвано"),
    "key.created": _("ключ создан"),
    "key.revoked": _("ключ отозван"),
    "member.activated": _("участник возвращён"),
    "member.changed": _("участник изменён"),
    "member.deactivated": _("участник отключён"),
    "password.changed": _("пароль изменён"),
    "password.reset": _("пароль задан по ссылке"),
    "password_reset.failed": _("запрос ссылки на пароль не понят"),
    "password_reset.limited": _("запросы ссылки на пароль остановлены"),
    "confirmation.failed": _("подтверждение не удалось"),
    "confirmation.limited": _("подтверждения остановлены"),
    "joining.failed": _("приглашение: пароль не подошёл"),
    "joining.limited": _("приглашение: попытки остановлены"),
    "second_factor.failed": _("второй шаг: неверный код"),
    "second_factor.limited": _("второй шаг: попытки остановлены"),
    "second_factor.new_codes": _("новые запасные коды"),
    "second_factor.off": _("второй шаг выключен"),
    "second_factor.on": _("второй шаг включён"),
    "session.ended": _("сеанс завершён"),
    "sign_in.done": _("вход"),
    "sign_in.failed": _("вход не удался"),
    "sign_in.inactive": _("вход отключённого человека"),
    "sign_in.limited": _("попытки входа остановлены"),
    "sign_out.done": _("выход"),
    "user.created": _("человек добавлен с сервера"),
    "workspace.changed": _("настройки изменены"),
    "workspace.created": _("пространство создано"),
}


# What `room.noun:id` stands for; an unknown noun is shown as it is.
NOUNS: dict[str, Any] = {
    "workspace.user": _("человек"),
    "workspace.member": _("участник"),
    "workspace.key": _("ключ"),
    "workspace.invitation": _("приглашение"),
    "workspace.sign_in": _("сеанс"),
    "route": _("страница"),
}


def describe(action: str, label: Any) -> None:
    """Name an action of a higher room."""
    LABELS[action] = label


def label_of(action: str) -> str:
    """The name of an action; an unknown one is shown as it is."""
    return str(LABELS.get(action, action))


def target_label(target: str, addresses: Mapping[int, str], members: Mapping[int, str]) -> str:
    """`workspace.key:7` → «ключ № 7». addresses: of the people who may be named, by user and by member."""
    noun, _colon, number = target.rpartition(":")
    if noun not in NOUNS:
        return target
    if not number.isdecimal():
        return f"{NOUNS[noun]} {number}"
    named = {"workspace.user": addresses, "workspace.member": members}.get(noun, {}).get(int(number))
    return named or f"{NOUNS[noun]} № {number}"


def changed_fields(target: str, changed: Mapping[str, Any], members: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """What a line says of a member or of the workspace that was changed: field, before, after, in words."""
    of: type[Model] = Member if target.startswith("workspace.member:") else Workspace
    return [
        (str(of._meta.get_field(name).verbose_name), *(_in_words(of, name, value, members) for value in pair))  # type: ignore[union-attr,misc]  # a column; two values
        for name, pair in changed.items()
    ]


def _in_words(of: type[Model], name: str, value: Any, members: Mapping[int, str]) -> str:
    if name == "reports_to":
        return gettext("никому") if value is None else members.get(value, f"№ {value}")
    if value in ("True", "False"):
        return gettext("включено") if value == "True" else gettext("выключено")
    choices: Any = getattr(of._meta.get_field(name), "flatchoices", ())
    return str(dict(choices).get(value, value)) or "—"
