from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "tropa.config"

    def ready(self) -> None:
        """Put the rooms together: system checks and what fills the slots of lower pages."""
        from tropa.config import audit_words, checks, slots, starters  # noqa: F401  # registered by being imported
