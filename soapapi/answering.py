"""A message in, a reply out: the way through this room, step by step."""

import logging

from django.http import HttpRequest

from orderflow_bridge.access.refused_calls import note_accepted, note_refused
from orderflow_bridge.access.selectors import bearer_token
from orderflow_bridge.configuration.selectors import web_services
from soapapi.addresses import endpoint, named_services
from soapapi.application import MAGENTO, answer_legacy
from soapapi.bodies import body_of
from soapapi.calls import Call
from soapapi.envelope import open_envelope, version_of
from soapapi.reading import read
from soapapi.refusals import Refusal, internal_error
from soapapi.replies import Reply, fault
from soapapi.versions import Version, sniff_version

logger = logging.getLogger(__name__)


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
        if self.is_legacy:
            answer = answer_legacy(call)
        else:
            answer = MAGENTO.answer(call, named_services(self.request))
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
            extra={"user": user} if user else {},
        )
        if refusal.counted:
            note_refused(
                self.request,
                refusal.counted,
                username=user,
                token=self._token(),
                text=refusal.in_words(),
            )
        return fault(
            refusal,
            version=self.version,
            endpoint=endpoint(self.request, [refusal.service] if refusal.service else []),
            legacy=self.is_legacy,
        )

    def _token(self) -> str | None:
        """Return the token that the caller has shown, whatever it is worth."""
        token = bearer_token(self.request.META.get("HTTP_AUTHORIZATION"))
        return token or (self.call.session_id() if self.call else None)


def answer(request: HttpRequest, *, is_legacy: bool) -> Reply:
    """Answer a message sent to an endpoint. Whatever is wrong, the answer is a SOAP envelope."""
    exchange = _Exchange(request, is_legacy=is_legacy)
    try:
        return exchange.reply()
    except Refusal as refusal:
        return exchange.refuse(refusal)
    except Exception as error:
        return exchange.refuse(internal_error(error))
