"""The lines of an order document: which rows, how many units, which amounts."""

from decimal import Decimal

import pytest

from orderflow_bridge.configuration.sections import OrderExport
from orderflow_bridge.configuration.services import write_settings
from tests.exports.documents import fields_of, make_shipped_order, order_lines
from tests.factories import make_configurable_item, make_order_item, make_product

pytestmark = pytest.mark.django_db


def test_a_variant_is_one_line_with_its_own_sku_and_its_parents_amounts():
    order = make_shipped_order()
    make_configurable_item(order, make_product("C-red", name="Red cami", price=Decimal(12)), 3)
    order.items.filter(parent_item=None).update(row_total=36, price=12, name="Cami")

    fields = fields_of(order_lines(order))

    assert fields["orderLine.1.product.externalReference"] == "C-red"
    assert fields["orderLine.1.description"] == "Red cami"
    assert (fields["orderLine.1.quantity"], fields["orderLine.1.totalPriceNet"]) == ("3", "36")
    assert "orderLine.2.quantity" not in fields


def test_rows_without_goods_are_no_lines():
    order = make_shipped_order(items=[("A", 1)])
    make_order_item(order, make_product(type_id="downloadable"))
    make_order_item(order, make_product(type_id="bundle"))
    make_order_item(order, make_product("G"), product_type="grouped")

    fields = fields_of(order_lines(order))

    assert fields["orderLine.2.product.externalReference"] == "G"
    assert "orderLine.3.quantity" not in fields


def test_cancelled_and_refunded_units_are_not_sent():
    order = make_shipped_order()
    make_order_item(order, make_product(price=Decimal(10)), 4, qty_canceled=1, qty_refunded=1)
    make_order_item(order, make_product(), 2, qty_canceled=2)

    fields = fields_of(order_lines(order))

    assert (fields["orderLine.1.quantity"], fields["orderLine.1.totalPriceNet"]) == ("2", "20")
    assert "orderLine.2.quantity" not in fields


def test_a_units_tax_is_rounded_half_up_to_four_places():
    order = make_shipped_order()
    make_order_item(order, make_product(), 8, tax_amount=Decimal("0.0004"))
    make_order_item(order, make_product(), 3, tax_amount=Decimal("1"))

    fields = fields_of(order_lines(order))

    assert fields["orderLine.1.unitTax"] == "0.0001"
    assert fields["orderLine.2.unitTax"] == "0.3333"


def test_with_calculate_discounts_the_amounts_are_after_discount():
    order = make_shipped_order()
    make_order_item(
        order, make_product(price=Decimal(50)), 2, tax_amount=18, price_incl_tax=60,
        row_total_incl_tax=120, discount_amount=-10,
        extra={
            "discount_tax_compensation_amount": "2", "weee_tax_applied_row_amount": 1,
            "tax_code": "T1",
        },
    )  # fmt: skip
    before = fields_of(order_lines(order))
    write_settings(OrderExport, {"calculate_discounts": True}, website=order.website)

    after = fields_of(order_lines(order))

    names = ("totalPriceNet", "totalTax", "totalPriceGross", "unitPriceNet", "unitTax",
             "unitPriceGross", "totalTaxCode")  # fmt: skip
    assert [before[f"orderLine.1.{name}"] for name in names] == [
        "100", "18", "120", "50", "9", "60", "T1",
    ]  # fmt: skip
    # 100 + 2 + 1 − 10; 18 + 1; 100 + 18 + 1 + 2 − 10
    assert [after[f"orderLine.1.{name}"] for name in names] == [
        "93", "19", "111", "46.5", "9.5", "55.5", "T1",
    ]  # fmt: skip


def test_a_rarer_amount_that_is_no_number_counts_as_nothing():
    order = make_shipped_order()
    extra = {"weee_tax_applied_row_amount": "n/a", "discount_tax_compensation_amount": "NaN"}
    make_order_item(order, make_product(price=Decimal(7)), 1, extra=extra)
    write_settings(OrderExport, {"calculate_discounts": True}, website=order.website)

    assert fields_of(order_lines(order))["orderLine.1.totalPriceNet"] == "7"
