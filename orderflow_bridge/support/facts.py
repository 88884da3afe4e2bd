"""What a supporter asks first: versions, environment, settings that differ, queues, jobs, errors.

Every value here is of a closed kind, a number, a time, a yes or no, a word of our own: free texts,
which may hold anybody's name or password, are only said to be there.
"""

import platform
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Count
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.configuration.declarations import Setting
from orderflow_bridge.configuration.kinds import Count as Number
from orderflow_bridge.configuration.kinds import Cron, DateTime, OneOf, TimeZone, YesNo
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.selectors import JobState, job_states
from orderflow_bridge.monitoring.selectors import Waiting, waiting
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.version import MAGENTO_VERSION, ORDERFLOW_MODULES, VERSION, commit

_OPEN_KINDS = (Number, YesNo, OneOf, DateTime)
_CHECKED_KINDS = (Cron, TimeZone)
_BROKERS = {"redis": "Redis", "rediss": "Redis", "amqp": "RabbitMQ", "amqps": "RabbitMQ"}


@dataclass(frozen=True)
class ChangedSetting:
    """A setting that differs from the system value in one scope; `value` says nothing secret."""

    section: str
    label: str
    path: str
    scope: str
    value: str


def versions() -> dict[str, str]:
    """Return what runs, by its name."""
    return {
        "OrderFlow Bridge": VERSION,
        _("Commit"): commit(),
        "Python": platform.python_version(),
        _("Database"): database(),
        _("Schema"): schema(),
        _("Magento version emulated"): MAGENTO_VERSION,
        _("OrderFlow modules expected"): ", ".join(ORDERFLOW_MODULES),
    }


def database() -> str:
    """Return the database with its version: "PostgreSQL 17.2"."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            number = cursor.connection.info.server_version
        return f"PostgreSQL {number // 10_000}.{number % 10_000}"
    return f"SQLite {sqlite3.sqlite_version}"


def schema() -> str:
    """Return how many of this version's migrations the database has."""
    known, applied = migrations()
    missing = len(known) - len(applied)
    values = {"count": len(applied), "missing": missing}
    if missing:
        return _("%(count)s migrations, %(missing)s missing") % values
    return _("%(count)s migrations") % values


def migrations() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the migrations that this version has, and those of them that are applied."""
    loader = MigrationLoader(connection)
    known = sorted(loader.disk_migrations)
    return known, [each for each in known if each in loader.applied_migrations]


def environment() -> dict[str, str]:
    """Return how the processes are set up."""
    hosts = settings.ALLOWED_HOSTS
    return {
        _("Operating system"): f"{platform.system()} {platform.release()} {platform.machine()}",
        _("Broker"): _BROKERS.get(urlsplit(settings.CELERY_BROKER_URL).scheme, _("SQLite file")),
        _("E-mail"): settings.EMAIL_BACKEND.rsplit(".", 2)[-2],
        _("Host names"): _("any") if "*" in hosts else _("%(count)s named") % {"count": len(hosts)},
        _("TLS by a proxy"): _yes(settings.BEHIND_TLS),
        _("Own proxies"): str(settings.BRIDGE_PROXIES),
        _("May call"): ", ".join(sorted(settings.BRIDGE_MAY_CALL)),
        _("Static files"): _("collected") if settings.STATIC_ROOT else _("from the packages"),
        _("Log format"): "text" if settings.LOG_FORMAT == "text" else "json",
        _("Debugging"): _yes(settings.DEBUG),
        _("Session"): _("%(count)s hours") % {"count": settings.SESSION_COOKIE_AGE // 3600},
        _("Demo and stand-in"): _yes(apps.is_installed("orderflow_bridge.sandbox")),
        _("Command"): "gunicorn" if "gunicorn" in sys.argv[0] else "manage.py",
    }


def changed_settings() -> Iterator[ChangedSetting]:
    """Yield the settings that somebody has given another value than the system's, page by page."""
    declared = {
        setting.path: (section, setting) for section in SECTIONS for setting in section.settings()
    }
    places = list(declared)
    rows = [row for row in SettingValue.objects.all() if row.path in declared]
    for row in sorted(rows, key=lambda row: (places.index(row.path), row.website_id or 0)):
        section, setting = declared[row.path]
        value = setting.load(row.value)
        if value == setting.default:
            continue
        scope = (
            _("Website %(number)s") % {"number": row.website_id}
            if row.website_id
            else _("Default Config")
        )
        shown = _("cannot be read") if value is None else closed_value(setting, value)
        yield ChangedSetting(section.title, setting.label, setting.path, scope, shown)


def closed_value(setting: Setting, value: Any) -> str:
    """Return a setting's value where it can only be one of certain ones; else that it is set."""
    kind = setting.kind
    if isinstance(kind, _OPEN_KINDS):
        return kind.display(value)
    if isinstance(kind, _CHECKED_KINDS):
        try:
            return str(kind.clean(value))
        except ValidationError:
            return _("not valid")
    if isinstance(value, tuple | list):
        return _("%(count)s chosen") % {"count": len(value)}
    return _("set") if value else _("empty")


def queues() -> list[Waiting]:
    """Return the messages that wait, by direction and entity."""
    return waiting()


def outboxes() -> dict[str, dict[str, int]]:
    """Return how many e-mails and webhooks there are in each state."""
    return {
        _("E-mails"): _by_status(OutgoingMail),
        _("Webhooks"): _by_status(WebhookEvent),
    }


def jobs() -> list[JobState]:
    """Return every job with its last and next run."""
    return job_states(clock.now())


def run_counts() -> dict[str, int]:
    """Return how many runs there are in each state."""
    return _by_status(JobRun)


def _by_status(model: Any) -> dict[str, int]:
    rows = model.objects.order_by().values_list("status").annotate(Count("id"))
    found = Counter(dict(rows))
    return {
        str(status.label): found[status.value] for status in model.Status if found[status.value]
    }


def _yes(value: object) -> str:
    return _("yes") if value else _("no")
