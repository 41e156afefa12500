"""What the audit trail calls the actions of the rooms above it."""

from django.utils.translation import gettext_lazy as _

from tropa.workspace.audit_labels import NOUNS, describe

ACTIONS = {
    "account.archive": _("компания в архиве"),
    "account.restore": _("компания возвращена"),
    "contact.archive": _("контакт в архиве"),
    "contact.restore": _("контакт возвращён"),
    "deal.archive": _("сделка в архиве"),
    "deal.restore": _("сделка возвращена"),
    "deal.exception": _("сделка пропущена без фактов"),
    "accounts.bulk_edit": _("компании изменены списком"),
    "accounts.bulk_undo": _("правка компаний списком отменена"),
    "contacts.bulk_edit": _("контакты изменены списком"),
    "contacts.bulk_undo": _("правка контактов списком отменена"),
    "deals.bulk_edit": _("сделки изменены списком"),
    "deals.bulk_undo": _("правка сделок списком отменена"),
    "accounts.export": _("компании выгружены"),
    "contacts.export": _("контакты выгружены"),
    "deals.export": _("сделки выгружены"),
    "pipeline.create": _("воронка создана"),
    "pipeline.update": _("воронка изменена"),
    "pipeline.delete": _("воронка удалена"),
    "import.start": _("загрузка начата"),
    "import.continue": _("загрузка продолжена"),
    "import.stop": _("загрузка остановлена"),
    "import.undo": _("загрузка отменена"),
    "import.delete": _("файл загрузки удалён"),
    "journey.created": _("путь создан"),
    "journey.imported": _("путь загружен из файла"),
    "journey.changed": _("путь изменён"),
    "workspace.closed": _("пространство закрыто перед удалением"),
    "workspace.removed": _("пространство удалено"),
    "journey.target": _("цель этапа изменена"),
    "journey.archived": _("путь в архиве"),
    "journey.returned": _("путь возвращён"),
    "journey.exported": _("список пути выгружен"),
    "dashboard.exported": _("показатели выгружены"),
    "figures.exported": _("список за показателем выгружен"),
    "journey.published": _("версия пути опубликована"),
    "journey.publishing_discarded": _("публикация пути отменена"),
    "map.created": _("карта создана"),
    "map.published": _("карта опубликована"),
    "map.unpublished": _("карта снова черновик"),
    "map.reviewed": _("карта просмотрена"),
    "map.archived": _("карта в архиве"),
    "map.returned": _("карта возвращена"),
    "persona.created": _("персона создана"),
    "persona.changed": _("персона изменена"),
    "persona.archived": _("персона в архиве"),
    "persona.returned": _("персона возвращена"),
}

for action, label in ACTIONS.items():
    describe(action, label)

NOUNS |= {
    "customers.account": _("компания"),
    "customers.contact": _("контакт"),
    "customers.deal": _("сделка"),
    "customers.pipeline": _("воронка"),
    "capture.import": _("загрузка"),
    "journeys.journey": _("путь"),
    "maps.map": _("карта"),
    "maps.persona": _("персона"),
}
