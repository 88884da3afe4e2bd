"""Invoices. An order whose items are all invoiced and shipped is complete."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.common.fields import MoneyField, QuantityField
from orderflow_bridge.sales.models.order import Order, OrderItem


class Invoice(models.Model):
    """A bill for some or all items of an order."""

    class State(models.IntegerChoices):
        OPEN = 1, "Open"
        PAID = 2, "Paid"
        CANCELED = 3, "Canceled"

    increment_id = models.CharField("Invoice #", max_length=50, unique=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="invoices")
    state = models.PositiveSmallIntegerField(choices=State, default=State.PAID)
    total_qty = QuantityField(default=0)
    grand_total = MoneyField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.increment_id


class InvoiceItem(models.Model):
    """Units of one order row on an invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="items")
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.CASCADE, related_name="invoice_items"
    )
    sku = models.CharField("SKU", max_length=64)
    name = models.CharField(max_length=255)
    qty = QuantityField()
    row_total = MoneyField(default=0)

    def __str__(self) -> str:
        return f"{self.qty} × {self.sku}"
