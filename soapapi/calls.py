"""A call on its way through the room, and the endpoints it may come in by."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from spyne import Service, rpc

from orderflow_bridge.access.selectors import GUEST, Caller, bearer_token, caller_of
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.documents.records import Many, Record
from soapapi.envelope import Envelope, text_of
from soapapi.references import NONE, References, references_of, refuse_references
from soapapi.refusals import Refusal, not_authorised, session_expired
from soapapi.wire_types import wire_type


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
            self.references = references_of(self.envelope, self.body, most)
        else:
            refuse_references(self.envelope, self.body)
        self.has_nils = self.envelope.has_nils(self.body)

    def session_id(self) -> str | None:
        """Return the text of `sessionId`, wherever in the envelope it stands."""
        element = self.envelope.session()
        return None if element is None else text_of(self.references.followed(element))


@dataclass(frozen=True, slots=True)
class Guard:
    """What an operation asks of its caller: a right (access/rights.py), or None for anybody."""

    service: str
    right: str | None


def operation(
    service: str, *arguments: Any, right: str | None, returns: Any, result: str = "result"
) -> Any:
    """Declare a method of a Magento 2 service; its name on the wire is the function's own.

    `arguments` are wire types; `returns` is one too, or the shape of the documents that come back
    (documents/records.py); `result` is the reply's element.
    """

    shape = returns if isinstance(returns, Record | Many) else None

    def declare(function: Any) -> Any:
        return rpc(
            *arguments,
            _in_message_name=f"{function.__name__}Request",
            _returns=wire_type(shape) if shape else returns,
            _out_variable_name=result,
            _port_type=f"{service}PortType",
            _udd={"guard": Guard(service, right), "shape": shape},
        )(function)

    return declare


def admit(call: Call, guard: Guard) -> None:
    """Find out who is calling. Raises Refusal unless the caller may use the operation.

    The header's token counts if it is valid, else the one in the body's `sessionId`.
    """
    if guard.right is None:
        return
    if call.is_admitted:
        if not call.caller.may(guard.right):
            raise _refuse(call, guard)
        return
    address = call.http.META.get("REMOTE_ADDR")
    token = bearer_token(call.http.META.get("HTTP_AUTHORIZATION"))
    session = None if token and _is_known(call, token, address) else call.session_id()
    if session or not token:
        call.caller = caller_of(session, address=address)
    if not call.caller.may(guard.right):
        raise _refuse(call, guard)


def _is_known(call: Call, token: str, address: str | None) -> bool:
    call.caller = caller_of(token, address=address)
    return call.caller.is_authenticated


def _refuse(call: Call, guard: Guard) -> Refusal:
    if call.is_legacy and not call.caller.is_authenticated:
        return session_expired()
    return not_authorised(guard.service, is_known=call.caller.is_authenticated)


class MagentoService(Service):
    """The common parent of our services; it declares nothing itself."""
