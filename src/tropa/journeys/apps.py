from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JourneysConfig(AppConfig):
    name = "tropa.journeys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tropa.workspace.audit_labels import describe

        describe("journey.created", _("путь создан"))
        describe("journey.imported", _("путь загружен из файла"))
        describe("journey.changed", _("путь изменён"))
        describe("journey.archived", _("путь в архиве"))
        describe("journey.returned", _("путь возвращён из архива"))
        describe("journey.published", _("версия пути опубликована"))
        describe("journey.publishing_discarded", _("публикация пути отменена"))
        describe("journey.exported", _("список этапа выгружен"))
