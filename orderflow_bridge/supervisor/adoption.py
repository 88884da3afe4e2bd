"""Making a copy of a database an installation of its own (docs/exchange.md, "Test and live").

Whatever the other installation was about to send is cleared, and what it logs in with is dropped.
"""

from collections.abc import Iterator
from typing import Any

import structlog
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from exports.cancel_requests import recover_cancellations
from exports.selectors import EXPORT_STATES
from exports.settling import recover_interrupted
from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.exceptions import AdoptionRefused
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.sections import SECTIONS, Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.configuration.validators import validate_endpoint
from orderflow_bridge.exchange.environment import is_name
from orderflow_bridge.exchange.selectors import environment
from orderflow_bridge.exchange.services import rename
from orderflow_bridge.file_transfer.models import FileImport, ListExport
from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent, WebhookReceiver
from orderflow_bridge.problems.models import ChatMessage, ProblemRoute
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.restapi.bulk.models import Bulk
from orderflow_bridge.stores.models import Website

log = structlog.get_logger(__name__)

SANDBOX = "http://127.0.0.1:8001/"
CLEARED = "Not sent: the database was adopted by another installation."
_ACCOUNT = ("endpoint", "username", "password", "organisation", "channel", "proxy")


def adopt(name: str, *, endpoint: str = "") -> list[str]:
    """Make this database that of the installation `name`; return sentences about what was done.

    With an `endpoint`, every website's OrderFlow is that one, and its passwords are to be entered
    again; without, none is set, and the sandbox introduces itself when it is started. Raises
    AdoptionRefused.
    """
    _refuse(name, endpoint)
    former = environment().remembered
    with transaction.atomic():
        done = [*_clear(), *_point_at(endpoint)]
        rename(name, endpoint=endpoint or SANDBOX)
    log.warning("database_adopted", former=former, now=name, endpoint=endpoint or "sandbox")
    return [f"The database is that of “{name}” from now on.", *done]


def _refuse(name: str, endpoint: str) -> None:
    found = environment()
    if not is_name(name):
        raise AdoptionRefused(f"“{name}” is no name. Use small letters, digits and hyphens.")
    if found.named != name:
        ours = f"is “{found.named}”" if found.named else "has no name"
        raise AdoptionRefused(
            f"This installation {ours}. Set BRIDGE_ENVIRONMENT={name} for all its processes first."
        )
    if found.remembered == name:
        raise AdoptionRefused(f"The database is that of “{name}” already: nothing is to be done.")
    if endpoint:
        try:
            validate_endpoint(endpoint)
        except ValidationError as error:
            raise AdoptionRefused(" ".join(error.messages)) from error


def _clear() -> Iterator[str]:
    """Let go of all work, and clear what the former installation would still have sent."""
    _let_go_of_work()
    count = 0
    for table in EXPORT_STATES.values():
        waiting = table._default_manager.filter(orderflow_due_at__isnull=False)
        count += waiting.update(orderflow_due_at=None)
    yield f"{count} waiting exports cleared; a change, Requeue or Export Catalogue makes them due."
    mails = OutgoingMail.objects.filter(
        status__in=(OutgoingMail.Status.WAITING, OutgoingMail.Status.SENDING)
    ).update(status=OutgoingMail.Status.FAILED, last_error=CLEARED, claimed_until=None)
    yield f"{mails} waiting e-mails cleared."
    events = WebhookEvent.objects.filter(status=WebhookEvent.Status.WAITING).update(
        status=WebhookEvent.Status.GIVEN_UP, due_at=None, last_error=CLEARED
    )
    posts = ChatMessage.objects.filter(due_at__isnull=False).update(due_at=None, last_error=CLEARED)
    yield f"{events} waiting webhooks and {posts} chat messages cleared."
    tokens = AccessToken.objects.all().delete()[0]
    sessions = Session.objects.all().delete()[0]
    yield f"{tokens} access tokens and {sessions} sessions dropped: sign in again."
    secrets = sum(
        len(write_settings(section, dict.fromkeys(_secrets_of(section)), website=scope))
        for section in SECTIONS
        for scope in _scopes()
    )
    secrets += ProblemRoute.objects.exclude(chat_secret=None).update(chat_secret=None)
    secrets += WebhookReceiver.objects.exclude(secret=None).update(
        secret=None, former_secret=None, former_until=None
    )
    yield f"{secrets} stored passwords and secrets dropped."


def _secrets_of(section: type[Section]) -> list[str]:
    return [each.name for each in section.settings() if each.is_secret]


def _scopes() -> list[Website | None]:
    return [None, *Website.objects.all()]


def _let_go_of_work() -> None:
    now = clock.now()
    unprocessed = Request.objects.filter(processed_at__isnull=True)
    announced = unprocessed.filter(type=RequestType.EXPORT)
    announced.filter(claimed_until__gt=now).update(claimed_until=now)
    for entity in (Entity.PRODUCT, Entity.ORDER):
        recover_interrupted(entity)
    recover_cancellations()
    for table in (Request, Bulk, FileImport, ListExport):
        held = table._default_manager.filter(claimed_until__isnull=False)
        held.update(claimed_until=None, fence=F("fence") + 1)
    JobLease.objects.all().delete()
    JobRun.objects.filter(status__in=(JobRun.Status.PENDING, JobRun.Status.RUNNING)).update(
        status=JobRun.Status.SKIPPED, summary="The database was adopted.", finished_at=now
    )


def _point_at(endpoint: str) -> Iterator[str]:
    """Have all websites share one OrderFlow, or none; the way to it is this machine's own."""
    values: dict[str, Any] = dict.fromkeys(_ACCOUNT)
    if endpoint:
        values = {"endpoint": None, "proxy": None}
    for website in _scopes():
        write_settings(Api, values, website=website)
    if endpoint:
        write_settings(Api, {"endpoint": endpoint})
        yield f"Every website's OrderFlow is {endpoint}. Enter its password in API Settings."
    else:
        yield "No OrderFlow is set: manage.py sandbox starts one and enters itself."
