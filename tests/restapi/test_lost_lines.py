"""OrderFlow's messages by REST: nothing of one is lost, or it is refused."""

from typing import Any

import pytest

from orderflow_bridge.request_queue.models import Request
from tests.restapi.conftest import Post
from tests.restapi.test_orderflow import INVENTORY, INVENTORY_PATH, SHIPMENT, SHIPMENT_PATH

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("quantities", [[], None])
def test_a_stock_message_without_lines_is_refused(post: Post, token: str, quantities: Any) -> None:
    answer = post(INVENTORY_PATH, {**INVENTORY, "productQtys": quantities}, token)

    assert answer.status_code == 400
    assert not Request.objects.exists()


_ORDER = '"orderIncrementId": "5", "messageSeqId": "1"'
_LINE = '[{"sku": "A", "qty": 1}]'


@pytest.mark.parametrize(
    "body",
    [
        f'{{{_ORDER}, "skuQty": {_LINE}, "skuQty": []}}',
        f'{{{_ORDER}, "skuQty": {_LINE}, "sku_qty": []}}',
        f'{{{_ORDER}, "sku_qty": {_LINE}, "sku_qty": null}}',
        f'{{{_ORDER}, "orderIncrementId": "6"}}',
        f'{{{_ORDER}, "skuQtys": {_LINE}}}',
        f'{{{_ORDER}, "skuqty": {{"item": {_LINE}}}}}',
        f'{{{_ORDER}, "skuQty": [], "items": {_LINE}}}',
        f'{{{_ORDER}, "skuQty": {{}}}}',
        f'{{{_ORDER}, "skuQty": ""}}',
        f'{{{_ORDER}, "skuQty": ["A"]}}',
        f'{{{_ORDER}, "skuQty": [[{_LINE}]]}}',
        f'{{{_ORDER}, "skuQty": [{{"key": "A", "value": 1}}]}}',
        f'{{{_ORDER}, "tracks": {{"trackingNumber": "T"}}}}',
    ],
)
def test_a_despatch_of_which_something_would_be_lost_is_refused(
    post: Post, token: str, body: str
) -> None:
    answer = post(SHIPMENT_PATH, body.encode(), token)

    assert answer.status_code == 400
    assert not Request.objects.exists()


@pytest.mark.parametrize("units", ["", ', "skuQty": null', ', "skuQty": []'])
def test_a_despatch_ships_everything_only_without_a_list(
    post: Post, token: str, units: str
) -> None:
    assert post(SHIPMENT_PATH, f"{{{_ORDER}{units}}}".encode(), token).status_code == 200

    assert Request.objects.get().lines[0]["skuQtys"] == []


def test_a_name_that_comes_twice_in_a_message_is_no_member_twice(post: Post, token: str) -> None:
    despatch = {**SHIPMENT, "comment": "tracks", "courierName": "skuQty", "serviceName": "skuQty"}

    assert post(SHIPMENT_PATH, despatch, token).status_code == 200
