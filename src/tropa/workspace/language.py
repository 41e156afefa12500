"""The language of a page: of the person, else of the cookie, else Russian."""

from django.middleware.locale import LocaleMiddleware as LanguageMiddleware

__all__ = ["LanguageMiddleware"]
