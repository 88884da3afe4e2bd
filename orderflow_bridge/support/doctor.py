"""`manage.py doctor`: everything that can be checked about an installation, a line each.

What the watch judges is judged by the watch here, too; the checks of the installation itself stand
in `installation.py`. Nothing is written but what the watch's looks remember.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.db import DatabaseError

from orderflow_bridge.client import State
from orderflow_bridge.common import clock
from orderflow_bridge.configuration.connection import try_account
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import SECTIONS, Api
from orderflow_bridge.configuration.selectors import api, find_setting
from orderflow_bridge.jobs.selectors import job_states
from orderflow_bridge.monitoring.readiness import readiness
from orderflow_bridge.problems.kinds import Severity
from orderflow_bridge.problems.selectors import open_counts
from orderflow_bridge.problems.services import Finding
from orderflow_bridge.stores.models import Website
from orderflow_bridge.support import exchange_checks, installation
from orderflow_bridge.support.installation import Trouble
from orderflow_bridge.watch.configuration import exported_by, findings_on_page, missing_in_account
from orderflow_bridge.watch.integrations import integration_findings
from orderflow_bridge.watch.machine import machine_findings

BY = "doctor"
# Who asks has not been up for long, but the scheduler has had time since the installation.
_UP_FOR = timedelta(days=1)
_REMEDIES = {
    "database": "See that the server runs, and that DATABASE_URL is right.",
    "broker": "See that the server runs, and that REDIS_URL or CELERY_BROKER_URL is right.",
    "migrations": "Run: manage.py prepare.",
    "scheduler": "Start beat and a worker, or add the cron entry.",
    "queue": "See what holds it: OrderFlow Imports → Requests, System → Job Runs.",
    "disk": "Make room there.",
}
_UNUSABLE = ("database", "migrations")


@dataclass(frozen=True)
class Check:
    """Something that is looked at. `is_offline`: no other server but the database is asked."""

    name: str
    look: Callable[[], Iterable[Trouble]]
    is_offline: bool = True
    needs_database: bool = True


@dataclass(frozen=True)
class Line:
    """What came of a check: no trouble, or one."""

    check: str
    trouble: Trouble | None = None

    @property
    def state(self) -> str:
        """Return "ok", "warning" or "critical"."""
        if self.trouble is None:
            return "ok"
        return "critical" if self.trouble.is_critical else "warning"


def examine(*, is_offline: bool = False) -> Iterator[Line]:
    """Yield a line for every check that finds nothing, and one for each trouble.

    Where the database cannot be used, what needs it is left out after the line that says so.
    """
    is_usable = True
    for check in CHECKS:
        if (is_offline and not check.is_offline) or (check.needs_database and not is_usable):
            continue
        for line in _looked(check):
            is_usable &= line.trouble is None or line.trouble.name not in _UNUSABLE
            yield line


def _looked(check: Check) -> Iterator[Line]:
    try:
        troubles = list(check.look())
    except DatabaseError as error:
        troubles = [Trouble("database", f"It cannot be used: {error}", _REMEDIES["database"], True)]
    except Exception as error:
        text = f"This could not be looked at: {type(error).__name__}: {error}"
        troubles = [Trouble(check.name, text, "Tell whoever supports you.", True)]
    if not troubles:
        yield Line(check.name)
    yield from (Line(check.name, each) for each in troubles)


def _at_work() -> Iterator[Trouble]:
    """Say what /readyz says."""
    for reason in readiness(up_for=_UP_FOR).reasons:
        yield Trouble(reason.about, reason, _REMEDIES[reason.about], True)


def _machine() -> Iterator[Trouble]:
    """Say what the watch says of disks, history and certificates."""
    yield from map(_of_finding, machine_findings(clock.now()))


def _integrations() -> Iterator[Trouble]:
    """Say what the watch says of integrations that end."""
    yield from map(_of_finding, integration_findings(clock.now()))


def _settings() -> Iterator[Trouble]:
    """Say what the pages of the configuration say of settings that cannot work."""
    for section in SECTIONS:
        yield from map(_of_finding, findings_on_page(section))


def _of_finding(finding: Finding) -> Trouble:
    severity = finding.severity or finding.kind.severity
    return Trouble(
        finding.subject, finding.text, finding.remedy, is_critical=severity is Severity.CRITICAL
    )


def _unreadable_settings() -> Iterator[Trouble]:
    for row in SettingValue.objects.all():
        found = find_setting(row.path)
        if found and found[1].load(row.value) is None:
            yield Trouble(
                row.path,
                f"What is stored for {found[1].label} cannot be read; the system value counts.",
                f"Enter it again under Configuration → {found[0].title}.",
            )


def _jobs() -> Iterator[Trouble]:
    for state in job_states(clock.now()):
        if state.is_enabled and state.next_run is None:
            yield Trouble(
                state.job.title,
                f"The job {state.job.title} is switched on and never due: {state.schedule}.",
                "Correct its Cron Expression in the configuration.",
                True,
            )


def _encryption() -> Iterator[Trouble]:
    for endpoint in dict.fromkeys(account.endpoint for account in _accounts()):
        parts = urlsplit(endpoint)
        if parts.scheme == "http" and not _is_inside(parts.hostname or ""):
            yield Trouble(
                "Endpoint",
                f"{endpoint} is called without TLS: OrderFlow's password can be read on the way.",
                "Enter it with https:// under Configuration → API Settings.",
            )


def _connections() -> Iterator[Trouble]:
    """Try each account as Test Connection does."""
    for account in _accounts():
        for step in try_account(account, by=BY):
            if step.state is State.FAILED:
                yield Trouble(
                    f"connection to {urlsplit(account.endpoint).hostname}",
                    step.text,
                    "Test Connection under Configuration → API Settings shows each step.",
                    True,
                )


def _accounts() -> list[Api]:
    """Return the complete accounts of the websites that export, each once."""
    exporting = [each for each in Website.objects.all() if exported_by(each)]
    return list(dict.fromkeys(api(each) for each in exporting if not missing_in_account(each)))


def _is_inside(host: str) -> bool:
    """Tell whether an address, or a name without a dot, leads nowhere outside."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def _problems() -> Iterator[Trouble]:
    counts = open_counts()
    if total := sum(count for _, _, count in counts):
        yield Trouble(
            "problems",
            f"{total} problem{' is' if total == 1 else 's are'} open:"
            f" {', '.join(dict.fromkeys(kind for kind, _, _ in counts))}.",
            "Run: manage.py problems list.",
        )


CHECKS: tuple[Check, ...] = (
    Check("modes", installation.modes, needs_database=False),
    Check("host names", installation.names, needs_database=False),
    Check("keys", installation.keys, needs_database=False),
    Check("folders", installation.folders, needs_database=False),
    Check("at work", _at_work, needs_database=False),
    Check("Django", installation.django_checks),
    Check("database", installation.database),
    Check("environment", exchange_checks.environments),
    Check("pauses", exchange_checks.pauses),
    Check("machine", _machine, is_offline=False),
    Check("administrators", installation.administrators),
    Check("access that ends", exchange_checks.endings),
    Check("integrations", _integrations),
    Check("settings that cannot work", _settings),
    Check("unreadable settings", _unreadable_settings),
    Check("schedules", _jobs),
    Check("addresses without login", installation.open_addresses),
    Check("websites", installation.websites),
    Check("encryption", _encryption),
    Check("senders", installation.senders),
    Check("mail server", installation.mail_server, is_offline=False),
    Check("OrderFlow", _connections, is_offline=False),
    Check("open problems", _problems),
)
