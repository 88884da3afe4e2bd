"""A call on its way through the room: its address, who sends it, and what its arguments must be.

A bad *line* is never judged here: it fails at import.
"""

import re
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from django.http import HttpRequest

from orderflow_bridge.access.callers import caller_at
from orderflow_bridge.access.integrations.oauth import OauthRefused
from orderflow_bridge.access.people import reads
from orderflow_bridge.access.selectors import GUEST, Caller
from orderflow_bridge.common.numbers import parse_sequence
from orderflow_bridge.configuration.sections import WebServices
from soapapi.elements import NONE, References, references_of, refuse_references, text_of
from soapapi.envelope import Envelope
from soapapi.refusals import (
    Refusal,
    badly_signed,
    invalid_input,
    no_services_named,
    not_authorised,
    required,
    session_expired,
)

_STORE = re.compile(r"/soap/([\w-]+)/?$", re.ASCII)
_SERVICES = re.compile(r"[a-zA-Z][a-zA-Z0-9]*V[0-9]+(,[a-zA-Z][a-zA-Z0-9]*V[0-9]+)*", re.ASCII)
T = TypeVar("T")
_LONGEST_MESSAGE_ID = 150


@dataclass(frozen=True, slots=True)
class Guard:
    """What an operation asks of its caller: a right (access/rights.py), or None for anybody."""

    service: str
    right: str | None


@dataclass(slots=True)
class Call:
    """One message being answered: the HTTP request, its limits, its envelope, and who sent it.

    `is_admitted` says that the caller is known already: somebody signed in who submits a message.
    `references` and `has_nils` say what needs care in reading the arguments.
    """

    http: HttpRequest
    body: bytes
    limits: WebServices
    envelope: Envelope
    is_legacy: bool
    caller: Caller = GUEST
    is_admitted: bool = False
    references: References = NONE
    has_nils: bool = False

    def look_over(self) -> None:
        """See what needs care. Raises Refusal for what the dialect does not have."""
        if self.is_legacy:
            most = self.limits.max_body_bytes
            self.references = references_of(self.envelope.body, self.body, most)
        else:
            refuse_references(self.envelope.body, self.body)
        self.has_nils = self.envelope.has_nils(self.body)

    def session_id(self) -> str | None:
        """Return the text of `sessionId`, wherever in the envelope it stands."""
        element = self.envelope.session()
        return None if element is None else text_of(self.references.followed(element))


def location(request: HttpRequest) -> str:
    """Return the address called, without query and trailing slash."""
    return request.build_absolute_uri(request.path).rstrip("/")


def service_address(request: HttpRequest, services: list[str]) -> str:
    """Return the full address of services, or that called when none are given.

    It is Magento's namespace for the services.
    """
    services = services or request.GET.get("services", "").split(",")
    return f"{location(request)}?services={quote(','.join(services), safe='')}"


def named_services(request: HttpRequest) -> list[str] | None:
    """Return the services that an address names, None when it names none.

    Raises Refusal if the list is not well-formed.
    """
    text = request.GET.get("services") if request.META.get("QUERY_STRING") else None
    if text is None:
        return None
    if not _SERVICES.fullmatch(text):
        raise no_services_named()
    return text.split(",")


def store_code(request: HttpRequest) -> str | None:
    """Return the store view's code that the address ends in, None if it names none."""
    found = _STORE.search(request.path)
    return found[1] if found else None


def admit(call: Call, guard: Guard) -> None:
    """Find out who is calling. Raises Refusal unless the caller may use the operation.

    A signature counts; else the header's token, if it is valid; else the one in the body's
    `sessionId`.
    """
    if guard.right is None:
        return
    if call.is_admitted:
        if not call.caller.may(guard.right):
            raise _refuse(call, guard)
        return
    try:
        call.caller = caller_at(call.http, session=call.session_id)
    except OauthRefused as error:
        call.caller = Caller(username=error.caller_name)
        raise badly_signed(str(error), error.counted) from None
    if not call.caller.may(guard.right):
        raise _refuse(call, guard)
    # No operation sends what it reads anywhere but to its caller.
    reads(call.caller, is_safe=True)


def given(field: str, value: T | None) -> T:
    """Return an argument that must be there. Raises Refusal if it is not."""
    if value is None:
        raise required(field)
    return value


def message_number(field: str, text: str | None) -> str:
    """Return the number of a stock message in plain digits. Raises Refusal for anything else."""
    try:
        return str(parse_sequence(given(field, text)))
    except ValueError:
        raise invalid_input(field, "must be a whole number.") from None


def message_id(field: str, text: str | None) -> str:
    """Return the id of a despatch: free text, "" when absent. Raises Refusal if too long."""
    if text and len(text) > _LONGEST_MESSAGE_ID:
        raise invalid_input(field, f"must have at most {_LONGEST_MESSAGE_ID} characters.")
    return text or ""


def _refuse(call: Call, guard: Guard) -> Refusal:
    if call.is_legacy and not call.caller.is_authenticated:
        return session_expired()
    return not_authorised(guard.service, is_known=call.caller.is_authenticated)
