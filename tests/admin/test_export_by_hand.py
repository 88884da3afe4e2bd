"""Export, reset, cancel by hand: questions, texts, rights, true counts."""

import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from exports.admin.export_actions import CALLS_AT_ONCE
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order
from tests.admin.samples import make_operator
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row, told
from tests.factories import make_product
from tests.fakes import Answer, FakeOrderFlow

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/catalog/product/"
ORDERS = "/admin/sales/order/"


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def hidden_fields(answer) -> dict[str, list[str]]:
    """Return what the progress page posts by itself."""
    fields: dict[str, list[str]] = {}
    for name, value in answer.context["hidden"]:
        fields.setdefault(name, []).append(str(value))
    return fields


def choose(client: Client, address: str, action: str, records, **values):
    data = {"action": action, "_selected_action": [one.pk for one in records], "index": "0"}
    return client.post(address, {**data, **values})


@pytest.fixture
def viewer_of_products(db: None) -> Client:
    client = Client()
    client.force_login(make_operator("viewer", "view", "change"))
    return client


@pytest.fixture
def exporter(db: None) -> Client:
    client = Client()
    client.force_login(make_operator("exporter", "view", "export"))
    return client


def test_the_product_page_asks_the_guides_question_and_calls_nobody(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow), 1, sku="24-MB01")

    question = boss.get(f"{PRODUCTS}{product.pk}/export/").content.decode()

    assert "Are you sure you wish to export this product?" in question
    assert orderflow.heard == []


def test_export_queues_a_product_and_says_so(boss, orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1, sku="24-MB01")

    answer = boss.post(f"{PRODUCTS}{product.pk}/export/")

    assert texts(answer) == ["Product 24-MB01 has been queued for export to OrderFlow."]
    assert told(orderflow) == ["24-MB01"]
    assert row(product, website).orderflow_export_status == ExportStatus.QUEUED
    assert answer.url == f"{PRODUCTS}{product.pk}/change/"


def test_export_from_the_list_leads_back_to_the_list_as_it_was_filtered(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow), 1)
    listed = f"{PRODUCTS}?type_id__exact=simple"
    address = f"{PRODUCTS}{product.pk}/export/"

    question = boss.get(address, headers={"referer": f"http://testserver{listed}"})
    answer = boss.post(address, {"back": question.context["back"]})

    assert answer.url == listed


@pytest.mark.parametrize("back", ["https://evil.example/admin/catalog/product/", "//evil.example"])
def test_a_foreign_way_back_is_not_taken(boss, orderflow, back):
    [product] = make_due_products(make_shop(orderflow), 1)

    answer = boss.post(f"{PRODUCTS}{product.pk}/export/", {"back": back})

    assert answer.url == f"{PRODUCTS}{product.pk}/change/"


def test_a_refusal_of_orderflow_is_told(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow), 1, sku="24-MB01")
    orderflow.answers = [Answer(status=500)]

    answer = boss.post(f"{PRODUCTS}{product.pk}/export/")

    [text] = texts(answer)
    assert text.startswith("Product 24-MB01 has failed to be queued for export to OrderFlow. ")
    assert "OrderFlow answered 500 Internal Server Error" in text
    [call, settings] = re.findall(r'href="([^"]+)"', text)
    assert boss.get(call).status_code == 200
    assert settings == "/admin/configuration/apisettings/"


def test_switched_off_exports_are_told_in_the_guides_words(boss, orderflow):
    website = make_shop(orderflow, products={"is_enabled": False})
    write_settings(ProductExport, {"is_enabled": False})
    [product] = make_due_products(website, 1)

    answer = boss.post(f"{PRODUCTS}{product.pk}/export/")

    expected = "Product exports are currently disabled."
    assert texts(answer) == [f"{expected} Please review the OrderFlow module configuration."]
    assert orderflow.heard == []


def test_only_simple_products_offer_an_export(boss, orderflow):
    make_shop(orderflow)
    simple = make_product("simple")
    other = make_product("other", type_id=Product.Type.CONFIGURABLE)

    text = boss.get(PRODUCTS).content.decode()

    assert f"{PRODUCTS}{simple.pk}/export/" in text
    assert f"{PRODUCTS}{other.pk}/export/" not in text
    assert "/export/" not in boss.get(f"{PRODUCTS}{other.pk}/change/").content.decode()


def test_a_selection_of_products_is_exported_after_a_question(boss, orderflow):
    products = make_due_products(make_shop(orderflow), 3)
    orderflow.answers = [Answer(), Answer(status=500)]

    question = choose(boss, PRODUCTS, "export_selected", products)
    untouched = list(orderflow.heard)
    answer = choose(boss, PRODUCTS, "export_selected", products, confirmed="yes")

    assert "Are you sure?" in question.content.decode()
    assert "3 selected" in question.content.decode()
    assert untouched == []
    assert texts(answer) == ["Exported 2 product(s) to OrderFlow with 1 failures."]


def test_what_cannot_be_exported_counts_as_a_failure(boss, orderflow):
    products = make_due_products(make_shop(orderflow), 1)
    products.append(make_product(type_id=Product.Type.BUNDLE))

    answer = choose(boss, PRODUCTS, "export_selected", products, confirmed="yes")

    assert texts(answer) == ["Exported 1 product(s) to OrderFlow with 1 failures."]


def test_a_long_selection_is_exported_step_by_step_with_a_true_count(boss, orderflow):
    products = make_due_products(make_shop(orderflow), CALLS_AT_ONCE + 2)
    products.append(make_product(type_id=Product.Type.BUNDLE))
    answer = choose(
        boss, PRODUCTS, "export_selected", products[:1], select_across="1", confirmed="yes"
    )
    heard = len(orderflow.heard)

    last = boss.post(PRODUCTS, hidden_fields(answer))

    assert "40 of 43 worked through, 40 done." in answer.content.decode()
    assert heard == CALLS_AT_ONCE
    assert texts(last) == ["Exported 42 product(s) to OrderFlow with 1 failures."]


def test_a_long_selection_can_be_stopped_between_two_steps(boss, orderflow):
    products = make_due_products(make_shop(orderflow), CALLS_AT_ONCE + 2)
    answer = choose(
        boss, PRODUCTS, "export_selected", products[:1], select_across="1", confirmed="yes"
    )

    last = boss.post(PRODUCTS, {**hidden_fields(answer), "stop": "1"})

    assert texts(last) == ["Exported 40 product(s) to OrderFlow with 0 failures."]
    assert len(orderflow.heard) == CALLS_AT_ONCE


def test_a_step_in_which_nothing_can_be_exported_does_not_end_the_others(boss, orderflow):
    bundles = [make_product(type_id=Product.Type.BUNDLE) for _ in range(CALLS_AT_ONCE)]
    products = make_due_products(make_shop(orderflow), 2)
    answer = choose(boss, PRODUCTS, "export_selected", bundles + products, confirmed="yes")

    last = boss.post(PRODUCTS, hidden_fields(answer))

    assert texts(last) == [
        "Error Exporting Product(s) to OrderFlow: This product cannot be exported."
        " OrderFlow only supports simple product types.",
        "Exported 2 product(s) to OrderFlow with 40 failures.",
    ]


def test_reset_tells_the_true_number(boss, orderflow):
    website = make_shop(orderflow)
    products = make_due_products(website, 2)
    ProductWebsite.objects.update(orderflow_export_status="Exported", orderflow_due_at=None)
    products.append(make_product(type_id=Product.Type.GROUPED))

    question = choose(boss, PRODUCTS, "reset_selected", products).content.decode()
    answer = choose(boss, PRODUCTS, "reset_selected", products, confirmed="yes")

    assert "Reset Product Export Status?" in question
    assert texts(answer) == [
        "A total of 2 product(s) have had their OrderFlow export status reset."
    ]
    assert row(products[0], website).orderflow_export_status == ExportStatus.PENDING
    assert row(products[0], website).orderflow_due_at is not None


def test_export_queues_an_order_and_says_so(boss, orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, increment_id="000000005")
    address = f"{ORDERS}{order.pk}/export/"

    question = boss.get(address).content.decode()
    answer = boss.post(address)

    assert "Are you sure you wish to export this order?" in question
    assert texts(answer) == ["Order 000000005 has been queued for export to OrderFlow."]
    assert told(orderflow) == ["000000005"]


def test_a_selection_of_orders_is_exported(boss, orderflow):
    orders = make_due_orders(make_shop(orderflow), 2, items=[("24-MB01", 1)])

    answer = choose(boss, ORDERS, "export_selected", orders, confirmed="yes")

    assert texts(answer) == ["Exported 2 order(s) to OrderFlow with 0 failures."]
    assert sorted(told(orderflow)) == sorted(order.increment_id for order in orders)


def test_nothing_exportable_is_an_error(boss, orderflow):
    orders = make_due_orders(make_shop(orderflow), 1, is_virtual=True, items=[("24-MB01", 1)])

    answer = choose(boss, ORDERS, "export_selected", orders, confirmed="yes")

    assert texts(answer) == [
        "Error Exporting Order(s) to OrderFlow: You cannot export a virtual order to OrderFlow."
    ]


def test_cancelling_a_queued_order_asks_orderflow_first(boss, orderflow):
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1, items=[("24-MB01", 1)], invoiced=False)
    boss.post(f"{ORDERS}{order.pk}/export/")
    orderflow.heard.clear()
    orderflow.answers = [Answer(status=500)]

    answer = boss.post(f"{ORDERS}{order.pk}/cancel/")

    order.refresh_from_db()
    assert len(orderflow.heard) == 1
    assert order.status != Order.Status.CANCELED
    assert texts(answer)[-1].startswith("Order cancellation failed.")


def test_the_right_to_export_is_one_of_its_own(viewer_of_products, exporter, orderflow):
    website = make_shop(orderflow)
    [product], [order] = make_due_products(website, 1), make_due_orders(website, 1)
    addresses = [f"{PRODUCTS}{product.pk}/export/", f"{ORDERS}{order.pk}/export/"]

    refused = {viewer_of_products.post(address).status_code for address in addresses}
    choose(viewer_of_products, PRODUCTS, "export_selected", [product], confirmed="yes")
    heard_before = len(orderflow.heard)
    allowed = {exporter.post(address).status_code for address in addresses}

    assert refused == {403}
    assert heard_before == 0
    assert allowed == {302}
    assert len(orderflow.heard) == 2


def test_who_may_not_export_is_offered_nothing(viewer, orderflow):
    website = make_shop(orderflow)
    [product], [order] = make_due_products(website, 1), make_due_orders(website, 1)

    pages = [
        viewer.get(address).content.decode()
        for address in (f"{PRODUCTS}{product.pk}/change/", f"{ORDERS}{order.pk}/change/")
    ]

    assert not any("/export/" in page for page in pages)


def test_an_export_by_get_or_without_the_pages_token_calls_nobody(orderflow):
    [product] = make_due_products(make_shop(orderflow), 1)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_operator("boss", "view", "change", "export"))
    address = f"{PRODUCTS}{product.pk}/export/"

    statuses = [client.get(address).status_code, client.post(address).status_code]

    assert statuses == [200, 403]
    assert isinstance(orderflow, FakeOrderFlow)
    assert orderflow.heard == []
