"""REST by OAuth 1.0a: every place of the parameters, both methods, and all that is refused."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauthlib.oauth1 import (
    SIGNATURE_HMAC_SHA1,
    SIGNATURE_HMAC_SHA256,
    SIGNATURE_TYPE_BODY,
    SIGNATURE_TYPE_QUERY,
)

from orderflow_bridge.access.integrations.services import (
    revoke,
    rotate,
)
from orderflow_bridge.access.rights import (
    BULK_OPERATIONS,
    CATALOG_PRODUCTS,
    ORDERS_HOLD,
    ORDERS_VIEW,
    PRODUCTS_VIEW,
)
from orderflow_bridge.configuration.sections import ProblemReports
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.restapi.bulk.models import Bulk
from tests.access.integrations.signing import (
    FORM,
    SHOP,
    call,
    make_integration,
    refused,
    send,
    signer,
)
from tests.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", [SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256])
def test_a_call_is_signed_in_its_header_or_its_query(method: str) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])

    header = call(integration, signature_method=method)
    query = call(integration, signature_method=method, signature_type=SIGNATURE_TYPE_QUERY)

    assert (header.status_code, query.status_code) == (200, 200), header.content + query.content
    assert header.json()["total_count"] == 0


@pytest.mark.parametrize("method", [SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256])
def test_a_call_is_signed_in_its_form(method: str) -> None:
    integration = make_integration(rights=[ORDERS_HOLD])
    order = make_order()

    answer = call(
        integration, "POST", f"{SHOP}/rest/V1/orders/{order.pk}/hold", body={}, content_type=FORM,
        signature_method=method, signature_type=SIGNATURE_TYPE_BODY,
    )  # fmt: skip

    assert (answer.status_code, answer.json()) == (200, True)


def test_a_json_body_is_no_part_of_the_signature() -> None:
    integration = make_integration(rights=[CATALOG_PRODUCTS])
    body = '{"product": {"sku": "24-MB01", "name": "Joust", "price": 34}}'

    answer = call(
        integration, "POST", f"{SHOP}/rest/V1/products", body=body,
        content_type="application/json",
    )  # fmt: skip

    assert (answer.status_code, answer.json()["sku"]) == (200, "24-MB01")


def test_the_rights_of_the_integration_count() -> None:
    integration = make_integration(rights=[ORDERS_VIEW])

    answer = call(integration)

    assert answer.status_code == 401
    assert answer.json() == {
        "message": "The consumer isn't authorized to access %resources.",
        "parameters": {"resources": "Magento_Catalog::products"},
    }
    assert call(make_integration("All", has_all_rights=True)).status_code == 200


def test_behind_a_proxy_the_public_address_was_signed(settings: Any) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])
    public = "https://shop.example/rest/V1/products?searchCriteria="
    inside = "/rest/V1/products?searchCriteria="

    refused(
        call(integration, url=public, sent_to=inside),
        "The signature is invalid. Verify and try again.",
    )
    write_settings(ProblemReports, {"base_url": "https://shop.example"})
    assert call(integration, url=public, sent_to=inside).status_code == 200


def test_a_trusted_proxy_says_by_which_address_it_was_called(settings: Any) -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])
    public = "https://shop.example:8443/rest/V1/products?searchCriteria="
    environ = {
        "HTTP_X_FORWARDED_HOST": "spoofed.example, shop.example:8443",
        "HTTP_X_FORWARDED_PROTO": "https",
    }

    def answer() -> int:
        sent_to = "/rest/V1/products?searchCriteria="
        return int(call(integration, url=public, sent_to=sent_to, environ=environ).status_code)

    assert answer() == 401
    settings.BRIDGE_PROXIES = 1
    assert answer() == 200


def test_the_path_was_signed_as_it_was_spelt() -> None:
    integration = make_integration(rights=[CATALOG_PRODUCTS, PRODUCTS_VIEW])
    path = "/rest/V1/products/24%2DMB01"

    answer = call(integration, url=f"{SHOP}{path}", environ={"RAW_URI": path})

    assert answer.status_code == 404  # there is no such product: the signature is right


def test_one_that_only_reads_changes_nothing() -> None:
    rights = [PRODUCTS_VIEW, CATALOG_PRODUCTS]
    reader = make_integration(rights=rights, is_read_only=True)
    all_reader = make_integration("All", has_all_rights=True, is_read_only=True)
    body = '{"product": {"sku": "24-MB01", "name": "Joust", "price": 34}}'

    for integration in (reader, all_reader):
        url = f"{SHOP}/rest/V1/products"
        answer = call(integration, "POST", url, body=body, content_type="application/json")
        assert answer.status_code == 401
        assert answer.json()["parameters"] == {"resources": "Magento_Catalog::products"}
        assert call(integration).status_code == 200


def test_after_its_end_it_is_refused() -> None:
    integration = make_integration(has_all_rights=True, ends_at=timezone.now())

    refused(call(integration), "The integration's access has ended.")


@pytest.mark.parametrize(("peer", "status"), [("192.0.2.77", 200), ("198.51.100.1", 401)])
def test_it_is_held_to_its_networks(peer: str, status: int) -> None:
    integration = make_integration(has_all_rights=True, networks="10.0.0.1, 192.0.2.0/24")

    answer = call(integration, environ={"REMOTE_ADDR": peer})

    assert answer.status_code == status


def test_rotated_and_revoked_credentials_are_worth_nothing() -> None:
    integration = make_integration(has_all_rights=True)
    former = signer(integration)

    rotate(integration, store_base_url=SHOP)

    url, headers, body = former.sign(f"{SHOP}/rest/V1/store/websites")
    refused(send("GET", url, headers, body), "A consumer having the specified key does not exist")
    assert call(integration).status_code == 200
    current = signer(integration)
    revoke(integration)
    url, headers, body = current.sign(f"{SHOP}/rest/V1/store/websites")
    refused(send("GET", url, headers, body), "Access token has been revoked")


def test_an_integration_settles_no_problem() -> None:
    integration = make_integration(has_all_rights=True)

    url = f"{SHOP}/rest/V1/orderflow/problems/1/resolve"
    answer = call(integration, "POST", url, body="{}", content_type="application/json")

    assert answer.status_code == 404


def test_a_signed_call_costs_three_statements_and_a_nonce() -> None:
    integration = make_integration(rights=[PRODUCTS_VIEW])
    call(integration)
    url = f"{SHOP}/rest/V1/products/nowhere"

    with CaptureQueriesContext(connection) as queries:
        assert call(integration, url=url).status_code == 404

    named = [query["sql"] for query in queries if "integrations_" in query["sql"]]
    assert len(named) == 3


def test_a_bulk_call_is_the_integrations() -> None:
    integration = make_integration(rights=[CATALOG_PRODUCTS, BULK_OPERATIONS])
    body = '[{"product": {"sku": "24-MB01", "name": "Joust", "price": 34}}]'

    url = f"{SHOP}/rest/async/bulk/V1/products"
    accepted = call(integration, "POST", url, body=body, content_type="application/json")

    assert accepted.status_code == 202
    uuid = accepted.json()["bulk_uuid"]
    status = call(integration, url=f"{SHOP}/rest/V1/bulk/{uuid}/status").json()
    assert (status["user_type"], status["user_id"]) == (1, None)
    assert Bulk.objects.get().username == "integration ERP"
