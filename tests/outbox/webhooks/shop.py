"""A shop that is not Magento: a real web server on loopback that takes webhooks."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from django.utils import timezone

from orderflow_bridge.configuration.sections import Webhooks
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.outbox.webhooks.services import Draft, announce
from orderflow_bridge.stores.models import Website
from tests.factories import make_website
from tests.fakes import FakeOrderFlow, Heard

SECRET = "a long random text"


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


def listen(shop: Shop, website: Website | None = None, **values: Any) -> Website:
    """Switch webhooks on for a website, to be posted to a shop."""
    website = website or make_website()
    settings = {"is_enabled": True, "url": shop.url, "secret": SECRET, **values}
    write_settings(Webhooks, settings, website=website)
    return website


def write_events(website: Website, *references: str, kind: Kind = Kind.ORDER_EXPORTED) -> None:
    """Put events into the outbox, each on a topic of its own."""
    for reference in references:
        draft = Draft(website.pk, reference, f"order {reference}", {"order": reference})
        announce(kind, [draft], at=timezone.now())


def export_state(reference: str) -> tuple[str, int]:
    """Return status and attempts of the only event about something."""
    event = WebhookEvent.objects.get(reference=reference)
    return event.status, event.attempts
