"""Signed calls that are refused, in Magento's words, and how long a nonce is remembered."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA512

from orderflow_bridge.access.integrations.models import UsedNonce
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.rights import PRODUCTS_VIEW
from orderflow_bridge.access.services import delete_expired_tokens
from tests.access.integrations.signing import (
    PRODUCTS,
    at,
    call,
    make_integration,
    refused,
    send,
    signer,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "values",
    [
        {"client_secret": "0" * 32},
        {"resource_owner_secret": "0" * 32},
        {"sent_to": f"{PRODUCTS}&more=1"},
    ],
)
def test_a_call_that_was_signed_otherwise_is_refused(values: dict[str, Any]) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])

    refused(call(integration, **values), "The signature is invalid. Verify and try again.")

    row = RefusedCall.objects.get()
    assert (row.username, row.reason) == ("integration ERP", RefusedCall.Reason.SIGNATURE)
    assert not UsedNonce.objects.exists()


@pytest.mark.parametrize(
    ("values", "text", "status"),
    [
        ({"client_key": "0" * 32}, "A consumer having the specified key does not exist", 401),
        ({"client_key": "short"}, "Consumer key is not the correct length", 401),
        ({"resource_owner_key": "0" * 32}, "Specified token does not exist", 401),
        (
            {"resource_owner_key": "short"},
            "The token length is invalid. Check the length and try again.",
            400,
        ),
        (
            {"signature_method": SIGNATURE_HMAC_SHA512},
            "Signature method HMAC-SHA512 is not supported",
            400,
        ),
    ],
)
def test_unknown_keys_tokens_and_methods_are_refused(
    values: dict[str, Any], text: str, status: int
) -> None:
    refused(call(make_integration(rights=[PRODUCTS_VIEW]), **values), text, status)


def test_what_is_missing_is_named() -> None:
    without_token = call(make_integration(rights=[PRODUCTS_VIEW]), resource_owner_key=None)
    bare = send("GET", PRODUCTS, {"Authorization": 'OAuth oauth_version="2.0"'}, None)
    empty = send("GET", PRODUCTS, {"Authorization": 'OAuth oauth_nonce="1"'}, None)

    refused(without_token, '"%fieldName" is required. Enter and try again.', 400)
    assert without_token.json()["parameters"] == {"fieldName": "oauth_token"}
    refused(bare, 'The "2.0" Oauth version isn\'t supported.', 400)
    assert [each["parameters"]["fieldName"] for each in empty.json()["errors"]] == [
        "oauth_consumer_key",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
    ]


def test_a_header_that_cannot_be_read_is_refused() -> None:
    answer = send("GET", PRODUCTS, {"Authorization": "OAuth nonsense"}, None)

    assert answer.status_code == 400
    assert "cannot be read" in answer.json()["message"]


def test_a_call_that_is_sent_again_is_refused() -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])
    url, headers, body = signer(integration).sign(PRODUCTS.replace("[", "%5B").replace("]", "%5D"))

    first, second = (send("GET", url, headers, body) for _ in range(2))

    assert first.status_code == 200
    text = f"The nonce is already being used by the consumer with ID {integration.pk}."
    refused(second, text)


def test_the_same_nonce_is_good_at_another_time_and_for_another_integration() -> None:
    erp, till = (
        make_integration("ERP", has_all_rights=True),
        make_integration("Till", has_all_rights=True),
    )
    now = timezone.now()

    answers = [
        call(erp, nonce="1", **at(now)),
        call(erp, nonce="1", **at(now - timedelta(seconds=1))),
        call(till, nonce="1", **at(now)),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize("off", [timedelta(seconds=-605), timedelta(seconds=605)])
def test_a_call_of_another_time_is_refused(off: timedelta) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])
    text = "The timestamp value in the oauth_timestamp parameter is invalid."

    with time_machine.travel("2026-03-22 12:00:00+00:00", tick=False):
        refused(call(integration, **at(timezone.now() + off)), text, 400)
        refused(call(integration, timestamp="now"), text, 400)
        assert call(integration, **at(timezone.now() + off * 0.98)).status_code == 200


def test_nonces_are_forgotten_when_their_calls_are_too_old_anyway() -> None:
    integration, idle = make_integration(has_all_rights=True), make_integration("Idle")
    with time_machine.travel("2026-03-22 12:00:00+00:00", tick=False) as clock:
        UsedNonce.objects.create(integration=idle, timestamp=int(timezone.now().timestamp()))
        call(integration, **at(timezone.now()))
        clock.shift(1300)
        call(integration, **at(timezone.now()))
        assert UsedNonce.objects.filter(integration=integration).count() == 1

        delete_expired_tokens()
    assert not UsedNonce.objects.filter(integration=idle).exists()
