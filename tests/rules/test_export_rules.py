"""Export rules: what they leave out, what they hold, and how it is let go."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports.cron import export_orders_create, export_products_create
from exports.fetching import fetch_order, fetch_product
from exports.manual import export_now, requeue
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import ExportRefused
from orderflow_bridge.configuration.sections import OrderExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.problems.kinds import LATE_ORDER
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.rules.models import ExportRule, HeldOrder
from orderflow_bridge.rules.services import delete_rules, release, save_rule
from orderflow_bridge.sales.models import Order, OrderPayment, OrderStatusHistory
from orderflow_bridge.watch.orders import look_for_late_orders
from tests.exports.fetching import ORDERFLOW
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row, told
from tests.factories import make_order_item
from tests.rules.making import hold, make_rule

pytestmark = pytest.mark.django_db

DEAR = ("grand_total", "gt", "500")


def now(order: Order) -> Order:
    """Return an order as it is now."""
    return Order.objects.get(pk=order.pk)


def test_pick_up_orders_are_not_exported(orderflow):
    website = make_shop(orderflow)
    [parcel] = make_due_orders(website, 1, shipping_method="flatrate_flatrate")
    [pick_up] = make_due_orders(website, 1, shipping_method="instore_pickup")
    make_rule(("shipping_method", "like", "instore%"), name="Pick-up")

    export_orders_create()

    assert told(orderflow) == [parcel.increment_id]
    assert now(pick_up).orderflow_export_status == "Pending"
    assert not HeldOrder.objects.exists()


def test_orders_above_a_total_are_held_and_say_so(orderflow):
    website = make_shop(orderflow)
    [small] = make_due_orders(website, 1, grand_total=499)
    [dear] = make_due_orders(website, 1, grand_total=501)
    rule = hold(DEAR, name="Over 500")

    export_orders_create()

    assert told(orderflow) == [small.increment_id]
    held = HeldOrder.objects.get()
    assert (held.order, held.rule) == (dear, rule)
    text = now(dear).orderflow_last_error
    assert text.startswith("Held")
    assert "“Over 500” (grand_total is above 500), until it no longer matches." in text


def test_a_held_order_that_no_longer_matches_is_let_go_by_itself(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    hold(DEAR)
    export_orders_create()
    Order.objects.update(grand_total=400)

    export_orders_create()

    assert told(orderflow) == [order.increment_id]
    assert not HeldOrder.objects.exists()
    assert now(order).orderflow_last_error == ""


def test_a_cancellation_window_ends_by_itself(orderflow):
    website = make_shop(orderflow)
    [fresh] = make_due_orders(website, 1, created_at=timezone.now() - timedelta(minutes=29))
    [older] = make_due_orders(website, 1, created_at=timezone.now() - timedelta(minutes=31))
    hold(release=ExportRule.Release.DELAY, delay_minutes=30)

    export_orders_create()
    assert told(orderflow) == [older.increment_id]

    Order.objects.filter(pk=fresh.pk).update(created_at=timezone.now() - timedelta(minutes=31))
    export_orders_create()
    assert told(orderflow) == [older.increment_id, fresh.increment_id]


def test_what_is_released_by_hand_only_waits_even_if_it_no_longer_matches(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    hold(DEAR, release=ExportRule.Release.HAND)
    export_orders_create()
    Order.objects.update(grand_total=400)
    export_orders_create()
    assert told(orderflow) == []

    assert release(Order.objects.all(), by="anna") == 1

    export_orders_create()
    assert told(orderflow) == [order.increment_id]
    held = HeldOrder.objects.get()
    assert (held.released_by, held.released_at is None) == ("anna", False)


def test_a_released_order_is_held_by_no_other_rule_but_left_out_all_the_same(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    hold(DEAR)
    export_orders_create()
    release(Order.objects.all(), by="anna")
    hold(("grand_total", "gt", "100"))
    rule = make_rule(("grand_total", "gt", "100"))
    export_orders_create()
    assert told(orderflow) == []

    delete_rules(ExportRule.objects.filter(pk=rule.pk))
    export_orders_create()
    assert told(orderflow) == [order.increment_id]


def test_by_hand_a_held_order_is_refused_in_words(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    hold(DEAR, name="Over 500")

    with pytest.raises(ExportRefused, match=r"is not exported\. Held by the rule “Over 500”"):
        export_now(Entity.ORDER, [order.pk])

    release(Order.objects.all(), by="anna")
    export_now(Entity.ORDER, [order.pk])
    assert told(orderflow) == [order.increment_id]


def test_orderflow_does_not_get_a_held_order_that_it_was_never_told_of(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    hold(DEAR, name="Over 500")

    fetched = fetch_order(order.pk, caller=ORDERFLOW)

    assert "“Over 500”" in fetched.refusal
    assert now(order).orderflow_export_status == "Pending"


def test_what_orderflow_was_told_of_it_gets_whatever_rules_come_later(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    export_orders_create()
    hold(DEAR)

    assert fetch_order(order.pk, caller=ORDERFLOW).refusal == ""
    assert now(order).orderflow_export_status == "Exported"


def test_push_holds_as_well(orderflow):
    website = make_shop(orderflow, orders={"mode": "push"})
    make_due_orders(website, 1, grand_total=501)
    hold(DEAR)

    export_orders_create()

    assert orderflow.heard == []


def test_an_order_that_is_called_off_is_held_no_longer(orderflow):
    make_due_orders(make_shop(orderflow), 1, grand_total=501)
    hold(DEAR, release=ExportRule.Release.HAND)
    export_orders_create()
    Order.objects.update(state="canceled", status="canceled")

    export_orders_create()

    assert not HeldOrder.objects.exists()
    assert not Order.objects.get().is_held


def test_requeued_it_is_held_again(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    hold(DEAR)
    export_orders_create()
    since = HeldOrder.objects.get().held_since
    requeue(Entity.ORDER, ids=[order.pk])

    export_orders_create()

    assert told(orderflow) == []
    assert now(order).orderflow_last_error.startswith("Held")
    assert HeldOrder.objects.get().held_since == since
    assert OrderStatusHistory.objects.count() == 1


def test_a_rule_counts_on_its_website_only_and_only_while_it_is_enabled(orderflow):
    website, other = make_shop(orderflow), make_shop(orderflow, channel="other")
    [held] = make_due_orders(website, 1)
    [free] = make_due_orders(other, 1)
    rule = hold(website=website)

    export_orders_create()
    assert told(orderflow) == [free.increment_id]

    rule.is_enabled = False
    save_rule(rule)
    assert not HeldOrder.objects.exists()
    export_orders_create()
    assert told(orderflow) == [free.increment_id, held.increment_id]


def test_with_the_setting_off_nothing_is_held(orderflow):
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1)
    hold()
    write_settings(OrderExport, {"apply_rules": False}, website=website)

    export_orders_create()

    assert told(orderflow) == [order.increment_id]


def test_filters_of_a_group_are_alternatives_and_groups_join(orderflow):
    website = make_shop(orderflow)
    orders = make_due_orders(website, 3, grand_total=600)
    for order, method in zip(orders, ("checkmo", "banktransfer", "paypal"), strict=True):
        OrderPayment.objects.create(order=order, method=method)
    groups = [
        [["payment_method", "eq", "checkmo"], ["payment_method", "eq", "banktransfer"]],
        [["grand_total", "gteq", "600"]],
    ]
    hold(filter_groups=groups)

    export_orders_create()

    assert told(orderflow) == [orders[2].increment_id]


def test_an_order_is_known_by_the_attributes_and_skus_of_its_products(orderflow):
    website = make_shop(orderflow)
    plain, fragile, listed = make_due_orders(website, 3)
    make_order_item(plain, "MUG-1")
    glass = make_order_item(fragile, "GLASS-1").product
    Product.objects.filter(pk=glass.pk).update(custom_attributes={"fragile": "yes"})
    make_order_item(listed, "SET-77")
    hold(("product.fragile", "eq", "yes"))
    hold(("sku", "like", "set-%"))

    export_orders_create()

    assert told(orderflow) == [plain.increment_id]


def test_products_are_left_out_by_attribute_or_sku(orderflow):
    website = make_shop(orderflow)
    [sold] = make_due_products(website, 1, custom_attributes={"brand": "ours"})
    [sample] = make_due_products(website, 1, custom_attributes={"brand": "theirs"})
    make_rule(("brand", "eq", "theirs"), entity=Entity.PRODUCT, name="Not ours")

    export_products_create()

    assert told(orderflow) == [sold.sku]
    assert row(sample, website).orderflow_export_status == "Pending"
    with pytest.raises(ExportRefused, match="left out by the rule “Not ours”"):
        export_now(Entity.PRODUCT, [sample.pk])
    assert "left out by the rule “Not ours”" in fetch_product(sample.sku, caller=ORDERFLOW).refusal


def test_an_order_held_for_a_day_is_a_problem_until_it_is_released(orderflow):
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1, grand_total=501)
    [fresh] = make_due_orders(website, 1, grand_total=50)
    hold(DEAR)
    hold(release=ExportRule.Release.DELAY, delay_minutes=60 * 24 * 7)
    export_orders_create()
    HeldOrder.objects.update(held_since=timezone.now() - timedelta(hours=25))

    look_for_late_orders(timezone.now())

    [problem] = open_problems(LATE_ORDER)
    assert problem.text.startswith(f"Order {order.increment_id} is held by a rule since ")
    release(Order.objects.all(), by="anna")
    look_for_late_orders(timezone.now())
    assert not open_problems(LATE_ORDER)
    assert HeldOrder.objects.filter(order=fresh).exists()
