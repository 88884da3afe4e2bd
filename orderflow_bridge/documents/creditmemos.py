"""A credit memo as a document (salesCreditmemoRepositoryV1)."""

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from orderflow_bridge.documents.records import Document, Many, floats, ints, record, texts
from orderflow_bridge.documents.remarks import CREDITMEMO_COMMENT, creditmemo_comment
from orderflow_bridge.sales.models import (
    CreditMemo,
    CreditMemoItem,
    Order,
    OrderAddress,
)

_ITEM_AMOUNTS = "price price_incl_tax row_total row_total_incl_tax tax_amount discount_amount"
_AMOUNTS = (
    "adjustment adjustment_negative adjustment_positive discount_amount grand_total"
    " shipping_amount shipping_incl_tax shipping_tax_amount subtotal subtotal_incl_tax tax_amount"
)
CREDITMEMO_ITEM = record(
    "SalesDataCreditmemoItemInterface",
    ints("entity_id parent_id order_item_id product_id"),
    texts("sku name"),
    floats("qty"),
    floats(" ".join(f"{name} base_{name}" for name in _ITEM_AMOUNTS.split())),
    required="entity_id order_item_id qty",
)
CREDITMEMO = record(
    "SalesDataCreditmemoInterface",
    ints(
        "entity_id order_id invoice_id store_id billing_address_id shipping_address_id state"
        " creditmemo_status email_sent"
    ),
    texts(
        "increment_id transaction_id created_at updated_at base_currency_code"
        " global_currency_code order_currency_code store_currency_code discount_description"
    ),
    floats(" ".join(f"{name} base_{name}" for name in _AMOUNTS.split())),
    {"items": Many(CREDITMEMO_ITEM), "comments": Many(CREDITMEMO_COMMENT)},
    required="order_id items",
)


def creditmemo_list(memos: "QuerySet[CreditMemo]") -> list[Document]:
    """Return the documents of these memos, in their order: four queries, however many."""
    items = Prefetch("items", CreditMemoItem.objects.select_related("order_item").order_by("pk"))
    found = memos.select_related("order").prefetch_related(items, "comments", "order__addresses")
    return [_document(memo) for memo in found]


def _document(memo: CreditMemo) -> Document:
    order = memo.order
    addresses = {address.address_type: address.pk for address in order.addresses.all()}
    of_items = sum((item.tax_amount for item in memo.items.all()), Decimal(0))
    shipping_tax = memo.tax_amount - of_items
    amounts = {name: getattr(memo, name) for name in _AMOUNTS.split() if hasattr(memo, name)}
    amounts |= {
        "adjustment": memo.adjustment_positive - memo.adjustment_negative,
        "discount_amount": -memo.discount_amount,
        "shipping_tax_amount": shipping_tax,
        "shipping_incl_tax": memo.shipping_amount + shipping_tax,
        "subtotal_incl_tax": memo.subtotal + of_items,
    }
    return CREDITMEMO.of(
        _with_base(order, amounts)
        | {
            "entity_id": memo.pk,
            "increment_id": memo.increment_id,
            "order_id": order.pk,
            "store_id": order.store_id,
            "billing_address_id": addresses.get(OrderAddress.Type.BILLING),
            "shipping_address_id": addresses.get(OrderAddress.Type.SHIPPING),
            "state": memo.state,
            "base_currency_code": order.base_currency_code,
            "global_currency_code": order.base_currency_code,
            "store_currency_code": order.base_currency_code,
            "order_currency_code": order.order_currency_code,
            "created_at": memo.created_at,
            "updated_at": memo.created_at,
            "items": [_item(item, order) for item in memo.items.all()],
            "comments": [
                creditmemo_comment(comment)
                for comment in sorted(memo.comments.all(), key=lambda each: each.pk)
            ],
        }
    )


def _item(item: CreditMemoItem, order: Order) -> dict[str, Any]:
    amounts = {
        "price": item.price,
        "price_incl_tax": item.order_item.price_incl_tax,
        "row_total": item.row_total,
        "row_total_incl_tax": item.row_total + item.tax_amount,
        "tax_amount": item.tax_amount,
        "discount_amount": item.discount_amount,
    }
    return _with_base(order, amounts) | {
        "entity_id": item.pk,
        "parent_id": item.creditmemo_id,
        "order_item_id": item.order_item_id,
        "product_id": item.order_item.product_id,
        "sku": item.sku,
        "name": item.name,
        "qty": item.qty,
    }


def _with_base(order: Order, amounts: dict[str, Any]) -> dict[str, Any]:
    """Add the amounts in the base currency, which are known where there is only one."""
    if order.base_currency_code != order.order_currency_code:
        return dict(amounts)
    return amounts | {f"base_{name}": value for name, value in amounts.items()}
