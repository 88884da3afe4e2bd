"""What the bridge stands on: disks, the database's tables, certificates, keys."""

import shutil
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from urllib3.exceptions import HTTPError

from imports.history import ensure_partitions, missing_partitions
from orderflow_bridge.client.limits import limits
from orderflow_bridge.client.lines import encrypted_line
from orderflow_bridge.common.worded import nworded, worded, worded_day
from orderflow_bridge.configuration.connection import orderflow_network
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.selectors import api, read_ahead
from orderflow_bridge.configuration.stored_secrets import unreadable_labels
from orderflow_bridge.problems.kinds import MACHINE, SECRET_UNREADABLE, Severity
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import Memory, remember
from orderflow_bridge.watch.webhooks import ENTER_AGAIN, UNREADABLE, receivers_without_their_key
from orderflow_bridge.watch.wording import host_of

LEAST_FREE_BYTES = 1_000_000_000
LEAST_FREE_SHARE = 0.05
DAYS_AHEAD = 3
CERTIFICATE_ENDS_IN = timedelta(days=14)
CERTIFICATE_READ_EVERY = timedelta(days=1)
HANDSHAKE_SECONDS = 5.0
_CERTIFICATE = "certificate:"
_unapplied_by_applied: dict[frozenset[tuple[str, str]], int] = {}

log = structlog.get_logger(__name__)


def look_at_the_machine(now: datetime) -> None:
    """Find full disks, missing partitions and migrations, and certificates that soon end."""
    settle(MACHINE, machine_findings(now), now=now)


def machine_findings(now: datetime) -> list[Finding]:
    """Return what is wrong with what the bridge stands on."""
    return [*full_disks(), *_database(now), *_certificates(now)]


def full_disks() -> Iterator[Finding]:
    """Find the disks, each once, on which the bridge writes and that are almost full."""
    seen = set()
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.LOG_DIR):
        path = _existing(Path(folder))
        device = path.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        disk = shutil.disk_usage(path)
        share = disk.total * LEAST_FREE_SHARE
        free_part = f"{disk.free / disk.total:.0%}"
        if disk.free < max(LEAST_FREE_BYTES, share):
            yield Finding(
                MACHINE,
                f"disk of {path}",
                worded(
                    "The disk of %(path)s is almost full: %(free)s MB (%(share)s) are free.",
                    path=path,
                    free=disk.free // 1_000_000,
                    share=free_part,
                ),
                worded("Make room there, or nothing can be stored soon."),
                severity=Severity.CRITICAL
                if disk.free < min(LEAST_FREE_BYTES, share)
                else Severity.WARNING,
            )


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def _database(now: datetime) -> Iterator[Finding]:
    today = now.astimezone(UTC).date()
    try:
        # In a shop where nothing was imported for a week nobody else has made them.
        ensure_partitions(today)
    except DatabaseError as error:
        log.warning("partitions_not_made", error=str(error))
    if days := missing_partitions(today, ahead=DAYS_AHEAD):
        yield Finding(
            MACHINE,
            "partitions",
            nworded(
                "The history has no room yet for %(count)s day, the first %(first)s.",
                "The history has no room yet for %(count)s days, the first %(first)s.",
                len(days),
                first=worded_day(days[0]),
            ),
            worded(
                "Let Log Cleaning run: it makes the coming days; the database's user must be"
                " allowed to create tables."
            ),
            reverse("admin:scheduler_jobrun_changelist"),
            count=len(days),
        )
    if count := unapplied_migrations():
        yield Finding(
            MACHINE,
            "migrations",
            nworded(
                "%(count)s migration of this version is not applied.",
                "%(count)s migrations of this version are not applied.",
                count,
            ),
            worded("Run: manage.py migrate."),
            count=count,
        )


def unapplied_migrations() -> int:
    """Return how many migrations of this version the database does not have yet.

    Reading this version's files is slow; it is done anew only when others are applied than last
    time.
    """
    applied = frozenset(MigrationRecorder(connection).applied_migrations())
    count = _unapplied_by_applied.get(applied)
    if count is None:
        executor = MigrationExecutor(connection)
        count = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        _unapplied_by_applied.clear()
        _unapplied_by_applied[applied] = count
    return count


def _certificates(now: datetime) -> Iterator[Finding]:
    """Find certificates of OrderFlows that end soon; each is read once a day.

    That one is not accepted, or nobody answers, every export tells.
    """
    websites: dict[str, Website] = {}
    for website in Website.objects.all():
        endpoint = api(website).endpoint
        if urlsplit(endpoint).scheme == "https" and urlsplit(endpoint).hostname:
            websites.setdefault(endpoint.rstrip("/"), website)
    if not websites:
        return
    names = {f"{_CERTIFICATE}{endpoint}"[:255]: endpoint for endpoint in websites}
    known = {row.name: row for row in Memory.objects.filter(name__in=names)}
    for name, endpoint in names.items():
        row = known.get(name)
        if row is None or not now - CERTIFICATE_READ_EVERY < row.noted_at <= now:
            ends_at = _end_of_certificate(websites[endpoint])
            remember(name, ends_at.timestamp() if ends_at else 0, at=now)
        else:
            ends_at = datetime.fromtimestamp(row.value, UTC) if row.value else None
        if ends_at is not None and ends_at - now < CERTIFICATE_ENDS_IN:
            yield _certificate_ends(endpoint, ends_at, now)


def _certificate_ends(endpoint: str, ends_at: datetime, now: datetime) -> Finding:
    days = max((ends_at - now).days, 0)
    return Finding(
        MACHINE,
        f"certificate of {host_of(endpoint)}",
        nworded(
            "The certificate of %(host)s ends in %(count)s day, on %(end)s.",
            "The certificate of %(host)s ends in %(count)s days, on %(end)s.",
            days,
            host=host_of(endpoint),
            end=worded_day(ends_at.date()),
        ),
        worded("Ask whoever runs OrderFlow to renew it; afterwards nothing can be exported."),
        severity=Severity.WARNING if days > 2 else Severity.CRITICAL,
        count=days,
    )


def _end_of_certificate(website: Website) -> datetime | None:
    """Return when the certificate of a website's OrderFlow ends (UTC), by a handshake of its own.

    It goes the way of the calls: proxy, trusted authorities, allowed addresses. None if there is
    no handshake.
    """
    account = api(website)
    parts = urlsplit(account.endpoint)
    try:
        network = orderflow_network(account)
        host, port = parts.hostname or "", parts.port or 443
        with (
            limits(time.monotonic() + 2 * HANDSHAKE_SECONDS, network.reaches),
            closing(encrypted_line(network, host, port, HANDSHAKE_SECONDS)) as line,
        ):
            line.connect()
            certificate = cast(ssl.SSLSocket, line.sock).getpeercert()
    except (OSError, ValueError, HTTPError) as error:
        log.info("certificate_not_read", endpoint=account.endpoint, error=str(error))
        return None
    ends = str((certificate or {}).get("notAfter", ""))
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None


def look_for_unreadable_secrets(now: datetime) -> None:
    """Find passwords that no present key can decrypt; it ends when they are entered again."""
    found = [*unreadable_secrets(read_ahead(Api)), *receivers_without_their_key()]
    settle(SECRET_UNREADABLE, found, now=now)


def unreadable_secrets(websites: Sequence[Website]) -> list[Finding]:
    """Return the passwords that no present key can decrypt, each where it was entered."""
    found: dict[str, Website | None] = {}
    inherited = unreadable_labels(api())
    for label in inherited:
        found[worded("%(label)s of %(place)s", label=label, place=Api.title)] = None
    for website in websites:
        for label in unreadable_labels(api(website)):
            if label not in inherited:
                name = worded("%(label)s of %(place)s", label=label, place=website.name)
                found[name] = website
    return [
        Finding(
            SECRET_UNREADABLE,
            name,
            worded(UNREADABLE, name=name),
            worded(ENTER_AGAIN),
            section_url(Api, website),
            website_id=website.pk if website else None,
        )
        for name, website in found.items()
    ]
