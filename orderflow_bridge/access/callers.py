"""Who is calling by HTTP, for SOAP and REST alike: by a signature, or by a token."""

from collections.abc import Callable

from django.http import HttpRequest

from orderflow_bridge.access.integrations.oauth import OauthRefused
from orderflow_bridge.access.integrations.selectors import rights_of_integration, signer_of
from orderflow_bridge.access.integrations.signed_requests import signed_request
from orderflow_bridge.access.selectors import (
    GUEST,
    Caller,
    bearer_token,
    caller_of,
    integration_caller,
)

UNREADABLE = "The OAuth parameters cannot be read: each is given once, in one place, and encoded."


def caller_at(request: HttpRequest, *, session: Callable[[], str | None] | None = None) -> Caller:
    """Return who has sent a request.

    A signed call is its integration's, and raises OauthRefused if the signature is not right.
    Otherwise the header's token counts, if it is valid, else the one that `session` returns; who
    shows none that is valid is a guest. The body must be bounded before.
    """
    address = request.META.get("REMOTE_ADDR")
    if (signer := _signer(request, address)) is not None:
        return signer
    token = bearer_token(request.META.get("HTTP_AUTHORIZATION"))
    if session is None:
        return caller_of(token, address=address)
    caller = caller_of(token, address=address) if token else GUEST
    if caller.is_authenticated:
        return caller
    text = session()
    return caller_of(text, address=address) if text or not token else caller


def _signer(request: HttpRequest, address: str | None) -> Caller | None:
    try:
        signed = signed_request(request)
    except ValueError:
        raise OauthRefused(UNREADABLE, is_input=True) from None
    if signed is None:
        return None
    integration = signer_of(signed, address)
    rights = frozenset() if integration.has_all_rights else rights_of_integration(integration)
    return integration_caller(
        integration.pk,
        integration.name,
        rights,
        has_all_rights=integration.has_all_rights,
        is_read_only=integration.is_read_only,
    )
