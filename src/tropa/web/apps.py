from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tropa.web"
    default_auto_field = "django.db.models.BigAutoField"
