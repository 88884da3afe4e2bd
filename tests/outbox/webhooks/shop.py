"""A shop that is not Magento: a real web server on loopback that takes webhooks."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from django.utils import timezone

from orderflow_bridge.outbox.webhooks.filters import Facts
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.receivers import save_receiver, written
from orderflow_bridge.outbox.webhooks.services import Draft, announce
from orderflow_bridge.stores.models import Website
from tests.factories import make_website
from tests.fakes import FakeOrderFlow, Heard

SECRET = "a long random text"
FIRST = ["order.exported", "shipment.created", "stock.changed"]


class Shop(FakeOrderFlow):
    """Remembers what was posted. `answers` are given in turn, as with OrderFlow."""

    @property
    def url(self) -> str:
        return f"{self.endpoint}hooks?key=1"

    def ids(self) -> list[str]:
        return [header(heard, "webhook-id") for heard in self.heard]

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(heard.body) for heard in self.heard]


def header(heard: Heard, name: str) -> str:
    return {key.lower(): value for key, value in heard.headers.items()}[name]


def is_genuine(heard: Heard, secret: str = SECRET) -> bool:
    """Check a signature as a receiver does that has read docs/webhooks.md."""
    signed = f"{header(heard, 'webhook-id')}.{header(heard, 'webhook-timestamp')}.".encode()
    digest = hmac.new(secret.encode(), signed + heard.body, sha256).digest()
    return header(heard, "webhook-signature") == f"v1,{b64encode(digest).decode()}"


def make_receiver(website: Website | None = None, **values: Any) -> WebhookReceiver:
    """Make an active receiver of a website, or of all, for the three events that came first."""
    columns = {
        "name": website.name if website else "Everything",
        "url": "https://shop.example/hooks?key=1",
        "secret": SECRET,
        "events": FIRST,
        "is_active": True,
        "for_all_websites": website is None,
    }
    receiver = WebhookReceiver(**{**columns, **values})
    save_receiver(receiver)
    if website is not None:
        receiver.websites.add(website)
    written()
    return receiver


def listen(shop: Shop, website: Website | None = None, **values: Any) -> WebhookReceiver:
    """Make a shop the receiver of a website's events."""
    return make_receiver(website or make_website(), **{"url": shop.url, **values})


def receiver_of(website: Website) -> WebhookReceiver:
    """Return a website's receiver, made if need be."""
    return WebhookReceiver.objects.filter(websites=website).first() or make_receiver(website)


def change(receiver: WebhookReceiver, **values: Any) -> None:
    """Change a receiver past its form."""
    WebhookReceiver.objects.filter(pk=receiver.pk).update(**values)
    receiver.refresh_from_db()
    written()


def website_of(receiver: WebhookReceiver) -> Website:
    return receiver.websites.get()


def write_events(
    receiver: WebhookReceiver, *references: str, kind: Kind = Kind.ORDER_EXPORTED
) -> None:
    """Put events into the outbox of a receiver, each on a topic of its own."""
    for reference in references:
        write_event(receiver, reference, {"order": reference}, kind=kind)


def write_event(
    receiver: WebhookReceiver,
    reference: str,
    data: dict[str, Any],
    *,
    kind: Kind = Kind.ORDER_EXPORTED,
) -> None:
    websites = frozenset(receiver.websites.values_list("pk", flat=True))
    draft = Draft(Facts(websites), reference, f"order {reference}", data)
    announce(kind, [draft], at=timezone.now())


def export_state(reference: str) -> tuple[str, int]:
    """Return status and attempts of the only event about something."""
    event = WebhookEvent.objects.get(reference=reference)
    return event.status, event.attempts
