"""Webhook receivers in configuration files; and files of the release that had settings instead."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from orderflow_bridge.configuration.transfer.files import FileRefused, read_file
from orderflow_bridge.configuration.transfer.plans import Plan
from orderflow_bridge.configuration.transfer.services import (
    export_file,
    offer_file,
    plan_of_transfer,
)
from orderflow_bridge.outbox.webhooks.filters import Filter
from orderflow_bridge.outbox.webhooks.models import WebhookReceiver
from tests.configuration.carrying import brought
from tests.factories import make_website
from tests.outbox.webhooks.shop import SECRET, change, make_receiver

pytestmark = pytest.mark.django_db

PART = "webhook_receivers"
PASSPHRASE = "correct horse battery"
OLD = "orderflow_webhooks/settings"
RESTED = timezone.now() - timedelta(minutes=5)


def written_by(state: Mapping[str, object], *, part: str = "settings", scope: str = "") -> str:
    """Return a file as an older release or a person writes it."""
    scopes = {"default": state} if not scope else {"websites": {scope: state}}
    document = {
        "format": 1,
        "bridge": "0.1.0",
        "date": "2026-11-29T10:00:00+00:00",
        "environment": "",
        "parts": {part: scopes},
        "secrets": "left out",
    }
    return json.dumps(document)


def gone(receiver: WebhookReceiver) -> None:
    change(receiver, is_active=False, updated_at=RESTED)
    receiver.delete()


def test_a_file_carries_receivers_with_filter_websites_and_secret_into_another_shop() -> None:
    website = make_website(code="uk")
    wanted = Filter(sku_patterns=("24-*",), least_severity=2).as_json()
    receiver = make_receiver(website, name="ERP", filter=wanted, timeout=7)
    text = export_file(environment="", passphrase=PASSPHRASE, only=[PART])
    assert SECRET not in text
    gone(receiver)

    brought(text, passphrase=PASSPHRASE)

    there = WebhookReceiver.objects.get()
    assert (there.name, there.secret, there.is_active) == ("ERP", SECRET, True)
    assert (there.filter, there.timeout, there.websites.get()) == (wanted, 7, website)
    assert brought(export_file(environment="", only=[PART])).changes == ()


def test_without_the_passphrase_a_receivers_secret_stays_as_it_is() -> None:
    receiver = make_receiver(name="ERP")
    text = export_file(environment="", only=[PART]).replace('"timeout": 10', '"timeout": 20')

    brought(text)

    receiver.refresh_from_db()
    assert (receiver.timeout, receiver.secret) == (20, SECRET)


@pytest.mark.parametrize(
    ("member", "value", "says"),
    [
        ("url", "ftp://erp.example/", "http"),
        ("events", ["order.eaten"], "There are no events “order.eaten”."),
        ("filter", {"colour": ["red"]}, "names what this bridge does not know"),
        ("filter", {"source_codes": ["e/u"]}, "is no source code"),
        ("websites", ["fr"], "There is no website “fr” here."),
        ("timeout", 99, "less than or equal to 60"),
    ],
)
def test_what_a_receiver_cannot_be_is_refused_in_a_sentence(
    member: str, value: object, says: str
) -> None:
    make_receiver(name="ERP")
    document = json.loads(export_file(environment="", only=[PART]))
    document["parts"][PART]["default"]["ERP"][member] = value

    plan = _plan(json.dumps(document))

    assert [each.key for each in plan.problems] == ["ERP"]
    assert says in plan.problems[0].text


def test_an_active_receiver_is_not_taken_away_by_a_file() -> None:
    receiver = make_receiver(name="ERP")
    text = written_by({"ERP": None, "ERP / secret": None}, part=PART)
    assert "Make it inactive first" in _plan(text).problems[0].text

    change(receiver, is_active=False, updated_at=RESTED)
    brought(text)
    assert not WebhookReceiver.objects.exists()


def test_of_an_older_releases_file_what_was_inherited_is_passed_over_and_the_rest_refused() -> None:
    make_website(code="uk")
    state = {f"{OLD}/url": "https://erp.example/", f"{OLD}/is_enabled": None}

    for scope in ("", "uk"):
        [problem] = _plan(written_by(state, scope=scope)).problems
        assert problem.key == f"{OLD}/url"
        assert "System → Webhook Receivers" in problem.text
        with pytest.raises(FileRefused, match="cannot be taken"):
            brought(written_by(state, scope=scope))
        assert brought(written_by(state, scope=scope), leave_out=True).changes == ()


def test_the_command_says_where_the_settings_are_now() -> None:
    with pytest.raises(CommandError, match="System → Webhook Receivers"):
        call_command("config", "set", f"{OLD}/is_enabled", "1")


def _plan(text: str) -> Plan:
    return plan_of_transfer(offer_file(read_file(text), name="configuration.json"))
