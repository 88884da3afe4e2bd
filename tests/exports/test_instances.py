"""Websites that share an OrderFlow instance are served together (docs/contract/shop-rules.md)."""

import pytest

from exports.cron import export_orders_create, export_products_create
from exports.instances import groups_of
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.services import write_settings
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row, told

pytestmark = pytest.mark.django_db


def test_a_shared_instance_hears_of_a_product_once_and_both_websites_are_settled(orderflow):
    first, second = make_shop(orderflow), make_shop(orderflow)
    [product] = make_due_products(first, 1)
    product.websites.add(second)

    export_products_create()

    assert told(orderflow) == [product.sku]
    assert row(product, first).orderflow_export_status == "Queued"
    assert row(product, second).orderflow_export_status == "Queued"


def test_the_first_website_of_a_group_exports_the_products_of_all(orderflow):
    make_shop(orderflow)
    second = make_shop(orderflow)
    [product] = make_due_products(second, 1)

    export_products_create()

    assert told(orderflow) == [product.sku]


def test_each_instance_is_told(orderflow, other_orderflow):
    first, second = make_shop(orderflow), make_shop(other_orderflow)
    [product] = make_due_products(first, 1)
    product.websites.add(second)

    export_products_create()

    assert told(orderflow) == told(other_orderflow) == [product.sku]


def test_another_channel_is_another_instance(orderflow):
    first, second = make_shop(orderflow), make_shop(orderflow, channel="trade")
    [product] = make_due_products(first, 1)
    product.websites.add(second)

    export_products_create()

    assert len(told(orderflow)) == 2
    assert {path.split("channel=")[1].split("&")[0] for path in paths(orderflow)} == {
        "magento", "trade",
    }  # fmt: skip


def paths(orderflow):
    """Return the addresses that were called."""
    return [heard.path for heard in orderflow.heard]


def test_a_slash_at_the_end_makes_no_other_instance(orderflow):
    first, second = make_shop(orderflow), make_shop(orderflow)
    write_settings(Api, {"endpoint": orderflow.endpoint.rstrip("/")}, website=second)

    assert groups_of(Entity.PRODUCT) == [(first, second)]


def test_orders_are_announced_with_their_own_websites_account(orderflow):
    first, second = make_shop(orderflow), make_shop(orderflow, channel="trade")
    [one] = make_due_orders(first, 1)
    [two] = make_due_orders(second, 1)

    export_orders_create()

    calls = {
        (path.split("channel=")[1].split("&")[0], path.split("=")[-1]) for path in paths(orderflow)
    }
    assert calls == {("magento", one.increment_id), ("trade", two.increment_id)}
