"""Settings of the server, from the environment alone; docs/reference/settings.md lists them, which a test checks."""

import sys
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from tropa.config.environment import Environment
from tropa.config.secret import secret_key

env = Environment()

DATA = env.folder("TROPA_DATA", Path("var/data"))
DEBUG = env.flag("TROPA_DEBUG", default=False)
SECRET_KEY = secret_key(env.optional("TROPA_SECRET_KEY"), DATA)
URL = env.text("TROPA_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("TROPA_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [URL]
# How many proxies in front of the server add to X-Forwarded-For; without any, the header is not believed.
TRUSTED_PROXIES = env.number("TROPA_PROXIES", 0, low=0, high=5)
# Requests worked on at the same time by one web process; each has a connection to the database.
WEB_THREADS = env.number("TROPA_WEB_THREADS", 16, low=1, high=256)
FIGURES_MEMORY_MB = env.number("TROPA_FIGURES_MEMORY", 2048, low=256, high=1_000_000)
FIGURES_THREADS = env.number("TROPA_FIGURES_THREADS", 2, low=1, high=256)
FIGURES_SECONDS = env.number("TROPA_FIGURES_SECONDS", 10, low=1, high=3600)
FIGURES_PROCESSES = env.number("TROPA_FIGURES_PROCESSES", 2, low=1, high=64)
# Set by `tropa serve` for its processes; without it figures are computed where they are asked for.
FIGURES_SOCKET = env.optional("TROPA_FIGURES_SOCKET")
# How rooms ask for figures: import_string(settings.FIGURES)("module:function", **arguments).
FIGURES = "tropa.config.figures.ask"
# The module that makes the demo world for who asks for it on a page: load_world, workspace_of, disband.
DEMO_WORLD = "tropa.demo.loading"

INSTALLED_APPS = [
    "tropa.web",
    "tropa.jobs",
    "tropa.workspace",
    "tropa.facts",
    "tropa.customers",
    "tropa.capture",
    "tropa.journeys",
    "tropa.insights",
    "tropa.maps",
    "tropa.desk",
    "tropa.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Both ask who it is.
    "tropa.workspace.sessions.SessionLimits",
    "tropa.workspace.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tropa.web.middleware.PrivatePages",
]

ROOT_URLCONF = "tropa.config.urls"
ASGI_APPLICATION = "tropa.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tropa.config.navigation.shell",
            ],
            "builtins": ["tropa.web.templatetags.tropa"],
        },
    }
]

DATABASES = {"default": env.database("TROPA_DATABASE_URL", DATA / "tropa.db")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "workspace.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tropa.workspace.signing_in.Adapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
# Our own limits (tropa.workspace.limits) come before a password is hashed.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "tropa.workspace.signing_in.ResetTokens"
ACCOUNT_FORMS = {
    "login": "tropa.workspace.entrance_forms.SignInForm",
    "reauthenticate": "tropa.workspace.entrance_forms.ConfirmForm",
    "change_password": "tropa.workspace.entrance_forms.OwnPasswordForm",
    "reset_password": "tropa.workspace.entrance_forms.ForgottenPasswordForm",
    "reset_password_from_key": "tropa.workspace.entrance_forms.NewPasswordForm",
}
MFA_ADAPTER = "tropa.workspace.signing_in.SecondFactor"
MFA_FORMS = {
    "authenticate": "tropa.workspace.entrance_forms.CodeForm",
    "reauthenticate": "tropa.workspace.entrance_forms.ConfirmCodeForm",
    "activate_totp": "tropa.workspace.entrance_forms.FirstCodeForm",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = URL.startswith("https://")
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if URL.startswith("https://") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Русский")), ("en", _("Английский"))]
LANGUAGE_COOKIE_NAME = "tropa-language"

FORM_RENDERER = "tropa.web.forms.DesignRenderer"
CSRF_FAILURE_VIEW = "tropa.web.errors.stale_form"

# Served from inside the package: no copy to be made, nothing to go stale.
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "uploads"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("TROPA_MAIL_FROM", "tropa@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"traces": {"()": "tropa.config.log_lines.TracesOfErrorsAlone"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": "line",
            "filters": ["traces"],
        }
    },
    "root": {
        "handlers": ["stderr"],
        "level": env.choice("TROPA_LOG", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}
