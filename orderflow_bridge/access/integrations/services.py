"""Give an integration its credentials, take them away, and remember what it has used.

An integration with a callback URL gets its token by an exchange: its own system is told the
consumer's key and secret with a verifier, and comes for the token itself (docs/integrations.md).
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from orderflow_bridge.access.integrations.models import Integration, UsedNonce, new_credential
from orderflow_bridge.access.integrations.oauth import TIME_DEVIATION
from orderflow_bridge.access.models import token_digest
from orderflow_bridge.client import NotAnswered, post_once
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.configuration.outgoing import network_for
from orderflow_bridge.version import VERSION

State = Integration.State

EXCHANGE_FOR = timedelta(minutes=5)
CALLBACK_SECONDS = 20.0
USED_AT_MOST_EVERY = timedelta(minutes=1)
_CREDENTIALS = (
    "state", "consumer_key", "consumer_secret", "token_digest", "token", "token_secret",
    "verifier_digest", "request_digest", "request_secret", "exchange_until", "activated_at",
)  # fmt: skip
# One statement tells of several processes which is the first.
_USE_NONCE = """
INSERT INTO integrations_usednonce (integration_id, timestamp, digest) VALUES (%s, %s, %s)
ON CONFLICT (integration_id, timestamp, digest) DO NOTHING
"""


class CallbackFailed(BridgeError):
    """An integration's callback URL did not take the credentials; the text says why."""


def prepare(integration: Integration) -> None:
    """Give an integration a new key and secret; the caller saves."""
    integration.consumer_key, integration.consumer_secret = new_credential(), new_credential()


def activate(integration: Integration, *, store_base_url: str) -> None:
    """Give an integration its token, or have its system come for it.

    `store_base_url` is the public address of the bridge, told to that system. Must not run inside a
    transaction: the system may come while it is being told. Raises CallbackFailed; nothing is
    changed then.
    """
    former = _credentials(integration)
    if not integration.callback_url:
        give_token(integration, clock.now())
        integration.save(update_fields=_CREDENTIALS)
        return
    _end_token(integration, State.WAITING)
    verifier = new_credential()
    integration.verifier_digest = token_digest(verifier)
    integration.exchange_until = clock.now() + EXCHANGE_FOR
    integration.save(update_fields=_CREDENTIALS)
    try:
        _tell(integration, verifier, store_base_url)
    except CallbackFailed:
        # Who has the token already has been told, whatever was answered.
        waiting = Integration.objects.filter(pk=integration.pk, state=State.WAITING)
        if waiting.update(**former):
            raise
    finally:
        integration.refresh_from_db()


def rotate(integration: Integration, *, store_base_url: str) -> None:
    """Replace all credentials; the former ones are worth nothing from now on. As `activate`."""
    former = _credentials(integration)
    prepare(integration)
    try:
        activate(integration, store_base_url=store_base_url)
    except CallbackFailed:
        Integration.objects.filter(pk=integration.pk).update(**former)
        integration.refresh_from_db()
        raise


def revoke(integration: Integration) -> None:
    """End the token at once. The key stays, so that it can be activated again."""
    _end_token(integration, State.REVOKED)
    integration.save(update_fields=_CREDENTIALS)


def give_request_token(integration: Integration) -> tuple[str, str]:
    """Return a request token and its secret, for the verifier that the integration was told.

    One that was given before is worth nothing any more.
    """
    token, secret = new_credential(), new_credential()
    integration.request_digest, integration.request_secret = token_digest(token), secret
    integration.save(update_fields=("request_digest", "request_secret"))
    return token, secret


def exchange_request_token(integration: Integration) -> bool:
    """Replace the request token by an access token; False if somebody was faster."""
    waiting = Integration.objects.filter(
        pk=integration.pk, state=State.WAITING, request_digest=integration.request_digest
    )
    give_token(integration, clock.now())
    return bool(waiting.update(**_credentials(integration)))


def give_token(integration: Integration, now: datetime) -> None:
    """Make an integration active with a new token; the caller saves."""
    _end_token(integration, State.ACTIVE)
    token = new_credential()
    integration.token, integration.token_digest = token, token_digest(token)
    integration.token_secret = new_credential()
    integration.activated_at = now


def note_used(pk: int, last_used_at: datetime | None, now: datetime, address: str | None) -> None:
    """Remember that an integration was used, and from where; at most once a minute.

    With it go its nonces that are too old to be accepted anyway.
    """
    before = now - USED_AT_MOST_EVERY
    if last_used_at is not None and last_used_at > before:
        return
    due = Q(last_used_at=None) | Q(last_used_at__lte=before)
    used = {"last_used_at": now, "last_used_from": (address or "")[:45]}
    if Integration.objects.filter(due, pk=pk).update(**used):
        _old_nonces(now).filter(integration=pk).delete()


def use_nonce(integration: Integration, timestamp: int, nonce: str) -> bool:
    """Remember a nonce for as long as its call could be sent again; False if it was used before."""
    with connection.cursor() as cursor:
        cursor.execute(_USE_NONCE, (integration.pk, timestamp, token_digest(nonce)))
        return bool(cursor.rowcount == 1)


def delete_old_nonces() -> int:
    """Delete the nonces of all integrations that are too old to be accepted; return how many."""
    return _old_nonces(clock.now()).delete()[0]


def _old_nonces(now: datetime) -> QuerySet[UsedNonce]:
    # Its call is refused for its age before its nonce is forgotten.
    return UsedNonce.objects.filter(timestamp__lt=int(now.timestamp()) - 2 * TIME_DEVIATION)


def _tell(integration: Integration, verifier: str, store_base_url: str) -> None:
    """Post the credentials to the callback URL, as Magento does. Raises CallbackFailed."""
    told = {
        "oauth_consumer_key": integration.consumer_key,
        "oauth_consumer_secret": integration.consumer_secret,
        "store_base_url": store_base_url,
        "oauth_verifier": verifier,
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": f"orderflow-bridge/{VERSION}",
    }
    url = integration.callback_url
    try:
        network = network_for(url)
        body = urlencode(told).encode()
        answer = post_once(url, body, headers, network=network, seconds=CALLBACK_SECONDS)
    except (NotAnswered, ValueError) as error:
        said = _("The callback URL did not take the credentials.")
        raise CallbackFailed(f"{said} {error}") from error
    if not 200 <= answer.status < 300:
        text = _("The callback URL answered %(status)s, and not 200.")
        raise CallbackFailed(text % {"status": answer.status})


def _credentials(integration: Integration) -> dict[str, Any]:
    return {name: getattr(integration, name) for name in _CREDENTIALS}


def _end_token(integration: Integration, state: Integration.State) -> None:
    """Take the token and every exchange that has begun; the caller saves."""
    integration.state = state
    integration.token_digest = integration.token = integration.token_secret = None
    integration.verifier_digest = integration.request_digest = ""
    integration.request_secret = integration.exchange_until = None
