"""What plugins add to documents, what they keep from being exported, and what fails with them."""

import pytest

from exports.cron import export_orders_create, export_products_create
from orderflow_bridge.configuration.sections import ExportMode
from orderflow_bridge.sales.models import Order
from tests.exports.shop import lines, make_due_orders, make_due_products, make_shop, row
from tests.exports.test_push_mode import report
from tests.factories import make_address
from tests.fakes import Answer
from tests.plugins.switching import switched_on

pytestmark = pytest.mark.django_db

PUSH = {"mode": ExportMode.PUSH}


def sent(orderflow) -> str:
    return "\n".join(each.body.decode() for each in orderflow.heard)


def due_order(website, number):
    [order] = make_due_orders(website, 1, increment_id=number, items=[("24-MB01", 1)])
    for kind in ("shipping", "billing"):
        make_address(order, address_type=kind)
    return order


def coloured(product, values):
    return {"colour": "blue", "description": f"{values['description']}, blue", "weight": None}


def wrapped(order, values):
    return {"giftWrap": True}


def in_a_box(lines):
    return {0: {"box": f"{lines[0].sku}-box"}}


def never_the_second(rows):
    return {each.pk: "It is not for sale abroad." for each in rows if each.sku.endswith("2")}


def fails_over_the_second(rows):
    if any(each.sku.endswith("2") for each in rows):
        raise ValueError("what is this?")


def test_a_plugin_adds_and_changes_values_of_a_product(orderflow):
    website = make_shop(orderflow, products=PUSH)
    [product] = make_due_products(website, 1, sku="24-MB01", name="Bag", weight=2)
    orderflow.answers = [Answer(body=report(taken=["24-MB01"]))]

    with switched_on(colours={"product_document_values": coloured}):
        export_products_create()

    assert "description=Bag, blue\n" in sent(orderflow)
    assert "\ncolour=blue" in sent(orderflow)
    assert "\nweight=" not in sent(orderflow)
    assert row(product, website).orderflow_export_status == "Exported"


def test_a_plugin_adds_values_to_an_order_and_its_lines(orderflow):
    website = make_shop(orderflow, orders=PUSH)
    due_order(website, "000000005")
    orderflow.answers = [Answer(body=report(taken=["000000005"]))]

    with switched_on(wraps={"order_document_values": wrapped, "order_line_values": in_a_box}):
        export_orders_create()

    assert "\ngiftWrap=1\n" in sent(orderflow)
    assert "\norderLine.1.box=24-MB01-box\n" in sent(orderflow)


@pytest.mark.parametrize("hook", ["order_document_values", "order_line_values"])
def test_an_order_over_whose_document_a_plugin_fails_is_not_sent_and_the_others_are(
    orderflow, hook
):
    website = make_shop(orderflow, orders=PUSH)
    bad, good = due_order(website, "000000005"), due_order(website, "000000006")
    orderflow.answers = [Answer(body=report(taken=[good.increment_id]))]

    def fail(order):
        if order.pk == bad.pk:
            raise KeyError("colour")

    with switched_on(careless={hook: fail}):
        export_orders_create()

    states = dict(Order.objects.values_list("increment_id", "orderflow_export_status"))
    assert states == {"000000005": "Failed", "000000006": "Exported"}
    failed = Order.objects.get(pk=bad.pk)
    assert failed.orderflow_last_error.startswith(f"The plugin careless failed in {hook}: KeyError")
    assert "000000005" not in sent(orderflow)


@pytest.mark.parametrize("answer", [{"": "x"}, {"a=b": "x"}, {3: "x"}, {"a": [1]}, "colour", [1]])
def test_values_that_would_be_no_line_of_a_document_are_a_failure(orderflow, answer):
    website = make_shop(orderflow, products=PUSH)
    [product] = make_due_products(website, 1)

    with switched_on(odd={"product_document_values": lambda values: answer}):
        export_products_create()

    assert orderflow.heard == []
    assert row(product, website).orderflow_export_status == "Failed"
    assert "The plugin odd failed in product_document_values" in lines()[0][2]


@pytest.mark.parametrize("mode", [ExportMode.PUSH, ExportMode.NOTIFY])
def test_what_a_plugin_refuses_is_not_exported_and_says_why(orderflow, mode):
    website = make_shop(orderflow, products={"mode": mode})
    [refused] = make_due_products(website, 1, sku="24-MB02")
    [other] = make_due_products(website, 1, sku="24-MB01")
    if mode == ExportMode.PUSH:
        orderflow.answers = [Answer(body=report(taken=["24-MB01"]))]

    with switched_on(borders={"refuse_exports": never_the_second}):
        export_products_create()

    assert row(refused, website).orderflow_export_status == "Failed"
    assert row(refused, website).orderflow_last_error == "borders: It is not for sale abroad."
    assert row(other, website).orderflow_export_status in ("Exported", "Queued")
    assert len(orderflow.heard) == 1


def test_only_what_a_judging_plugin_fails_over_fails_with_it(orderflow):
    website = make_shop(orderflow)
    [bad] = make_due_products(website, 1, sku="24-MB02")
    [good] = make_due_products(website, 1, sku="24-MB01")

    with switched_on(
        careless={"refuse_exports": fails_over_the_second},
        calm={"refuse_exports": lambda rows: {}},
    ):
        export_products_create()

    assert row(good, website).orderflow_export_status == "Queued"
    assert row(bad, website).orderflow_last_error == (
        "The plugin careless failed in refuse_exports: ValueError: what is this?"
    )
