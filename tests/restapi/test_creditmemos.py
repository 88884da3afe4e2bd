"""Credit memos, invoices by document, transactions and the directory: Magento's documents."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.models import CreditMemo, Invoice, Order, OrderPayment
from tests.carts import make_sold
from tests.restapi.shop import Script, an_order, criteria

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(script: Script) -> Any:
    """An order of two units with tax and shipping, that is not invoiced yet."""
    make_sold("A", 10)
    row = {"sku": "A", "qty_ordered": 2, "price": 10, "tax_amount": 4, "row_total": 20}
    return script.post("orders", an_order(row, tax_amount=4, grand_total=29))


def test_an_invoice_is_made_of_a_document_and_its_remarks(script: Script, order: Any) -> None:
    [row] = order["items"]
    made = script.post(
        "invoices",
        {
            "entity": {
                "order_id": order["entity_id"],
                "base_grand_total": 1,
                "items": [{"order_item_id": row["item_id"], "qty": 1}],
                "comments": [{"comment": "First half", "is_visible_on_front": 1}],
            }
        },
    )
    address = f"invoices/{made['entity_id']}"
    entity = {"parent_id": made["entity_id"], "comment": "Late", "is_customer_notified": 1}
    script.post("invoices/comments", {"entity": entity})

    comments = script.get(f"{address}/comments")

    assert made["total_qty"] == 1
    assert [
        (each["comment"], each["is_customer_notified"], each["is_visible_on_front"])
        for each in comments["items"]
    ] == [("First half", 0, 1), ("Late", 1, 0)]
    assert OutgoingMail.objects.filter(text__contains="Late").count() == 1
    assert script.refused("POST", f"{address}/void") == "The void action is not available."
    assert script.post(f"{address}/capture") is True


def test_capturing_an_open_invoice_pays_it_once(script: Script, order: Any) -> None:
    invoice = invoice_order(order["entity_id"], is_paid=False)

    for _ in range(2):
        assert script.post(f"invoices/{invoice.pk}/capture") is True

    invoice.refresh_from_db()
    assert invoice.state == Invoice.State.PAID
    assert Order.objects.get().total_paid == invoice.grand_total


def test_a_credit_memo_is_a_document_with_its_remarks(script: Script, order: Any) -> None:
    script.post(f"order/{order['entity_id']}/invoice", {})
    [row] = order["items"]

    made = script.post(
        "creditmemo",
        {
            "entity": {
                "order_id": order["entity_id"],
                "items": [{"order_item_id": row["item_id"], "qty": 1}],
                "shipping_amount": 0,
                "adjustment_positive": 1,
                "comments": [{"comment": "Broken"}],
            }
        },
    )

    amounts = {
        "subtotal": 10,
        "tax_amount": 2,
        "adjustment": 1,
        "adjustment_positive": 1,
        "adjustment_negative": 0,
        "grand_total": 13,
        "subtotal_incl_tax": 12,
        "base_grand_total": 13,
        "shipping_amount": 0,
    }
    assert {name: made[name] for name in amounts} == amounts
    [item] = made["items"]
    assert (item["sku"], item["qty"], item["row_total"], item["order_item_id"]) == (
        *("A", 1, 10),
        row["item_id"],
    )
    assert [each["comment"] for each in made["comments"]] == ["Broken"]
    assert script.get(f"creditmemo/{made['entity_id']}") == made
    found = script.get(f"creditmemos?{criteria(order_id=order['entity_id'])}")
    assert found["items"] == [made]
    assert script.post(f"creditmemo/{made['entity_id']}/emails") is True
    assert script.refused("PUT", f"creditmemo/{made['entity_id']}") == (
        "You can not cancel Credit Memo."
    )
    comments = script.get(f"creditmemo/{made['entity_id']}/comments")
    assert comments["total_count"] == 1


def test_an_invoice_is_refunded_once(script: Script, order: Any) -> None:
    [row] = order["items"]
    units = [{"order_item_id": row["item_id"], "qty": 1}]
    first = script.post(f"order/{order['entity_id']}/invoice", {"items": units})
    script.post(f"order/{order['entity_id']}/invoice", {})
    nothing = {"arguments": {"shipping_amount": 0}}

    memo_id = script.post(f"invoice/{first}/refund", nothing)

    assert CreditMemo.objects.get(pk=memo_id).total_qty == 1
    other = {"items": [{"order_item_id": 999, "qty": 1}]}
    assert script.refused("POST", f"invoice/{first}/refund", other).startswith(
        "Creditmemo Document Validation Error(s):\nThe creditmemo contains product SKU"
    )


def test_credit_memos_cost_the_same_however_many_there_are(script: Script, order: Any) -> None:
    script.post(f"order/{order['entity_id']}/invoice", {})
    [row] = order["items"]

    def cost() -> int:
        entity = {
            "order_id": order["entity_id"],
            "items": [{"order_item_id": row["item_id"], "qty": 1}],
            "shipping_amount": 0,
        }
        script.post("creditmemo", {"entity": entity})
        with CaptureQueriesContext(connection) as found:
            script.get("creditmemos?searchCriteria")
        return len(found)

    assert cost() == cost()


def test_transactions_are_what_payments_name(script: Script, order: Any) -> None:
    OrderPayment.objects.update(last_trans_id="CC-1")

    [found] = script.get(f"transactions?{criteria(txn_id='CC-1')}")["items"]

    assert (found["txn_id"], found["order_id"], found["txn_type"]) == (
        "CC-1",
        order["entity_id"],
        "authorization",
    )
    assert script.get(f"transactions/{found['transaction_id']}") == found


def test_the_directory_is_open_to_everybody(script: Script) -> None:
    script.token = "none"

    michigan = {"id": "33", "code": "MI", "name": "Michigan"}
    assert michigan in script.get("directory/countries/US")["available_regions"]
    assert script.get("directory/countries/DE") == {
        "id": "DE",
        "two_letter_abbreviation": "DE",
        "three_letter_abbreviation": "DEU",
        "full_name_locale": "Germany",
        "full_name_english": "Germany",
    }
    assert len(script.get("directory/countries")) == 249
    assert script.get("directory/currency") == {
        "base_currency_code": "USD",
        "base_currency_symbol": "$",
        "default_display_currency_code": "USD",
        "default_display_currency_symbol": "$",
        "available_currency_codes": ["USD"],
        "exchange_rates": [{"currency_to": "USD", "rate": 1}],
    }
