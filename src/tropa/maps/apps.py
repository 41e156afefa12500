from django.apps import AppConfig


class MapsConfig(AppConfig):
    name = "tropa.maps"
    default_auto_field = "django.db.models.BigAutoField"
