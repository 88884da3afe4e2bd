"""An older release's settings become receivers; events keep their ids and wait on for them."""

from typing import Any

import pytest
from django.utils import timezone

from orderflow_bridge.configuration.kinds import Secret
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.receivers import written
from tests.migrating import step_by_step
from tests.outbox.webhooks.shop import SECRET, Shop, is_genuine

PATH = "orderflow_webhooks/settings"
BEFORE = [("webhooks", "0002_trace_of_an_event"), ("configuration", "0006_configuration_files")]


def before() -> Any:
    """Go back to the tables of the older release; return its models."""
    executor = step_by_step()
    executor.migrate(BEFORE)
    return step_by_step().loader.project_state(BEFORE).apps


def after() -> None:
    executor = step_by_step()
    executor.migrate(executor.loader.graph.leaf_nodes())


def event(apps: Any, website: Any, number: int, **values: Any) -> None:
    columns = {
        "event_id": f"msg_{number}", "kind": "order.exported", "reference": str(number),
        "topic": f"order {number}", "body": f'{{"number":{number}}}',
    }  # fmt: skip
    apps.get_model("webhooks", "WebhookEvent").objects.create(
        website_id=website.pk, **{**columns, **values}
    )


@pytest.mark.django_db(transaction=True)
def test_settings_become_receivers_and_what_waited_is_posted_to_them(shop: Shop) -> None:
    apps = before()
    try:
        websites = apps.get_model("stores", "Website").objects
        on, off, silent, none = (
            websites.create(code=f"w{place}", name=name)
            for place, name in enumerate(("Shop", "Shop", "Off", "Nothing"))
        )
        values = apps.get_model("configuration", "SettingValue").objects
        for website, name, value in (
            (None, "secret", Secret().dump(SECRET)),
            (None, "url", ""),
            (on, "is_enabled", "1"),
            (on, "url", shop.url),
            (on, "events", "order.exported,stock.changed"),
            (on, "max_attempts", "7"),
            (off, "is_enabled", "0"),
            (off, "url", "https://off.example/"),
        ):
            owner = website.pk if website else None
            values.create(website_id=owner, path=f"{PATH}/{name}", value=value)
        tries = [["2026-11-29 10:00:00", "The receiver answered 500 Oops."]]
        event(apps, on, 1, tries=tries, attempts=1, answer_status=500, answer="oops")
        event(apps, on, 2, kind="stock.changed", topic="stock default/A",
              collapse_key=f"{on.pk} stock default/A")  # fmt: skip
        event(apps, silent, 3, status="delivered", due_at=None)
    finally:
        after()
    written()

    first, second, third = WebhookReceiver.objects.order_by("pk")
    assert (first.name, first.is_active, first.url) == ("Shop", True, shop.url)
    assert (first.secret, first.max_attempts, first.timeout) == (SECRET, 7, 10)
    assert first.events == ["order.exported", "stock.changed"]
    assert (first.for_all_websites, first.websites.get().code) == (False, "w0")
    assert (second.name, second.is_active) == ("Shop (w1)", False)
    assert (third.name, third.is_active) == ("Off", False), "it has events"
    assert not SettingValue.objects.filter(path__startswith=PATH).exists()
    assert none.name == "Nothing"

    refused, figure, done = WebhookEvent.objects.order_by("pk")
    assert [each.event_id for each in (refused, figure, done)] == ["msg_1", "msg_2", "msg_3"]
    assert figure.collapse_key == f"r{first.pk} stock.changed stock default/A"
    attempt = refused.attempts_made.get()
    assert (attempt.status, attempt.answer) == (500, "oops")
    assert attempt.error == "The receiver answered 500 Oops."
    assert attempt.made_at < timezone.now()

    WebhookEvent.objects.filter(status="waiting").update(due_at=timezone.now())
    deliver_webhooks()
    assert sorted(shop.ids()) == ["msg_1", "msg_2"]
    assert all(map(is_genuine, shop.heard))
