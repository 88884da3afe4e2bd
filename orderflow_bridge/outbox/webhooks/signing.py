"""Signatures by the Standard Webhooks scheme, so that receivers can use ready-made libraries.

What is signed is `id.timestamp.body`: neither can be changed, nor an old message be sent anew, by
anybody who does not know the secret.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from hashlib import sha256

_PREFIX = "whsec_"


def signed_headers(secret: str, *, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a delivery. `timestamp` is in seconds since 1970."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, event_id=event_id, timestamp=timestamp, body=body),
    }


def signature(secret: str, *, event_id: str, timestamp: int, body: bytes) -> str:
    """Return "v1," and HMAC-SHA256 in base64."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.digest(key_of(secret), signed, sha256)).decode()}"


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for: base64 after "whsec_", else the text itself."""
    if secret.startswith(_PREFIX):
        try:
            return b64decode(secret.removeprefix(_PREFIX), validate=True)
        except Error:
            pass
    return secret.encode()
