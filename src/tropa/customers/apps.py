from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "tropa.customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tropa.workspace.audit_labels import describe

        describe("account.archive", _("компания убрана в архив"))
        describe("account.restore", _("компания возвращена из архива"))
        describe("contact.archive", _("контакт убран в архив"))
        describe("contact.restore", _("контакт возвращён из архива"))
        describe("deal.archive", _("сделка убрана в архив"))
        describe("deal.restore", _("сделка возвращена из архива"))
        describe("deal.exception", _("сделка пропущена без фактов"))
        describe("accounts.bulk_edit", _("компании изменены списком"))
        describe("accounts.bulk_undo", _("изменение компаний отменено"))
        describe("deals.bulk_edit", _("сделки изменены списком"))
        describe("deals.bulk_undo", _("изменение сделок отменено"))
        describe("accounts.export", _("компании выгружены"))
        describe("contacts.export", _("контакты выгружены"))
        describe("deals.export", _("сделки выгружены"))
        describe("pipeline.create", _("воронка создана"))
        describe("pipeline.update", _("воронка изменена"))
        describe("pipeline.delete", _("воронка удалена"))
