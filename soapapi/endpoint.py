"""The SOAP endpoint: three ways in, by WSGI, by a Django view and by hand, and one way through.

Sessions, cookies, CSRF, content security, compression and a second line in the log cost a message
about as much as parsing and storing it (docs/soap.md, "Speed"). So POSTs take a short way past the
middleware that only pages need. The views answer the same messages in the same words without it,
and say what the endpoint offers.
"""

import logging
import re
import threading
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from orderflow_bridge.access.refused_calls import note_accepted, note_refused
from orderflow_bridge.access.selectors import Caller, bearer_token
from orderflow_bridge.common.exceptions import MessageRefused
from orderflow_bridge.common.people import hiding
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.http.request_log import logged
from orderflow_bridge.http.web_threads import Application, Environ
from soapapi import magento1_wsdl, wsdl
from soapapi.application import perform
from soapapi.calls import Call, named_services, service_address
from soapapi.envelope import SOAP12, Reply, Version, fault, open_envelope, sniff_version, version_of
from soapapi.magento1 import WSI_DESPATCH, WSI_STOCK
from soapapi.orderflow_services import INVENTORY, SHIPMENT
from soapapi.reading import body_of, read
from soapapi.refusals import Refusal, internal_error

NOT_A_MESSAGE = "Only stock and despatch messages can be submitted again."
_MESSAGES = frozenset({f"{INVENTORY}UpdateRequest", f"{SHIPMENT}CreateRequest"})
_LEGACY_MESSAGES = frozenset(
    {"orderflowInventoryMultiUpdate", "orderflowShipmentCreate", WSI_STOCK, WSI_DESPATCH}
)
_PATH = re.compile(r"(?:/index\.php)?/(?:soap(?:/[\w-]+)?|(api/v2_soap)(?:/index)?)/?", re.ASCII)
_TRUSTED_SECONDS = 5.0
_DESCRIPTION = "text/xml; charset=UTF-8"

logger = logging.getLogger(__name__)


class _LastUse(threading.local):
    """When this thread last used its connection, in seconds of the monotonic clock."""

    at = float("-inf")


_last_use = _LastUse()


def with_soap_endpoint(application: Application) -> Application:
    """Return a WSGI application that answers SOAP messages itself and leaves the rest to Django."""

    def dispatch(environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        asks_for_wsdl = "wsdl" in environ.get("QUERY_STRING", "")
        if path is None or environ["REQUEST_METHOD"] != "POST" or asks_for_wsdl:
            return application(environ, start_response)
        request = WSGIRequest(environ)
        try:
            request.get_host()
        except DisallowedHost:
            return application(environ, start_response)
        is_legacy = path[1] is not None
        with logged(environ, route="/api/v2_soap" if is_legacy else "/soap") as span:
            reply = _answer(request, is_legacy=is_legacy)
            span.answered(reply.status)
            return _respond(reply, start_response)

    return dispatch


@csrf_exempt
def soap(request: HttpRequest, store: str = "default") -> HttpResponse:
    """Magento 2's endpoint: `/soap/<store>`. The query decides what is wanted, as with Magento."""
    if "wsdl_list" in request.GET:
        return JsonResponse(wsdl.listing(request))
    if "wsdl" in request.GET:
        return _describe(request)
    return _response(answer(request, is_legacy=False))


@csrf_exempt
def legacy(request: HttpRequest) -> HttpResponse:
    """Magento 1's endpoint: `/index.php/api/v2_soap/`."""
    if "wsdl" in request.GET:
        return HttpResponse(magento1_wsdl.describe(request), content_type=_DESCRIPTION)
    return _response(answer(request, is_legacy=True))


def submit(body: bytes, *, caller: Caller, http: HttpRequest) -> None:
    """Put a stock or despatch message into the queue, as its endpoint does.

    For `orderflow_bridge.repairs`: a message that was received before, or that somebody has
    written. The way is that of every message, from the parser to the operation; only the caller is
    known already. `caller` needs the right "OrderFlow Import"; `http` is the request of whoever
    submits. Raises MessageRefused with the endpoint's own text.
    """
    limits = web_services()
    try:
        root = read(body, limits)
        envelope = open_envelope(root, version_of(root))
        if envelope.operation not in _MESSAGES | _LEGACY_MESSAGES:
            raise MessageRefused(NOT_A_MESSAGE)
        is_legacy = envelope.operation in _LEGACY_MESSAGES
        perform(Call(http, body, limits, envelope, is_legacy, caller, is_admitted=True))
    except Refusal as refusal:
        raise MessageRefused(refusal.in_words()) from None


def answer(request: HttpRequest, *, is_legacy: bool) -> Reply:
    """Answer a message sent to an endpoint. Whatever is wrong, the answer is a SOAP envelope."""
    exchange = _Exchange(request, is_legacy=is_legacy)
    try:
        return exchange.reply()
    except Refusal as refusal:
        return exchange.refuse(refusal)
    except Exception as error:
        return exchange.refuse(internal_error(error))


class _Exchange:
    """One message and its answer; it remembers how far it came, so that a refusal fits."""

    def __init__(self, request: HttpRequest, *, is_legacy: bool) -> None:
        self.request = request
        self.is_legacy = is_legacy
        self.call: Call | None = None
        self.version: Version = sniff_version(b"", request.META.get("CONTENT_TYPE", ""))

    def reply(self) -> Reply:
        """Return the answer of the operation asked for. Raises Refusal."""
        limits = web_services()
        body = body_of(self.request, limits)
        self.version = sniff_version(body, self.request.META.get("CONTENT_TYPE", ""))
        root = read(body, limits)
        self.version = version_of(root)
        envelope = open_envelope(root, self.version)
        call = self.call = Call(self.request, body, limits, envelope, self.is_legacy)
        answer = perform(call, None if self.is_legacy else named_services(self.request))
        if call.caller.username:
            note_accepted(call.caller.username, self.request)
        return Reply(200, self.version.content_type, answer)

    def refuse(self, refusal: Refusal) -> Reply:
        """Return a refusal in the caller's version of SOAP, and leave a line in the log."""
        address = self.request.META.get("REMOTE_ADDR")
        user = self.call.caller.username if self.call else ""
        logger.info(
            "SOAP message from %s refused: %s",
            address,
            refusal.in_words(),
            extra={"code": refusal.error_code, **({"user": user} if user else {})},
        )
        if refusal.counted:
            note_refused(
                self.request,
                refusal.counted,
                username=user,
                token=self._token(),
                text=refusal.in_words(),
            )
        services = [refusal.service] if refusal.service else []
        return fault(
            refusal,
            version=self.version,
            endpoint=service_address(self.request, services),
            legacy=self.is_legacy,
        )

    def _token(self) -> str | None:
        """Return the token that the caller has shown, whatever it is worth."""
        token = bearer_token(self.request.META.get("HTTP_AUTHORIZATION"))
        return token or (self.call.session_id() if self.call else None)


def _answer(request: WSGIRequest, *, is_legacy: bool) -> Reply:
    """Answer with a database connection that works.

    A connection used within the last seconds without an error is not tested again.
    """
    if time.monotonic() - _last_use.at > _TRUSTED_SECONDS:
        close_old_connections()
    else:
        connection.health_check_done = True  # type: ignore[attr-defined]  # Django's stubs lack it
    try:
        with hiding(hidden=False):
            return answer(request, is_legacy=is_legacy)
    finally:
        _last_use.at = time.monotonic()
        close_old_connections()


def _respond(reply: Reply, start_response: Any) -> Iterable[bytes]:
    headers = [
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        *reply.headers.items(),
    ]
    start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
    return [reply.body]


def _response(reply: Reply) -> HttpResponse:
    return HttpResponse(
        reply.body, status=reply.status, content_type=reply.content_type, headers=reply.headers
    )


def _describe(request: HttpRequest) -> HttpResponse:
    """Return a WSDL, or the reason why there is none as Magento gives it: status 400, text/xml."""
    try:
        document = wsdl.describe(request)
    except Refusal as refusal:
        reply = fault(refusal, version=SOAP12, endpoint=service_address(request, []))
        return HttpResponse(reply.body, status=400, content_type=_DESCRIPTION)
    return HttpResponse(document, content_type=_DESCRIPTION)
