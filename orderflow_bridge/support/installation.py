"""What can be wrong with an installation: its environment, keys, names, mail.

The shop's settings and the machine are judged by the watch.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import ERROR, run_checks
from django.core.mail import get_connection
from django.db import connection

from orderflow_bridge.common import clock
from orderflow_bridge.configuration.selectors import general, web_services
from orderflow_bridge.outbox.mail.services import is_address
from orderflow_bridge.stores.models import Website
from orderflow_bridge.supervisor.preparation import uncollected_static_files
from orderflow_bridge.watch.runs import LARGEST_OFFSET_SECONDS

OLDEST_POSTGRESQL = 15
SHORTEST_KEY = 40
MOST_ADMINISTRATORS = 20
WIDEST_NETWORK = 65_536
_FILES = "django.core.mail.backends.filebased.EmailBackend"
_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_LOCAL_NAMES = ("localhost", "testserver")
_NEW_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


@dataclass(frozen=True)
class Trouble:
    """Something wrong: what it is about, in one sentence, and what to do.

    What is critical keeps the bridge from working, or leaves it open to others.
    """

    name: str
    text: str
    remedy: str
    is_critical: bool = False


def django_checks() -> Iterator[Trouble]:
    """Find what Django itself calls an error."""
    for each in run_checks(databases=["default"]):
        if each.level >= ERROR:
            yield Trouble(each.id or "Django", each.msg, each.hint or "Mend it first.", True)


def modes() -> Iterator[Trouble]:
    """Find modes of the process that are not for production."""
    if settings.DEBUG:
        yield Trouble(
            "BRIDGE_DEBUG",
            "Debugging is on: whoever meets an error sees source code and settings.",
            "Take BRIDGE_DEBUG away and start the processes anew.",
            True,
        )
    if settings.TIME_ZONE != "UTC":
        yield Trouble(
            "BRIDGE_TIME_ZONE",
            f"The process runs in the zone {settings.TIME_ZONE}.",
            "Leave BRIDGE_TIME_ZONE at UTC; operators see the zone of Configuration → General.",
        )


def names() -> Iterator[Trouble]:
    """Find wrong host names, origins and proxies."""
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in _LOCAL_NAMES]
    if "*" in hosts:
        yield Trouble(
            "BRIDGE_ALLOWED_HOSTS",
            "The bridge answers to any name that a caller gives it.",
            "Name the hosts it is called by: BRIDGE_ALLOWED_HOSTS=bridge.example.com.",
        )
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        host = urlsplit(origin).hostname or ""
        if "*" not in hosts and not any(_covers(each, host) for each in hosts):
            yield Trouble(
                "BRIDGE_TRUSTED_ORIGINS",
                f"{origin} is trusted, but the bridge does not answer to {host or 'its host'}.",
                "Write it as https://name, with a name of BRIDGE_ALLOWED_HOSTS.",
            )
    if not settings.BEHIND_TLS and not all(_is_loopback(host) for host in hosts):
        yield Trouble(
            "BRIDGE_BEHIND_TLS",
            "The bridge is called by names, but not told of TLS: passwords and cookies may go"
            " unencrypted.",
            "Put a proxy with TLS in front and set BRIDGE_BEHIND_TLS=1.",
        )
    if settings.BEHIND_TLS and not settings.BRIDGE_PROXIES:
        yield Trouble(
            "BRIDGE_PROXIES",
            "A proxy stands in front, but BRIDGE_PROXIES is 0: all callers share its address, and"
            " one stranger's wrong passwords lock everybody out.",
            "Set BRIDGE_PROXIES to the number of your own proxies.",
        )


def keys() -> Iterator[Trouble]:
    """Find keys that are weak, open to others, or former ones that are left behind."""
    if len(settings.SECRET_KEY) < SHORTEST_KEY or len(set(settings.SECRET_KEY)) < 8:
        yield Trouble(
            "BRIDGE_SECRET_KEY",
            "The secret key is short enough to be guessed; it signs sessions.",
            f"Set a new one, as from {_NEW_KEY}, and name the former one in"
            " BRIDGE_SECRET_KEY_FALLBACKS.",
            True,
        )
    kept = Path(settings.DATA_DIR) / "secret_key"
    if kept.exists() and kept.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Trouble(
            "secret_key",
            f"Others on this machine may read {kept}.",
            f"Run: chmod 600 {kept}",
            True,
        )
    if settings.SECRET_KEY_FALLBACKS:
        yield Trouble(
            "BRIDGE_SECRET_KEY_FALLBACKS",
            "Former keys still open sessions and stored passwords.",
            "Run: manage.py rotate-secrets, then take the fallbacks away.",
        )
    if "link-local" in settings.BRIDGE_MAY_CALL:
        yield Trouble(
            "BRIDGE_MAY_CALL",
            "Endpoints may lead to link-local addresses, at which clouds hand out a machine's own"
            " passwords.",
            "Take link-local out of BRIDGE_MAY_CALL.",
            True,
        )


def folders() -> Iterator[Trouble]:
    """Find a data folder that cannot be written to, and static files that are missing."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):
            pass
    except OSError as error:
        yield Trouble(
            "BRIDGE_DATA_DIR",
            f"{settings.DATA_DIR} cannot be written to: {error.strerror}.",
            "Make the folder, and let the bridge's user write to it.",
            True,
        )
    if missing := uncollected_static_files():
        yield Trouble(
            "BRIDGE_STATIC_ROOT", missing, "Run: manage.py collectstatic --no-input", True
        )


def senders() -> Iterator[Trouble]:
    """Find mail that reaches nobody, or comes from nobody."""
    if settings.EMAIL_BACKEND == _FILES:
        yield Trouble(
            "EMAIL_URL",
            f"E-mails become files in {settings.EMAIL_FILE_PATH}: nobody gets one.",
            "Name a server: EMAIL_URL=smtp+tls://user:password@host:587.",
        )
    for website in [None, *Website.objects.all()]:
        sender = general(website).sender_email or settings.DEFAULT_FROM_EMAIL
        if sender.endswith("@localhost") or not is_address(sender):
            yield Trouble(
                "DEFAULT_FROM_EMAIL",
                f"E-mails come from {sender}, which many servers refuse.",
                "Enter Sender Email under Configuration → General, or set DEFAULT_FROM_EMAIL.",
            )
            return


def mail_server() -> Iterator[Trouble]:
    """Find a mail server that does not let the bridge in. Nothing is sent."""
    if settings.EMAIL_BACKEND != _SMTP:
        return
    server = get_connection()
    try:
        server.open()
        server.close()
    except (OSError, ValueError) as error:
        yield Trouble(
            "mail server",
            f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} cannot be used: {error}.",
            "See that EMAIL_URL has the right name, port, encryption, user and password.",
            True,
        )


def database() -> Iterator[Trouble]:
    """Find a database that is too old, and a host whose clock differs from its."""
    if connection.vendor == "postgresql":
        version = connection.cursor().connection.info.server_version // 10_000
        if version < OLDEST_POSTGRESQL:
            yield Trouble(
                "PostgreSQL",
                f"This is PostgreSQL {version}.",
                f"Upgrade it to {OLDEST_POSTGRESQL} or newer.",
                True,
            )
    offset = clock.host_offset()
    if offset is not None and abs(offset.total_seconds()) > LARGEST_OFFSET_SECONDS:
        yield Trouble(
            "clock",
            f"This host's clock is {abs(offset.total_seconds()):,.0f} seconds off the database's.",
            "Let it be kept by NTP.",
        )


def administrators() -> Iterator[Trouble]:
    """Find that nobody may do everything, or that everybody can guess the password."""
    found = list(User.objects.filter(is_superuser=True, is_active=True)[:MOST_ADMINISTRATORS])
    if not found:
        yield Trouble(
            "administrator",
            "There is no active superuser: nobody can help whoever is locked out.",
            "Run: manage.py createsuperuser.",
        )
    for user in found:
        given = os.environ.get("BRIDGE_ADMIN_PASSWORD", "")
        if user.check_password(user.username) or (given and user.check_password(given)):
            yield Trouble(
                "password",
                f"The password of {user.username} is the user name, or still stands in"
                " BRIDGE_ADMIN_PASSWORD.",
                f"Give it another one: manage.py changepassword {user.username}.",
                user.check_password(user.username),
            )


def open_addresses() -> Iterator[Trouble]:
    """Find networks without login that are wider than a house."""
    for text in web_services().anonymous_addresses:
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            continue
        if network.num_addresses > WIDEST_NETWORK:
            yield Trouble(
                "Addresses Without Login",
                f"{text} may bring messages without login: that is {network.num_addresses:,}"
                " addresses.",
                "Name OrderFlow's own addresses under Configuration → Web Services.",
                True,
            )


def websites() -> Iterator[Trouble]:
    """Find websites that no order can come from."""
    for website in Website.objects.filter(stores__isnull=True):
        yield Trouble(
            "Store Views",
            f"{website.name} has no store view: no order can be placed in it.",
            "Add one under Stores → Store Views, or delete the website.",
        )


def _covers(pattern: str, host: str) -> bool:
    return host == pattern or (
        pattern.startswith(".") and (host == pattern[1:] or host.endswith(pattern))
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
