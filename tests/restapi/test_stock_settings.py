"""Stock settings by REST: kept, given back, and obeyed by whatever sells (Magento's stock item)."""

from typing import Any

import pytest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from tests.carts import make_sold, quantities
from tests.imports.stock import apply
from tests.restapi.shop import Script, an_order

pytestmark = pytest.mark.django_db

BACKORDERS = {"backorders": 1, "use_config_backorders": False}


def put(script: Script, **item: Any) -> Any:
    """Write the stock item of A; return it as it is read."""
    script.put("products/A/stockItems/1", {"stockItem": item})
    return script.get("stockItems/A")


def order(script: Script, qty: float) -> Any:
    return script.post("orders", an_order({"sku": "A", "qty_ordered": qty, "price": 1}))


def order_refused(script: Script, qty: float) -> str:
    return script.refused("POST", "orders", an_order({"sku": "A", "qty_ordered": qty}))


def salable(script: Script) -> tuple[bool, float]:
    return (
        script.get("inventory/is-product-salable/A/1"),
        script.get("inventory/get-product-salable-quantity/A/1"),
    )


@pytest.fixture(params=[False, True], ids=["classic", "multi-source"])
def is_multi_source(request: pytest.FixtureRequest) -> bool:
    """Run in both ways of keeping the books; tell which."""
    is_on: bool = request.param
    write_settings(InventoryImport, {"multi_source_enabled": is_on})
    return is_on


@pytest.mark.parametrize(
    ("name", "switch", "value", "configured"),
    [
        ("manage_stock", "use_config_manage_stock", False, True),
        ("min_qty", "use_config_min_qty", 2, 0),
        ("min_qty", "use_config_min_qty", -2.5, 0),
        ("backorders", "use_config_backorders", 2, 0),
        ("min_sale_qty", "use_config_min_sale_qty", 3, 1),
        ("max_sale_qty", "use_config_max_sale_qty", 30, 10000),
        ("notify_stock_qty", "use_config_notify_stock_qty", 4.5, 1),
        ("qty_increments", "use_config_qty_increments", 6, 0),
        ("enable_qty_increments", "use_config_enable_qty_inc", True, False),
    ],
)
def test_a_setting_is_given_back_with_its_switch(
    script: Script, name: str, switch: str, value: Any, configured: Any
) -> None:
    make_sold("A", 5)
    assert (put(script, qty=5)[name], put(script, qty=5)[switch]) == (configured, True)

    for given in ({name: value, switch: False}, {name: value}):
        item = put(script, **given)
        assert (item[name], item[switch], item["qty"]) == (value, False, 5)
        product = script.get("products/A")["extension_attributes"]["stock_item"]
        assert (product[name], product[switch]) == (value, False)
        item = put(script, **{switch: True, name: value})
        assert (item[name], item[switch]) == (configured, True)

    body = {"product": {"sku": "A", "extension_attributes": {"stock_item": {name: value}}}}
    script.post("products", body)
    assert script.get("stockItems/A")[name] == value


@pytest.mark.parametrize("name", ["is_qty_decimal", "is_decimal_divided"])
def test_a_setting_without_a_switch_is_given_back(script: Script, name: str) -> None:
    make_sold("A", 5)

    assert put(script, **{name: True})[name] is True


@pytest.mark.parametrize(
    ("given", "named"),
    [({"backorders": 3}, "backorders"), ({"min_qty": 10**8}, "min_qty"),
     ({"max_sale_qty": -1}, "max_sale_qty"), ({"deferred_stock_update": True}, "deferred_stock")],
)  # fmt: skip
def test_a_setting_that_cannot_be_kept_is_refused_by_name(
    script: Script, given: Any, named: str
) -> None:
    make_sold("A", 5)
    item = {"stock_item": given}

    for method, path, body in (
        ("PUT", "products/A/stockItems/1", {"stockItem": {"qty": 1, **given}}),
        ("POST", "products", {"product": {"sku": "A", "extension_attributes": item}}),
    ):  # fmt: skip
        answer = script.call(method, path, body)
        assert answer.status_code == 400
        assert named in answer.content.decode()
    assert quantities("A") == [5]


def test_settings_are_no_news_for_orderflow(script: Script) -> None:
    make_sold("A", 5)
    Product.objects.update(orderflow_export_status=ExportStatus.EXPORTED)

    put(script, manage_stock=False, min_qty=3, **BACKORDERS)

    assert Product.objects.get().orderflow_export_status == ExportStatus.EXPORTED


def test_what_stock_is_not_kept_of_is_sold_without_end_and_no_stock_is_taken(
    script: Script, is_multi_source: bool
) -> None:
    make_sold("A", 0)
    item = put(script, qty=0, manage_stock=False, use_config_manage_stock=False)
    assert (item["manage_stock"], item["is_in_stock"]) == (False, True)
    assert script.get("inventory/is-product-salable/A/1") is True

    order(script, 7)

    assert quantities("A") == [0]
    put(script, manage_stock=True)
    assert "not available" in order_refused(script, 1)


def test_manage_stock_is_one_thing_as_attribute_and_as_setting(script: Script) -> None:
    make_sold("A", 0)
    attribute = {"attribute_code": "manage_stock", "value": "0"}

    script.put("products/A", {"product": {"sku": "A", "custom_attributes": [attribute]}})

    item = script.get("stockItems/A")
    assert (item["manage_stock"], item["use_config_manage_stock"]) == (False, False)
    order(script, 1)
    put(script, use_config_manage_stock=True)
    assert attribute not in script.get("products/A")["custom_attributes"]
    order_refused(script, 1)


def test_min_qty_is_kept_back(script: Script, is_multi_source: bool) -> None:
    make_sold("A", 10)
    assert put(script, min_qty=2)["is_in_stock"] is True
    assert salable(script) == (True, 8)
    assert "9 wanted, 8 salable" in order_refused(script, 9)

    order(script, 8)

    assert salable(script) == (False, 0)
    order_refused(script, 1)
    assert script.get("stockItems/A")["is_in_stock"] is is_multi_source  # 10 on the shelf, or 2


@pytest.mark.parametrize("backorders", [1, 2])
def test_backorders_are_taken_without_a_limit(
    script: Script, is_multi_source: bool, backorders: int
) -> None:
    make_sold("A", 3)
    assert put(script, backorders=backorders, use_config_backorders=False)["is_in_stock"]
    order(script, 5)
    order(script, 50)

    assert script.get("inventory/is-product-salable/A/1") is True
    assert quantities("A") == [3 if is_multi_source else -52]
    assert SourceItem.objects.get().status == SourceItem.Status.IN_STOCK


def test_backorders_end_at_a_min_qty_below_zero(script: Script, is_multi_source: bool) -> None:
    make_sold("A", 1)
    put(script, min_qty=-4, **BACKORDERS)
    assert salable(script) == (True, 5)
    assert "6 wanted, 5 salable" in order_refused(script, 6)
    order(script, 3)
    order(script, 2)

    assert salable(script) == (False, 0)
    order_refused(script, 1)


def test_a_min_qty_below_zero_means_nothing_without_backorders(script: Script) -> None:
    make_sold("A", 1)
    put(script, min_qty=-4)

    order_refused(script, 2)


def test_a_product_that_was_taken_out_of_stock_by_hand_is_not_sold_on_backorder(
    script: Script,
) -> None:
    make_sold("A", 5)
    put(script, is_in_stock=False, **BACKORDERS)

    order_refused(script, 1)


def test_a_cart_takes_what_an_order_may(script: Script) -> None:
    make_sold("A", 3)
    put(script, min_qty=2)
    cart = script.post("carts/")

    def add(qty: int) -> dict[str, Any]:
        return {"cartItem": {"sku": "A", "qty": qty, "quote_id": str(cart)}}

    assert "1 salable" in script.refused("POST", f"carts/{cart}/items", add(2))
    script.post(f"carts/{cart}/items", add(1))
    put(script, min_qty=0, **BACKORDERS)
    script.post(f"carts/{cart}/items", add(40))


def test_a_cancelled_backorder_is_taken_back(script: Script) -> None:
    make_sold("A", 1)
    put(script, min_qty=-4, **BACKORDERS)
    order_id = order(script, 5)["entity_id"]
    assert quantities("A") == [-4]
    assert SourceItem.objects.get().status == SourceItem.Status.OUT_OF_STOCK

    script.post(f"orders/{order_id}/cancel")

    assert quantities("A") == [1]
    assert salable(script) == (True, 5)


@pytest.mark.parametrize(
    ("settings", "stock_quantity", "is_in_stock"),
    [
        ({}, 0, False),
        ({}, 1, True),
        ({"min_qty": 5}, 5, False),
        ({"min_qty": 5}, 6, True),
        (BACKORDERS, 0, True),
        ({"min_qty": -4, **BACKORDERS}, 0, True),
        ({"manage_stock": False}, 0, True),
    ],
)
def test_a_figure_of_orderflow_says_by_the_settings_whether_a_product_is_in_stock(
    script: Script, settings: dict[str, Any], stock_quantity: int, is_in_stock: bool
) -> None:
    make_sold("A", 3)
    put(script, qty=3, **settings)

    apply(("A", stock_quantity, 7))

    item = script.get("stockItems/A")
    assert (item["qty"], item["is_in_stock"]) == (stock_quantity, is_in_stock)
    assert script.get("inventory/is-product-salable/A/1") is is_in_stock


def test_a_negative_figure_at_the_limit_of_backorders_is_out_of_stock(script: Script) -> None:
    write_settings(InventoryImport, {"negative_qtys_enabled": True})
    make_sold("A", 3)
    put(script, min_qty=-4, **BACKORDERS)

    apply(("A", -4, 7))
    assert salable(script) == (False, 0)
    apply(("A", -3, 8))
    assert salable(script) == (True, 1)


def test_a_quantity_without_a_status_follows_the_settings(script: Script) -> None:
    make_sold("A", 3)
    put(script, **BACKORDERS)

    put(script, qty=0)

    assert SourceItem.objects.get().status == SourceItem.Status.IN_STOCK
    order(script, 2)
