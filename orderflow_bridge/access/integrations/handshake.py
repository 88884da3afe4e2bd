"""An integration's own system comes for its token: /oauth/token/request, then /oauth/token/access.

It has been told the consumer's key and secret and a verifier (services.activate). Both calls are
signed, and answered as OAuth answers: a query string, `oauth_problem=…` when refused.
"""

from collections.abc import Callable
from urllib.parse import urlencode

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orderflow_bridge.access.callers import UNREADABLE
from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.oauth import (
    FOR_ACCESS_TOKEN,
    FOR_REQUEST_TOKEN,
    OauthRefused,
)
from orderflow_bridge.access.integrations.selectors import find_consumer, use_up, verify
from orderflow_bridge.access.integrations.services import (
    exchange_request_token,
    give_request_token,
)
from orderflow_bridge.access.integrations.signed_requests import (
    SignedRequest,
    signed_request,
    unsigned_request,
)
from orderflow_bridge.access.models import token_digest
from orderflow_bridge.access.refused_calls import note_refused
from orderflow_bridge.common import clock

LONGEST = 64 * 1024
_FORM = "application/x-www-form-urlencoded"
Token = tuple[str, str]

log = structlog.get_logger(__name__)


@csrf_exempt
@never_cache
@require_POST
def request_token(request: HttpRequest) -> HttpResponse:
    """Give the consumer of a verifier a request token."""
    return _answered(request, _request_token)


@csrf_exempt
@never_cache
@require_POST
def access_token(request: HttpRequest) -> HttpResponse:
    """Give an access token for a request token and its verifier; the integration is active then."""
    return _answered(request, _access_token)


def _answered(request: HttpRequest, give: Callable[[SignedRequest], Token]) -> HttpResponse:
    try:
        token, secret = give(_signed(request))
    except OauthRefused as refusal:
        log.info("oauth_token_refused", reason=refusal.counted, user=refusal.caller_name)
        note_refused(
            request, refusal.counted, username=refusal.caller_name, text=f"oauth_problem={refusal}"
        )
        body = urlencode({"oauth_problem": str(refusal)})
        return HttpResponse(body, content_type=_FORM, status=400 if refusal.is_input else 401)
    body = urlencode({"oauth_token": token, "oauth_token_secret": secret})
    return HttpResponse(body, content_type=_FORM)


def _signed(request: HttpRequest) -> SignedRequest:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST:
        raise OauthRefused(UNREADABLE, is_input=True)
    try:
        return signed_request(request) or unsigned_request(request)
    except ValueError:
        raise OauthRefused(UNREADABLE, is_input=True) from None


def _request_token(call: SignedRequest) -> Token:
    consumer = find_consumer(call, FOR_REQUEST_TOKEN)
    verify(call, consumer, "")
    use_up(call, consumer)
    _see_that_it_waits(consumer)
    return give_request_token(consumer)


def _access_token(call: SignedRequest) -> Token:
    consumer = find_consumer(call, FOR_ACCESS_TOKEN)
    name = consumer.caller_name
    if consumer.request_digest != token_digest(call.oauth["oauth_token"]):
        text = "Request token is not associated with the specified consumer"
        raise OauthRefused(text, caller_name=name)
    verify(call, consumer, consumer.request_secret or "")
    use_up(call, consumer)
    _see_that_it_waits(consumer)
    if consumer.verifier_digest != token_digest(call.oauth["oauth_verifier"]):
        raise OauthRefused("Token verifier and verifier token do not match", caller_name=name)
    if not exchange_request_token(consumer):
        raise OauthRefused("Token is already being used", caller_name=name)
    log.info("integration_activated", integration=consumer.pk)
    return consumer.token or "", consumer.token_secret or ""


def _see_that_it_waits(consumer: Integration) -> None:
    """Raises OauthRefused unless its exchange has begun a short while ago."""
    name = consumer.caller_name
    if consumer.state != Integration.State.WAITING:
        text = "Cannot create request token because consumer token is not a verifier token"
        raise OauthRefused(text, caller_name=name)
    if consumer.exchange_until is None or consumer.exchange_until <= clock.now():
        raise OauthRefused("Consumer key has expired", caller_name=name)
