"""Credit memos: what of an order was given back, not announced to OrderFlow."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.common.fields import MoneyField, QuantityField
from orderflow_bridge.sales.models.order import Order, OrderItem


class CreditMemo(models.Model):
    """Units and money of an order that were refunded.

    `adjustment_positive` is a refund beyond the units, `adjustment_negative` a fee taken off it.
    """

    class State(models.IntegerChoices):
        OPEN = 1, "Pending"
        REFUNDED = 2, "Refunded"
        CANCELED = 3, "Canceled"

    increment_id = models.CharField("Credit Memo #", max_length=50, unique=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="creditmemos")
    state = models.PositiveSmallIntegerField(choices=State, default=State.REFUNDED)
    total_qty = QuantityField(default=0)
    subtotal = MoneyField(default=0)
    discount_amount = MoneyField(default=0)
    tax_amount = MoneyField(default=0)
    shipping_amount = MoneyField(default=0)
    adjustment_positive = MoneyField("Adjustment Refund", default=0)
    adjustment_negative = MoneyField("Adjustment Fee", default=0)
    grand_total = MoneyField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        verbose_name = "credit memo"

    def __str__(self) -> str:
        return self.increment_id


class CreditMemoItem(models.Model):
    """Units of one order row on a credit memo."""

    creditmemo = models.ForeignKey(CreditMemo, on_delete=models.CASCADE, related_name="items")
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.CASCADE, related_name="creditmemo_items"
    )
    sku = models.CharField("SKU", max_length=64)
    name = models.CharField(max_length=255)
    qty = QuantityField()
    price = MoneyField(default=0)
    row_total = MoneyField(default=0)
    tax_amount = MoneyField(default=0)
    discount_amount = MoneyField(default=0)

    class Meta:
        verbose_name = "credit memo item"

    def __str__(self) -> str:
        return f"{self.qty} × {self.sku}"


class CreditMemoComment(models.Model):
    """A remark on a credit memo."""

    creditmemo = models.ForeignKey(CreditMemo, on_delete=models.CASCADE, related_name="comments")
    comment = models.TextField()
    is_customer_notified = models.BooleanField(default=False)
    is_visible_on_front = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "credit memo comment"

    def __str__(self) -> str:
        return self.comment[:80]
