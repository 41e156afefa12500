"""The entry of the web server."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tropa.config.settings")
django.setup(set_prefix=False)

from tropa.config.handler import Handler  # noqa: E402  # Django is set up first

application = Handler(settings.WEB_THREADS)
