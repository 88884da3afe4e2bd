"""The REST API over a real connection, with the client a script would use."""

import pytest
import requests
from django.contrib.auth.models import Permission

from orderflow_bridge.request_queue.models import Request
from tests.factories import make_user
from tests.restapi.test_orderflow import INVENTORY, SHIPMENT


@pytest.mark.django_db(transaction=True)
def test_a_script_signs_in_and_sends_stock_and_a_despatch(server_url: str) -> None:
    user = make_user("orderflow")
    user.user_permissions.add(Permission.objects.get(codename="orderflow_import"))
    with requests.Session() as shop:
        token = shop.post(
            f"{server_url}/rest/V1/integration/admin/token",
            json={"username": "orderflow", "password": "secret-12345"},
            timeout=10,
        ).json()
        shop.headers["Authorization"] = f"Bearer {token}"

        stock = shop.post(
            f"{server_url}/rest/default/V1/orderflow/inventory/", json=INVENTORY, timeout=10
        )
        despatch = shop.post(f"{server_url}/rest/V1/orderflow/shipment", json=SHIPMENT, timeout=10)

    assert stock.json() == "Success - Message 71 Received"
    assert despatch.json() == "Success - Message 38 Received"
    assert Request.objects.filter(processed_at=None).count() == 2
