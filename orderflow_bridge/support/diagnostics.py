"""One archive that can be sent to whoever supports: secrets and people are not in it.

It says first what is in it. Each part is collected alone: one that cannot be, says so, by the kind
of its error, and the others are there all the same.
"""

import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from orderflow_bridge.common import clock
from orderflow_bridge.common.translation import in_english
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.problems.kinds import KINDS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.support import facts
from orderflow_bridge.support.doctor import examine
from orderflow_bridge.support.log_lines import kept_lines
from orderflow_bridge.version import VERSION

CONTENTS = "contents.txt"
MOST_ERRORS = 200
_VARIABLES = (
    "BRIDGE_",
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
)


@dataclass(frozen=True)
class Part:
    """A file of the archive: its name, what it holds, and what is left out of it."""

    name: str
    text: str
    without: str
    collect: Callable[[], Any]


def archive() -> bytes:
    """Return the archive: the list of its contents, then a JSON document for each part."""
    packed = io.BytesIO()
    with in_english(), ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr(CONTENTS, contents())
        for part in PARTS:
            file.writestr(part.name, json.dumps(_collected(part), indent=1, default=str))
    return packed.getvalue()


def archive_name() -> str:
    """Return the name to save it under."""
    return f"orderflow-bridge-{VERSION}-{clock.now():%Y-%m-%d-%H%M}.zip"


def contents() -> str:
    """Return the list of what is in the archive, as it stands first in it."""
    lines = [
        "Diagnostics of OrderFlow Bridge. Free texts, secrets and people's data are left out.",
        "",
    ]
    for part in PARTS:
        lines += [part.name, f"  {part.text}", f"  Left out: {part.without}", ""]
    return "\n".join(lines)


def _collected(part: Part) -> Any:
    try:
        return part.collect()
    except Exception as error:
        # Its text may name what is to be left out.
        return {"not collected": type(error).__name__}


def _environment() -> dict[str, Any]:
    """Return how the processes are set up, and which variables are set; never what to."""
    ours = sorted(_known_variables())
    return {
        **facts.environment(),
        "variables": {name: "set" if os.environ.get(name) else "not set" for name in ours},
    }


def _known_variables() -> set[str]:
    """Return the names of the variables that the bridge reads; others may be anybody's."""
    house = Path(__file__).parent.parent
    files = ("settings.py", "common/storages.py")
    text = " ".join((house / name).read_text(encoding="utf-8") for name in files)
    words = set(text.replace("(", " ").replace(",", " ").replace(")", " ").split())
    quoted = {word.strip('"') for word in words if word.startswith('"')}
    return {word for word in quoted if word.startswith(_VARIABLES)}


def _settings() -> list[dict[str, str]]:
    return [asdict(each) for each in facts.changed_settings()]


def _schema() -> dict[str, Any]:
    known, applied = facts.migrations()
    return {
        "applied": [".".join(each) for each in applied],
        "missing": [".".join(each) for each in known if each not in applied],
        "rows": dict(_rows()),
    }


def _rows() -> Iterator[tuple[str, int]]:
    """Yield each table with the number of its rows; PostgreSQL's estimate of the large ones."""
    tables = sorted(
        {model._meta.db_table for model in apps.get_models() if model._meta.managed}
        & set(connection.introspection.table_names())
    )
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT coalesce(sum(reltuples), 0)::bigint FROM pg_class"
                    " WHERE oid = %s::regclass OR oid IN"
                    " (SELECT inhrelid FROM pg_inherits WHERE inhparent = %s::regclass)",
                    [connection.ops.quote_name(table)] * 2,
                )
            else:
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            yield table, max(int(cursor.fetchone()[0]), 0)


def _state() -> dict[str, Any]:
    return {
        "queues": [
            {
                "direction": each.type.label,
                "entity": each.entity.label,
                "waiting": each.count,
                "oldest": each.oldest,
            }
            for each in facts.queues()
        ],
        "outboxes": facts.outboxes(),
        "runs": facts.run_counts(),
        "jobs": [
            {
                "job": each.job.name,
                "enabled": each.is_enabled,
                "next run": each.next_run,
                "last run": each.last_run and _run(each.last_run),
            }
            for each in facts.jobs()
        ],
    }


def _run(run: JobRun) -> dict[str, Any]:
    known = run.status in JobRun.Status.values
    return {
        "id": run.pk,
        "status": run.status if known else "?",
        "due": run.scheduled_for,
        "started": run.started_at,
        "finished": run.finished_at,
    }


def _errors() -> dict[str, Any]:
    problems = Problem.objects.filter(resolved_at__isnull=True).order_by("-last_seen")
    failed = JobRun.objects.filter(status=JobRun.Status.FAILED).order_by("-id")[:MOST_ERRORS]
    jobs = {each.job.name for each in facts.jobs()}
    return {
        "open problems": [
            {
                "kind": each.kind if each.kind in KINDS else "?",
                "severity": each.severity,
                "count": each.count,
                "website": each.website_id,
                "first seen": each.first_seen,
                "last seen": each.last_seen,
            }
            for each in problems[:MOST_ERRORS]
        ],
        "failed runs": [
            {"job": each.job if each.job in jobs else "?", **_run(each)} for each in failed
        ],
    }


def _doctor() -> list[dict[str, str]]:
    return [{"check": line.check, "state": line.state} for line in examine(is_offline=True)]


def _packages() -> dict[str, str]:
    found = ((each.metadata["Name"], each.version) for each in distributions())
    return dict(sorted((name, version) for name, version in found if name))


def _logs() -> list[dict[str, Any]]:
    return kept_lines(Path(settings.LOG_DIR))


PARTS: tuple[Part, ...] = (
    Part(
        "versions.json",
        gettext_noop("What runs, and on which database."),
        gettext_noop("nothing"),
        facts.versions,
    ),
    Part(
        "environment.json",
        gettext_noop("How the processes are set up; which environment variables are set."),
        gettext_noop("the values of all variables, host names and addresses"),
        _environment,
    ),
    Part(
        "settings.json",
        gettext_noop(
            "The settings that differ from the system values: numbers, choices, schedules."
        ),
        gettext_noop("passwords and all free texts; only that they are set"),
        _settings,
    ),
    Part(
        "schema.json",
        gettext_noop("The migrations of this version, and how many rows each table has."),
        gettext_noop("the rows themselves"),
        _schema,
    ),
    Part(
        "state.json",
        gettext_noop("What waits, the outboxes, and every job with its last and next run."),
        gettext_noop("messages, mails, and what the runs said"),
        _state,
    ),
    Part(
        "errors.json",
        gettext_noop("The open problems and failed runs: kind, how often, when."),
        gettext_noop("their sentences, which name products, orders and people"),
        _errors,
    ),
    Part(
        "doctor.json",
        gettext_noop("What manage.py doctor --offline finds: which check, and how bad."),
        gettext_noop("its sentences"),
        _doctor,
    ),
    Part(
        "packages.json",
        gettext_noop("The installed Python packages with their versions."),
        gettext_noop("nothing"),
        _packages,
    ),
    Part(
        "logs.json",
        gettext_noop(
            "The newest lines of the log files: time, level, program, event, place of an error."
        ),
        gettext_noop("all texts and values; addresses of pages only by their names"),
        _logs,
    ),
)
