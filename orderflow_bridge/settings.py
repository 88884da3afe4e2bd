"""Deployment settings, all from the environment (.env.example lists them).

What a shop decides is not here but in the admin, under Configuration.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Any

import environ

from orderflow_bridge.common.connections import DEAD_WITHIN_A_MINUTE, REDIS_OPTIONS
from orderflow_bridge.common.sqlite import SQLITE_OPTIONS
from orderflow_bridge.common.storages import storages
from orderflow_bridge.common.variables import MAY_BE_CALLED, Variables
from orderflow_bridge.console.menu import CONTEXT_PROCESSORS, UNFOLD  # noqa: F401
from orderflow_bridge.formats import LANGUAGES  # noqa: F401
from orderflow_bridge.http.page_safety import CONTENT_SECURITY_POLICY  # noqa: F401
from orderflow_bridge.http.secret_key import former_keys, kept_key, salt_keys
from orderflow_bridge.logs import configure_structlog, logging_settings
from orderflow_bridge.plugins.loading import PluginRefused, switched_on
from orderflow_bridge.restapi.apps import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from orderflow_bridge.tracing.spans import is_collector_named
from orderflow_bridge.version import HOME, MANAGE_PY, PACKAGE, SHIPPED

TESTING = "pytest" in sys.modules
if not TESTING:
    environ.Env.read_env(HOME / ".env")
env = Variables(os.environ)

DATA_DIR = Path(env.text("BRIDGE_DATA_DIR", str(HOME / "var"))).resolve()
with env.folder("BRIDGE_DATA_DIR", DATA_DIR):
    SECRET_KEY = env.text("BRIDGE_SECRET_KEY") or kept_key(DATA_DIR)
SECRET_KEY_FALLBACKS = former_keys(env.values, "BRIDGE_SECRET_KEY_FALLBACKS")
SALT_KEY = salt_keys(env.values, SECRET_KEY, *SECRET_KEY_FALLBACKS)
DEBUG = env.switch("BRIDGE_DEBUG", default=False)
# Any name is accepted unless names are given: the bridge builds no link from the Host header except
# the WSDL's addresses, and a newcomer must not fail on it. Give the names in production.
ALLOWED_HOSTS = env.words("BRIDGE_ALLOWED_HOSTS", ("*",))
CSRF_TRUSTED_ORIGINS = env.words("BRIDGE_TRUSTED_ORIGINS")
BEHIND_TLS = env.switch("BRIDGE_BEHIND_TLS", default=False)
BRIDGE_PROXIES = env.number("BRIDGE_PROXIES", 0)

# Packages that extend the bridge, in the order in which they are asked (docs/extending.md).
try:
    BRIDGE_PLUGINS = switched_on(env.words("BRIDGE_PLUGINS"))
except PluginRefused as refusal:
    sys.exit(str(refusal))

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "orderflow_bridge.plugins",  # before the admin, which loads the rooms' pages
    "orderflow_bridge.console.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    *("rest_framework", "drf_spectacular", "drf_spectacular_sidecar"),
    *("axes", "csp", "django_otp", "django_structlog", "django_crontab"),
    "orderflow_bridge.tracing",
    "orderflow_bridge.common",
    "orderflow_bridge.console.apps.ConsoleConfig",
    "orderflow_bridge.console.saved_views",
    "orderflow_bridge.stores",
    "orderflow_bridge.configuration",
    "orderflow_bridge.exchange",
    "orderflow_bridge.access",
    "orderflow_bridge.access.integrations",
    "orderflow_bridge.outbox.mail",
    "orderflow_bridge.outbox.webhooks",
    "orderflow_bridge.problems",
    "orderflow_bridge.catalog",
    "orderflow_bridge.carriers",
    "orderflow_bridge.customers",
    "orderflow_bridge.sales",
    "orderflow_bridge.inventory",
    "orderflow_bridge.request_queue",
    "orderflow_bridge.restapi.bulk",
    "orderflow_bridge.file_transfer",
    "orderflow_bridge.rules",
    "orderflow_bridge.mapping",
    "exports",
    "imports",
    "orderflow_bridge.timeline",
    "orderflow_bridge.order_desk",
    "soapapi",
    "orderflow_bridge.restapi",
    "orderflow_bridge.repairs",
    "orderflow_bridge.jobs.statistics",
    "orderflow_bridge.jobs",
    "orderflow_bridge.watch",
    "orderflow_bridge.monitoring",
    "orderflow_bridge.supervisor",
    "orderflow_bridge.induction",
    "orderflow_bridge.support",
]
# Demo data and the stand-in for OrderFlow are no part of a shop in production.
_FOR_TRYING = {"--demo", "demo", "sandbox"}
if env.switch("BRIDGE_SANDBOX", default=TESTING or not _FOR_TRYING.isdisjoint(sys.argv)):
    INSTALLED_APPS += ["orderflow_bridge.demo", "orderflow_bridge.sandbox"]
INSTALLED_APPS += [app for each in BRIDGE_PLUGINS for app in each.plugin.apps]

MIDDLEWARE = [
    "orderflow_bridge.monitoring.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # of static files; pages are compressed further in
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "orderflow_bridge.http.request_log.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "orderflow_bridge.access.middleware.PageSafetyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "orderflow_bridge.access.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "orderflow_bridge.console.reader.CurrentRequestMiddleware",
    "orderflow_bridge.access.middleware.PeopleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "orderflow_bridge.access.middleware.SecondFactorMiddleware",
    "orderflow_bridge.console.taken_forms.TakenFormMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "orderflow_bridge.configuration.views.ShopTimeZoneMiddleware",
    "orderflow_bridge.monitoring.middleware.NothingRunsMiddleware",
    "orderflow_bridge.console.saved_views.views.ListStateMiddleware",
    "orderflow_bridge.file_transfer.list_export_news.ListExportNewsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "orderflow_bridge.urls"
WSGI_APPLICATION = "orderflow_bridge.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SHIPPED / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": CONTEXT_PROCESSORS,
            "builtins": ["django.templatetags.i18n"],  # every page has texts
        },
    },
]

# Fields are drawn with our templates too, and not only with those of packages.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: SQLite in the data folder unless DATABASE_URL names PostgreSQL --------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'bridge.sqlite3'}"),
}
DATABASES["default"]["CONN_MAX_AGE"] = env.number("BRIDGE_CONN_MAX_AGE", 600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {"server_side_binding": True, "connect_timeout": 5, **DEAD_WITHIN_A_MINUTE}
    )
    # A pooler, behind which connections are not kept, changes them between transactions.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = not DATABASES["default"]["CONN_MAX_AGE"]
# Leases and due times go by PostgreSQL's clock; but tests travel in time, which it cannot.
BRIDGE_DATABASE_CLOCK = not TESTING
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Broker and cache: a second SQLite file, or Redis; or another broker beside Redis ------------
REDIS_URL = env.redis("REDIS_URL")
_BROKER_FILE = f"sqla+sqlite:///{DATA_DIR / 'broker.sqlite3'}?timeout=30"
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", REDIS_URL) or _BROKER_FILE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = REDIS_OPTIONS if CELERY_BROKER_URL.startswith("redis") else {}
DJANGO_STRUCTLOG_CELERY_ENABLED = True
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "orderflow_bridge.common.forgetful_cache.ForgetfulCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        # Tests that run side by side must not see each other's entries.
        "KEY_PREFIX": "bridge" + os.environ.get("PYTEST_XDIST_WORKER", ""),
    }

# Hosting without daemons: the system's cron calls the same minute tick (docs/production.md).
CRONJOBS = [("* * * * *", "orderflow_bridge.jobs.cron.tick")]
CRONTAB_COMMENT = "orderflow-bridge"
CRONTAB_DJANGO_MANAGE_PATH = MANAGE_PY

# --- Endpoints -----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "orderflow_bridge.access.backends.LockoutBackend",
    "orderflow_bridge.access.backends.RememberingBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    # Checking a password is slow on purpose, which tests cannot use.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "orderflow_bridge.access.lockout.LockoutHandler"
AXES_FAILURE_LIMIT = "orderflow_bridge.access.lockout.failure_limit"
AXES_COOLOFF_TIME = "orderflow_bridge.access.lockout.cooloff_time"
AXES_LOCKOUT_CALLABLE = "orderflow_bridge.access.lockout.locked_out_response"
AXES_CLIENT_IP_CALLABLE = "orderflow_bridge.access.lockout.client_address"
# A client that goes on trying, as OrderFlow does, must not lengthen its own lockout.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"

# The ceiling above the endpoints' own limit (Configuration → Web Services), for endless bodies.
BRIDGE_MAX_BODY_BYTES = env.number("BRIDGE_MAX_BODY_BYTES", 64 * 1024 * 1024, least=1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = BRIDGE_MAX_BODY_BYTES
BRIDGE_METRICS_TOKEN = env.text("BRIDGE_METRICS_TOKEN")

# Where endpoints, webhooks and proxies may lead (docs/security.md). Link-local addresses are left
# out: there, clouds hand out the machine's own passwords to whoever asks from within.
BRIDGE_MAY_CALL = env.words("BRIDGE_MAY_CALL", MAY_BE_CALLED[:3], among=MAY_BE_CALLED)

# Which installation this is, and whom one that is not live may reach (docs/exchange.md).
BRIDGE_ENVIRONMENT = env.text("BRIDGE_ENVIRONMENT").strip().lower()
BRIDGE_TEST_HOSTS = env.words("BRIDGE_TEST_HOSTS")
BRIDGE_LEAVE = "orderflow_bridge.exchange.selectors.leave"
BRIDGE_TEST_MAIL = env.words("BRIDGE_TEST_MAIL")

# A session lasts for a working day, however busy its user is; Lax lets links in e-mails lead in.
SESSION_COOKIE_AGE = env.number("BRIDGE_SESSION_HOURS", 12, least=1) * 3600
CSRF_FAILURE_VIEW = "orderflow_bridge.console.error_pages.csrf_failure"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Pages ---------------------------------------------------------------------------------------
# Static files come straight from the packages, compressed on their way. An image that has collected
# them, and says so by BRIDGE_STATIC_ROOT, serves copies named after their content.
STATIC_URL = "static/"
STATIC_ROOT = env.text("BRIDGE_STATIC_ROOT") or None
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_MAX_AGE = 0 if DEBUG else 30 * 86_400  # seconds; addresses change with their files
WHITENOISE_AUTOREFRESH = DEBUG or TESTING
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = storages(env.values, are_statics_collected=STATIC_ROOT is not None)
LANGUAGE_CODE = "en-gb"  # of whatever is kept, told to machines, or read by nobody in particular
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = "orderflow_bridge.formats"
TIME_ZONE = env.zone("BRIDGE_TIME_ZONE", "UTC")

# --- E-mail: files in the data folder unless EMAIL_URL names a server ----------------------------
EMAIL_CONFIG = env.mail("EMAIL_URL", "filemail:///")
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
vars().update({key: value for key, value in EMAIL_CONFIG.items() if key != "EMAIL_FILE_PATH"})
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "shop@localhost")
EMAIL_TIMEOUT = 20

# --- Logs: text for a person at a terminal, JSON for everything else -----------------------------
LOG_DIR = DATA_DIR / "logs"
_FORMATS = ("text", "json")
LOG_FORMAT = env.one_of("BRIDGE_LOG_FORMAT", _FORMATS[not (DEBUG or sys.stderr.isatty())], _FORMATS)
configure_structlog()
LOGGING = logging_settings(
    directory=LOG_DIR,
    role=env.text("BRIDGE_ROLE", "manage"),
    level=env.one_of("BRIDGE_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
    as_text=LOG_FORMAT == "text",
    to_files=env.switch("BRIDGE_LOG_FILES", default=not TESTING),
    at_new_day="orderflow_bridge.jobs.cleaning.remove_own_files",
)
# An id that is no id has been replaced before (orderflow_bridge/http/request_log.py).
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# Traces go to the collector that OpenTelemetry's own variables name (docs/production.md).
BRIDGE_TRACES = not TESTING and is_collector_named(env.values)
# Jobs say themselves when they start and end (orderflow_bridge/jobs).
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
