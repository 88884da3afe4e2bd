"""Replaying a message: it goes through its own endpoint again, as a new request in the queue."""

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from imports.preview import Preview, previewed
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.common.choices import RequestType
from orderflow_bridge.common.exceptions import MessageRefused
from orderflow_bridge.common.statements import take_turns
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.restapi import orderflow as rest
from soapapi import endpoint as soap

WAITS_ALREADY = gettext_noop(
    "Exactly this message waits in the queue already: nothing was submitted. Process that one."
)
_ADVISORY_LOCK = 270_401
_LONGEST_USER = 150


@transaction.atomic
def replay(body: bytes, *, http: HttpRequest) -> int:
    """Submit a message as a new request and return its id; `http` tells who does it.

    The message keeps its own id and sequence ids: what was applied before is a duplicate. Raises
    MessageRefused, in the words of its endpoint, or because it waits in the queue already.
    """
    take_turns(_ADVISORY_LOCK)  # one replay after the other looks whether its message waits
    last = Request.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    received_by = f"{http.user.get_username()} (replay)"[:_LONGEST_USER]
    _submit(body, received_by, http)
    made = Request.objects.filter(
        pk__gt=last, type=RequestType.IMPORT, received_by=received_by
    ).latest("pk")
    if _waits(made):
        raise MessageRefused(_(WAITS_ALREADY))
    return made.pk


def preview_replay(body: bytes, *, http: HttpRequest) -> Preview:
    """Return what the replayed message would do, once it is processed."""
    return previewed(lambda: [replay(body, http=http)])


def _submit(body: bytes, received_by: str, http: HttpRequest) -> None:
    """Choose the endpoint by what the message is written in."""
    if body.lstrip().startswith((b"{", b"[")):
        rest.submit(body, received_by=received_by)
    else:
        caller = Caller(http.user.pk, received_by, frozenset({ORDERFLOW_IMPORT}))
        soap.submit(body, caller=caller, http=http)


def _waits(made: Request) -> bool:
    """Tell whether the same message has been waiting before."""
    others = Request.objects.filter(
        type=RequestType.IMPORT,
        entity=made.entity,
        message_id=made.message_id,
        processed_at__isnull=True,
        pk__lt=made.pk,
    )
    return any(other.lines == made.lines for other in others.only("lines"))
