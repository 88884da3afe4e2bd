"""Whose a signed call is: the integration of its consumer key, if the signature is its own.

A call costs three statements: the integration, its rights, its nonce; and once a minute that it
was used.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from orderflow_bridge.access.integrations import oauth
from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.oauth import (
    FOR_RESOURCE,
    OauthRefused,
    check_protocol,
    check_signature,
)
from orderflow_bridge.access.integrations.services import note_used, use_nonce
from orderflow_bridge.access.integrations.signed_requests import SignedRequest
from orderflow_bridge.access.models import RefusedCall, token_digest
from orderflow_bridge.access.networks import is_listed
from orderflow_bridge.common import clock

Reason = RefusedCall.Reason
State = Integration.State


def signer_of(call: SignedRequest, address: str | None) -> Integration:
    """Return the active integration that has signed a call. Raises OauthRefused.

    `address` is the peer's IP address. The nonce is used up, and the integration's use noted.
    """
    consumer = find_consumer(call, FOR_RESOURCE)
    if consumer.state == State.REVOKED:
        raise _refused(oauth.REVOKED, Reason.REVOKED, consumer)
    if consumer.token_digest != token_digest(call.oauth["oauth_token"]):
        raise _refused(oauth.NO_SUCH_TOKEN, Reason.UNKNOWN_TOKEN, consumer)
    verify(call, consumer, consumer.token_secret or "")
    now = clock.now()
    # Only who knows the secrets hears why they open nothing.
    if consumer.ends_at is not None and consumer.ends_at <= now:
        raise _refused("The integration's access has ended.", Reason.ENDED, consumer)
    if not may_call_from(consumer, address):
        text = "The integration may not call from this address."
        raise _refused(text, Reason.NETWORK, consumer)
    use_up(call, consumer)
    note_used(consumer.pk, consumer.last_used_at, now, address)
    return consumer


def find_consumer(call: SignedRequest, required: Sequence[str]) -> Integration:
    """Return the integration of a call's consumer key, whatever its state.

    `required` are the parameters that must be there. Raises OauthRefused.
    """
    check_protocol(call, required, clock.now())
    key = call.oauth["oauth_consumer_key"].replace("\0", "")
    consumer = Integration.objects.filter(consumer_key=key).first()
    if consumer is None:
        raise OauthRefused(oauth.UNKNOWN_CONSUMER, Reason.UNKNOWN_TOKEN)
    return consumer


def verify(call: SignedRequest, consumer: Integration, token_secret: str) -> None:
    """See that a call was signed by a consumer. Raises OauthRefused, with its name."""
    try:
        check_signature(call, consumer.consumer_secret, token_secret)
    except OauthRefused as refusal:
        refusal.caller_name = consumer.caller_name
        raise


def use_up(call: SignedRequest, consumer: Integration) -> None:
    """Use up the nonce of a call whose signature is right. Raises OauthRefused if it was used."""
    timestamp, nonce = int(call.oauth["oauth_timestamp"]), call.oauth["oauth_nonce"]
    if not use_nonce(consumer, timestamp, nonce):
        text = f"The nonce is already being used by the consumer with ID {consumer.pk}."
        raise _refused(text, Reason.REPLAYED, consumer)


def rights_of_integration(integration: Integration) -> frozenset[str]:
    """Return the rights that are ticked, named as Django does."""
    rows = integration.permissions.values_list("content_type__app_label", "codename")
    return frozenset(f"{app_label}.{codename}" for app_label, codename in rows)


def may_call_from(integration: Integration, address: str | None) -> bool:
    """Tell whether an integration may call from an address: from any, unless it names networks."""
    return not integration.networks or is_listed(address or "", networks_in(integration.networks))


def networks_in(text: str) -> tuple[str, ...]:
    """Return addresses and networks separated by commas."""
    return tuple(each.strip() for each in text.split(",") if each.strip())


def find_by_token(token: str) -> Integration | None:
    """Return the integration whose access token this is, whatever its state and bounds."""
    return Integration.objects.filter(token_digest=token_digest(token)).first()


def ending_integrations() -> QuerySet[Integration]:
    """Return the active integrations that have an end, the first one first."""
    ending = Integration.objects.filter(state=State.ACTIVE, ends_at__isnull=False)
    return ending.order_by("ends_at", "pk")


def _refused(text: str, counted: RefusedCall.Reason, consumer: Integration) -> OauthRefused:
    return OauthRefused(text, counted, caller_name=consumer.caller_name)
