"""An invoice as a document (salesInvoiceRepositoryV1).

Amounts in the base currency are told where the order's two currencies are one. What the bridge
never has, as taxes that a discount made up for, is zero.
"""

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from orderflow_bridge.common.numbers import cents
from orderflow_bridge.documents.order_records import twins
from orderflow_bridge.documents.orders import add_base_twins, currencies
from orderflow_bridge.documents.records import Document, Many, floats, ints, record, texts
from orderflow_bridge.documents.remarks import INVOICE_COMMENT, invoice_comment
from orderflow_bridge.sales.models import Invoice, InvoiceItem, OrderAddress

_NOTHING = Decimal(0)

INVOICE_ITEM = record(
    "SalesDataInvoiceItemInterface",
    ints("entity_id parent_id order_item_id product_id"),
    texts("sku name description additional_data"),
    floats("qty"),
    twins(
        "price row_total price_incl_tax row_total_incl_tax tax_amount discount_amount"
        " discount_tax_compensation_amount"
    ),
    required="sku order_item_id qty",
)
INVOICE = record(
    "SalesDataInvoiceInterface",
    ints("entity_id order_id store_id billing_address_id shipping_address_id state email_sent"),
    ints("can_void_flag is_used_for_refund"),
    texts(
        "increment_id created_at updated_at base_currency_code global_currency_code"
        " order_currency_code store_currency_code transaction_id discount_description"
    ),
    floats("total_qty"),
    twins(
        "grand_total subtotal subtotal_incl_tax shipping_amount shipping_incl_tax"
        " shipping_tax_amount tax_amount discount_amount discount_tax_compensation_amount"
        " shipping_discount_tax_compensation_amount"
    ),
    floats("base_to_global_rate base_to_order_rate store_to_base_rate store_to_order_rate"),
    floats("base_total_refunded"),
    {"items": Many(INVOICE_ITEM), "comments": Many(INVOICE_COMMENT)},
    required="total_qty items",
)


def invoice_list(invoices: "QuerySet[Invoice]") -> list[Document]:
    """Return the documents of these invoices, in their order: four queries, however many."""
    items = Prefetch("items", InvoiceItem.objects.select_related("order_item").order_by("pk"))
    return [
        invoice_fields(invoice)
        for invoice in invoices.select_related("order").prefetch_related(
            items, "comments", "order__addresses"
        )
    ]


def invoice_fields(invoice: Invoice) -> Document:
    """Return the document of an invoice, which should come with its items and order."""
    order = invoice.order
    addresses = {address.address_type: address.pk for address in order.addresses.all()}
    shipping_tax = invoice.shipping_tax_amount
    values: dict[str, Any] = {
        **currencies(order),
        "entity_id": invoice.pk,
        "increment_id": invoice.increment_id,
        "order_id": order.pk,
        "store_id": order.store_id,
        "billing_address_id": addresses.get(OrderAddress.Type.BILLING),
        "shipping_address_id": addresses.get(OrderAddress.Type.SHIPPING),
        "state": invoice.state,
        "email_sent": invoice.email_sent,
        "can_void_flag": False,
        "discount_description": order.discount_description,
        "total_qty": invoice.total_qty,
        "subtotal": invoice.subtotal,
        "subtotal_incl_tax": invoice.subtotal + invoice.tax_amount - shipping_tax,
        "tax_amount": invoice.tax_amount,
        "discount_amount": invoice.discount_amount,
        "discount_tax_compensation_amount": _NOTHING,
        "shipping_amount": invoice.shipping_amount,
        "shipping_incl_tax": invoice.shipping_amount + shipping_tax,
        "shipping_tax_amount": shipping_tax,
        "shipping_discount_tax_compensation_amount": _NOTHING,
        "grand_total": invoice.grand_total,
        "created_at": invoice.created_at,
        "updated_at": invoice.created_at,
    }
    add_base_twins(values, INVOICE, order)
    return INVOICE.of(
        values
        | {
            "items": [_item(item, invoice) for item in invoice.items.all()],
            "comments": [
                invoice_comment(comment)
                for comment in sorted(invoice.comments.all(), key=lambda each: each.pk)
            ],
        }
    )


def _item(item: InvoiceItem, invoice: Invoice) -> Document:
    unit_tax = item.tax_amount / item.qty if item.qty else _NOTHING
    price = item.order_item.price
    values: dict[str, Any] = {
        "entity_id": item.pk,
        "parent_id": item.invoice_id,
        "order_item_id": item.order_item_id,
        "product_id": item.order_item.product_id,
        "sku": item.sku,
        "name": item.name,
        "qty": item.qty,
        "price": price,
        "price_incl_tax": item.order_item.price_incl_tax or cents(price + unit_tax),
        "row_total": item.row_total,
        "row_total_incl_tax": item.row_total + item.tax_amount,
        "tax_amount": item.tax_amount,
        "discount_amount": item.discount_amount,
        "discount_tax_compensation_amount": _NOTHING,
    }
    add_base_twins(values, INVOICE_ITEM, invoice.order)
    return INVOICE_ITEM.of(values)
