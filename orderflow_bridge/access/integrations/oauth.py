"""Whether a signed call is right: OAuth 1.0a with HMAC, in Magento's order of words. Pure.

The texts are Magento's. A signature is computed and compared here, and not by oauthlib's own
comparison, which writes what was signed, the token with it, to the log.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from oauthlib.oauth1.rfc5849.signature import (
    base_string_uri,
    normalize_parameters,
    sign_hmac_sha1,
    sign_hmac_sha256,
    signature_base_string,
)

from orderflow_bridge.access.integrations.signed_requests import SIGNATURE, SignedRequest
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.common.exceptions import BridgeError

Reason = RefusedCall.Reason

LENGTH = 32
# How far the caller's clock may be off, either way, in seconds. As long is a nonce remembered.
TIME_DEVIATION = 600
_METHODS: Mapping[str, Callable[[str, str, str], str]] = {
    "HMAC-SHA1": sign_hmac_sha1,
    "HMAC-SHA256": sign_hmac_sha256,
}
_OF_EVERY_CALL = (
    "oauth_consumer_key",
    SIGNATURE,
    "oauth_signature_method",
    "oauth_nonce",
    "oauth_timestamp",
)
FOR_REQUEST_TOKEN = _OF_EVERY_CALL
FOR_RESOURCE = (*_OF_EVERY_CALL, "oauth_token")
FOR_ACCESS_TOKEN = (*FOR_RESOURCE, "oauth_verifier")

SIGNATURE_INVALID = "The signature is invalid. Verify and try again."
UNKNOWN_CONSUMER = "A consumer having the specified key does not exist"
NO_SUCH_TOKEN = "Specified token does not exist"  # noqa: S105
REVOKED = "Access token has been revoked"


class OauthRefused(BridgeError):
    """A signed call that is not accepted, in Magento's words.

    `is_input` says that it is wrong in form (400), else that its sender is not believed (401).
    `missing` names parameters that are not there; `counted` is what it counts as among the refused
    calls, `caller_name` whose it is, where that is known.
    """

    def __init__(
        self,
        text: str,
        counted: RefusedCall.Reason = Reason.SIGNATURE,
        *,
        is_input: bool = False,
        missing: Sequence[str] = (),
        caller_name: str = "",
    ) -> None:
        super().__init__(text)
        self.counted = counted
        self.is_input = is_input
        self.missing = tuple(missing)
        self.caller_name = caller_name


def check_protocol(call: SignedRequest, required: Sequence[str], now: datetime) -> None:
    """See that OAuth's parameters are there and of a right form. Raises OauthRefused."""
    given = call.oauth
    version = given.get("oauth_version", "1.0")
    if version != "1.0":
        raise OauthRefused(f'The "{version[:20]}" Oauth version isn\'t supported.', is_input=True)
    if missing := [name for name in required if not given.get(name)]:
        text = ", ".join(f'"{name}" is required. Enter and try again' for name in missing)
        raise OauthRefused(text, is_input=True, missing=missing)
    if "oauth_token" in required and len(given["oauth_token"]) != LENGTH:
        text = "The token length is invalid. Check the length and try again."
        raise OauthRefused(text, Reason.UNKNOWN_TOKEN, is_input=True)
    method = given["oauth_signature_method"]
    if method not in _METHODS:
        raise OauthRefused(f"Signature method {method[:20]} is not supported", is_input=True)
    if len(given["oauth_consumer_key"]) != LENGTH:
        raise OauthRefused("Consumer key is not the correct length", Reason.UNKNOWN_TOKEN)
    if not _is_recent(given["oauth_timestamp"], now):
        raise OauthRefused(
            "The timestamp value in the oauth_timestamp parameter is invalid.",
            Reason.TIMESTAMP,
            is_input=True,
        )


def check_signature(call: SignedRequest, consumer_secret: str, token_secret: str) -> None:
    """See that the call was signed with these secrets, for one of its addresses.

    Raises OauthRefused.
    """
    sign = _METHODS[call.oauth["oauth_signature_method"]]
    parameters = normalize_parameters(call.signed)
    given = call.oauth[SIGNATURE].encode()
    for url in call.urls:
        try:
            base = signature_base_string(call.method, base_string_uri(url), parameters)
        except ValueError:  # a host or port that is none
            continue
        if hmac.compare_digest(sign(base, consumer_secret, token_secret).encode(), given):
            return
    raise OauthRefused(SIGNATURE_INVALID)


def _is_recent(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= LENGTH):
        return False
    return abs(int(timestamp) - now.timestamp()) <= TIME_DEVIATION
