"""Where webhooks may be posted to, by which way, and for how long."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from tests.client.relays import DrippingRelay, Proxy
from tests.configuration.servers import badly_certified
from tests.outbox.webhooks.shop import Shop, export_state, listen, write_events

pytestmark = pytest.mark.django_db


def post(shop: Shop, **values: Any) -> str:
    """Post an event; return its error."""
    write_events(listen(shop, **values), "5")
    deliver_webhooks()
    return WebhookEvent.objects.get(reference="5").last_error


@pytest.mark.parametrize("host", ["169.254.169.254", "0xa9fea9fe", "[::ffff:169.254.169.254]"])
def test_where_clouds_keep_their_passwords_is_no_receiver(shop: Shop, host: str) -> None:
    receiver = listen(shop, url=f"http://{host}/hooks")

    with pytest.raises(ValidationError, match="an address that the bridge may not call"):
        receiver.full_clean()


def test_an_address_is_judged_when_it_is_called(shop: Shop, settings) -> None:
    receiver = listen(shop, url=shop.url.replace("127.0.0.1", "localhost"))
    settings.BRIDGE_MAY_CALL = ["public", "private"]
    write_events(receiver, "5")

    deliver_webhooks()

    error = WebhookEvent.objects.get(reference="5").last_error
    assert "localhost leads to an address that the bridge may not call" in error
    assert shop.heard == []


def test_a_receiver_whose_headers_drip_is_given_up_in_time(shop: Shop) -> None:
    with DrippingRelay(shop.endpoint, seconds_per_byte=0.05).running() as relay:
        started = time.monotonic()
        error = post(shop, url=f"{relay.endpoint}hooks", timeout=1)

    assert error == "No answer within 1 seconds."
    assert time.monotonic() - started < 10


def test_the_environment_names_the_proxy(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Proxy(shop).running() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        post(shop, url="http://shop.example/hooks")

    assert export_state("5") == ("delivered", 1)
    assert proxy.asked == ["POST http://shop.example/hooks"]


def test_the_environment_names_the_authorities(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with badly_certified(tmp_path) as fake:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "server.pem"))
        post(shop, url=f"{fake.endpoint}hooks")

    assert export_state("5") == ("delivered", 1)
