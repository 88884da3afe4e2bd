"""SOAP by an integration: by its token, by a signature, and within its bounds."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, PRODUCTS_VIEW
from orderflow_bridge.request_queue.models import Request
from tests.access.integrations.signing import SHOP, at, call, make_integration
from tests.soapapi.posting import INVENTORY, stock

pytestmark = pytest.mark.django_db

XML = "text/xml; charset=UTF-8"
ADDRESS = f"{SHOP}/soap/default?services={INVENTORY}"


def signed(integration: Any, **values: Any) -> Any:
    """Post a signed stock message."""
    body = stock().decode()
    return call(integration, "POST", ADDRESS, body=body, content_type=XML, **values)


def test_a_stock_message_comes_by_the_token_and_by_a_signature() -> None:
    integration = make_integration(rights=[ORDERFLOW_IMPORT])
    headers = {"Authorization": f"Bearer {integration.token}"}

    by_token = Client().post(ADDRESS.removeprefix(SHOP), stock(), XML, headers=headers)
    by_session = Client().post(
        ADDRESS.removeprefix(SHOP), stock(token=integration.token or ""), XML
    )
    by_signature = signed(integration)

    for answer in (by_token, by_session, by_signature):
        assert b"Message 71 Received" in answer.content
    assert Request.objects.count() == 3


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"client_secret": "0" * 32}, b"The signature is invalid. Verify and try again."),
        ({"timestamp": "1000000000"}, b"The timestamp value in the oauth_timestamp parameter"),
    ],
)
def test_what_is_not_signed_as_it_should_be_is_a_fault(values: dict[str, Any], text: bytes) -> None:
    answer = signed(make_integration(rights=[ORDERFLOW_IMPORT]), **values)

    assert answer.status_code == 500
    assert text in answer.content
    assert not Request.objects.exists()


def test_a_replayed_message_is_refused_and_counted_by_name() -> None:
    integration = make_integration(rights=[ORDERFLOW_IMPORT])

    now = timezone.now()

    answers = [signed(integration, nonce="1", **at(now)) for _ in range(2)]

    assert b"Received" in answers[0].content
    assert b"The nonce is already being used" in answers[1].content
    row = RefusedCall.objects.get()
    assert (row.username, row.reason) == ("integration ERP", RefusedCall.Reason.REPLAYED)


def test_one_that_only_reads_brings_no_messages() -> None:
    integration = make_integration(rights=[ORDERFLOW_IMPORT, PRODUCTS_VIEW], is_read_only=True)

    answer = signed(integration)

    assert b"The consumer isn't authorized to access %resources." in answer.content
    assert not Request.objects.exists()
