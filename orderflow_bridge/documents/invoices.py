"""An invoice as a document (salesInvoiceRepositoryV1)."""

from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from orderflow_bridge.documents.records import Document, Many, floats, ints, record, texts
from orderflow_bridge.documents.search import Columns, columns_of
from orderflow_bridge.sales.models import Invoice, InvoiceItem, Order, OrderAddress

INVOICE_ITEM = record(
    "SalesDataInvoiceItemInterface",
    ints("entity_id parent_id order_item_id product_id"),
    texts("sku name"),
    floats("qty price base_price row_total base_row_total price_incl_tax row_total_incl_tax"),
    required="sku order_item_id qty",
)
INVOICE = record(
    "SalesDataInvoiceInterface",
    ints("entity_id order_id store_id billing_address_id shipping_address_id state email_sent"),
    texts(
        "increment_id created_at updated_at base_currency_code global_currency_code"
        " order_currency_code store_currency_code"
    ),
    floats(
        "total_qty grand_total base_grand_total subtotal base_subtotal subtotal_incl_tax"
        " shipping_amount base_shipping_amount tax_amount base_tax_amount discount_amount"
        " base_discount_amount"
    ),
    {"items": Many(INVOICE_ITEM)},
    required="total_qty items",
)
INVOICE_COLUMNS: Columns = columns_of(Invoice, entity_id="id", store_id="order__store_id")


def invoice_list(invoices: "QuerySet[Invoice]") -> list[Document]:
    """Return the documents of these invoices, in their order: three queries, however many."""
    items = Prefetch("items", InvoiceItem.objects.select_related("order_item").order_by("pk"))
    return [
        invoice_fields(invoice)
        for invoice in invoices.select_related("order").prefetch_related(items, "order__addresses")
    ]


def invoice_fields(invoice: Invoice) -> Document:
    """Return the document of an invoice, which should come with its items and order."""
    order, items = invoice.order, list(invoice.items.all())
    addresses = {address.address_type: address.pk for address in order.addresses.all()}
    subtotal = sum((item.row_total for item in items), Decimal(0))
    return INVOICE.of(
        {
            "entity_id": invoice.pk,
            "increment_id": invoice.increment_id,
            "order_id": order.pk,
            "store_id": order.store_id,
            "billing_address_id": addresses.get(OrderAddress.Type.BILLING),
            "shipping_address_id": addresses.get(OrderAddress.Type.SHIPPING),
            "state": invoice.state,
            "total_qty": invoice.total_qty,
            "subtotal": subtotal,
            "grand_total": invoice.grand_total,
            "base_grand_total": _base(order, invoice.grand_total),
            "base_subtotal": _base(order, subtotal),
            "base_currency_code": order.base_currency_code,
            "order_currency_code": order.order_currency_code,
            "created_at": invoice.created_at,
            "updated_at": invoice.created_at,
            "items": [_item(item) for item in items],
        }
    )


def _base(order: Order, amount: Decimal) -> Decimal | None:
    """Return an amount in the base currency, which is known where there is only one."""
    return amount if order.base_currency_code == order.order_currency_code else None


def _item(item: InvoiceItem) -> dict[str, object]:
    return {
        "entity_id": item.pk,
        "parent_id": item.invoice_id,
        "order_item_id": item.order_item_id,
        "product_id": item.order_item.product_id,
        "sku": item.sku,
        "name": item.name,
        "qty": item.qty,
        "price": item.order_item.price,
        "price_incl_tax": item.order_item.price_incl_tax,
        "row_total": item.row_total,
    }
