"""A rule's SQL says what the same criteria say of plain values."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.documents.criteria import Filter
from orderflow_bridge.rules.criteria import in_words, matching, read_groups
from orderflow_bridge.sales.models import Order, OrderItem, OrderPayment
from tests.factories import make_order, make_product, make_store
from tests.rules.plain_criteria import matches

TEXTS = st.sampled_from(["", "a", "A", "ab", "b,a", "12", "7", "3.5", "-1"])
NUMBERS = st.sampled_from(["0", "7", "7.5", "12", "-1"])
ON_TEXT = st.sampled_from(["eq", "neq", "like", "nlike", "in", "nin", "null", "notnull"])
ON_LIST = st.sampled_from(["finset", "nfinset"])
ON_NUMBER = st.sampled_from(["eq", "neq", "gt", "gteq", "lt", "lteq", "in", "nin", "null"])
COMPARED = st.sampled_from(["gt", "gteq", "lt", "lteq"])
PATTERNS = st.sampled_from(["a", "A%", "%b", "_", "7", "a,12", "b"])
SEVERAL = ("sku", "payment_method", "product.brand")


def filters(text_fields, number_fields, in_json):
    """Filters over these fields, with conditions and values that make sense for them."""
    return st.one_of(
        st.builds(Filter, st.sampled_from(text_fields), PATTERNS, ON_TEXT | ON_LIST),
        st.builds(Filter, st.sampled_from(number_fields), NUMBERS, ON_NUMBER),
        st.builds(Filter, st.sampled_from(in_json), NUMBERS, COMPARED),
    )


def groups(each):
    return st.lists(st.lists(each, min_size=1, max_size=3), max_size=3)


ORDERS = filters(
    ("shipping_method", "sku", "payment_method", "product.brand", "ext_order_id"),
    ("grand_total",),
    ("ext_order_id", "product.brand"),
)
PRODUCTS = filters(("name", "brand"), ("price",), ("brand",))


class Agreement(TestCase):
    @given(
        groups(ORDERS),
        TEXTS,
        NUMBERS,
        st.none() | TEXTS,
        st.lists(st.tuples(st.sampled_from(["a", "ab", "7"]), st.none() | TEXTS), max_size=2),
        st.none() | TEXTS,
    )
    def test_about_orders(self, wanted, method, total, gift, items, payment):
        extra = {} if gift is None else {"ext_order_id": gift}
        order = make_order(
            store=make_store(), shipping_method=method, grand_total=Decimal(total), extra=extra
        )
        for sku, brand in items:
            attributes = {} if brand is None else {"brand": brand}
            product = make_product(custom_attributes=attributes)
            OrderItem.objects.create(order=order, product=product, sku=sku, name=sku)
        if payment is not None:
            OrderPayment.objects.create(order=order, method=payment)
        row = {
            "shipping_method": [method],
            "grand_total": [Decimal(total)],
            "ext_order_id": [gift or None],
            "sku": [sku for sku, _ in items],
            "product.brand": [brand for _, brand in items],
            "payment_method": [] if payment is None else [payment],
        }

        found = Order.objects.filter(matching(Entity.ORDER, wanted), pk=order.pk)
        turned = Order.objects.filter(~matching(Entity.ORDER, wanted), pk=order.pk)

        assert found.exists() == matches(row, wanted, SEVERAL)
        assert turned.exists() != found.exists()

    @given(groups(PRODUCTS), TEXTS, st.none() | NUMBERS, st.none() | TEXTS)
    def test_about_products(self, wanted, name, price, brand):
        attributes = {} if brand is None else {"brand": brand}
        number = None if price is None else Decimal(price)
        product = make_product(name=name, price=number, custom_attributes=attributes)
        row = {"name": [name], "price": [number], "brand": [brand or None]}

        found = Product.objects.filter(matching(Entity.PRODUCT, wanted), pk=product.pk)
        turned = Product.objects.filter(~matching(Entity.PRODUCT, wanted), pk=product.pk)

        assert found.exists() == matches(row, wanted, ())
        assert turned.exists() != found.exists()


@pytest.mark.parametrize(
    ("entity", "wanted", "text"),
    [
        (Entity.ORDER, Filter("grand_totals", "5", "gt"), "grand_totals"),
        (Entity.ORDER, Filter("grand_total", "5", "above"), "above"),
        (Entity.ORDER, Filter("grand_total", "much", "gt"), "float"),
        (Entity.ORDER, Filter("product.a b", "x"), "product.a b"),
        (Entity.PRODUCT, Filter("price", "cheap", "lt"), "float"),
        (Entity.PRODUCT, Filter("x'; --", "1"), "x'; --"),
    ],
)
def test_what_there_is_not_is_refused_by_name(entity, wanted, text):
    with pytest.raises(CriteriaRefused, match=text):
        matching(entity, [[wanted]])


@pytest.mark.parametrize("stored", [None, 5, [5], [["a", "eq", "b"]], [[["a", "eq"]]]])
def test_what_is_no_criteria_is_refused(stored):
    with pytest.raises(CriteriaRefused):
        read_groups(stored)


def test_criteria_read_as_words():
    groups = [
        [Filter("grand_total", "500", "gt")],
        [Filter("payment_method", "checkmo"), Filter("coupon_code", "", "null")],
    ]

    text = in_words(groups)

    assert (
        text == "grand_total is above 500 and (payment_method is checkmo or coupon_code is empty)"
    )
