"""What is made of an order: invoices, shipments, credit memos, and the counters behind numbers."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.common.fields import MoneyField, QuantityField
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model
from orderflow_bridge.sales.models.order import Order, OrderItem
from orderflow_bridge.stores.models import Store


class Sequence(models.Model):
    """The last number given out for one kind of document in one store view.

    Gaps are allowed; the same number twice is not.
    """

    class Document(models.TextChoices):
        ORDER = "order", _("Order")
        INVOICE = "invoice", _("Invoice")
        SHIPMENT = "shipment", _("Shipment")
        CREDIT_MEMO = "creditmemo", _("Credit Memo")

    document = models.CharField(max_length=16, choices=Document)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    last_value = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("document", "store"), name="sales_one_sequence"),
        )

    def __str__(self) -> str:
        return f"{self.document} {self.store_id}: {self.last_value}"


class Invoice(models.Model):
    """A bill for some or all items of an order. The first one of an order bears its shipping.

    The discount is below zero, as an order's is; the tax has that on shipping in it.
    """

    class State(models.IntegerChoices):
        OPEN = 1, _("Open")
        PAID = 2, _("Paid")
        CANCELED = 3, _("Canceled")

    increment_id = models.CharField(_("Invoice #"), max_length=50, unique=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="invoices")
    state = models.PositiveSmallIntegerField(choices=State, default=State.PAID)
    total_qty = QuantityField(default=0)
    subtotal = MoneyField(default=0)
    tax_amount = MoneyField(default=0)
    discount_amount = MoneyField(default=0)
    shipping_amount = MoneyField(default=0)
    shipping_tax_amount = MoneyField(default=0)
    grand_total = MoneyField(default=0)
    email_sent = models.BooleanField(default=False)
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
    tax_amount = MoneyField(default=0)
    discount_amount = MoneyField(default=0)

    def __str__(self) -> str:
        return f"{self.qty} × {self.sku}"


class InvoiceComment(models.Model):
    """A remark on an invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="comments")
    comment = models.TextField()
    is_customer_notified = models.BooleanField(default=False)
    is_visible_on_front = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("invoice comment")
        default_permissions = ()

    def __str__(self) -> str:
        return self.comment[:80]


class CreditMemo(models.Model):
    """Units and money of an order that were refunded.

    `adjustment_positive` is a refund beyond the units, `adjustment_negative` a fee taken off it.
    """

    class State(models.IntegerChoices):
        OPEN = 1, _("Pending")
        REFUNDED = 2, _("Refunded")
        CANCELED = 3, _("Canceled")

    increment_id = models.CharField(_("Credit Memo #"), max_length=50, unique=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="creditmemos")
    state = models.PositiveSmallIntegerField(choices=State, default=State.REFUNDED)
    total_qty = QuantityField(default=0)
    subtotal = MoneyField(default=0)
    discount_amount = MoneyField(default=0)
    tax_amount = MoneyField(default=0)
    shipping_amount = MoneyField(default=0)
    adjustment_positive = MoneyField(_("Adjustment Refund"), default=0)
    adjustment_negative = MoneyField(_("Adjustment Fee"), default=0)
    grand_total = MoneyField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("credit memo")

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
        verbose_name = _("credit memo item")

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
        verbose_name = _("credit memo comment")

    def __str__(self) -> str:
        return self.comment[:80]


class Despatch(models.Model):
    """A despatch message that has been booked: the memory that ships every message once.

    It belongs to the order, not to the history, so log cleaning cannot make an old message look new
    (docs/decisions/sequence-marks.md). The pair with the order keeps two OrderFlow instances apart
    that happen to count their messages alike. A message without an id is known by the digest of its
    content.
    """

    message_id = models.CharField(max_length=150)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="despatches")
    request_id = models.BigIntegerField(null=True, blank=True)
    # As OrderFlow sent them: what the shipping map may have a row for.
    courier = models.CharField(max_length=100, blank=True, default="")
    service = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "despatches"
        constraints = (
            models.UniqueConstraint(fields=("message_id", "order"), name="sales_despatch_once"),
        )

    def __str__(self) -> str:
        return f"Message {self.message_id}"


class Shipment(models.Model):
    """Goods that have left one source for one order."""

    increment_id = models.CharField(_("Shipment #"), max_length=50, unique=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    despatch = models.ForeignKey(
        Despatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="shipments"
    )
    source_code = models.CharField(max_length=64, default="default")
    total_qty = QuantityField(default=0)
    total_weight = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    email_sent = models.BooleanField(default=False)
    despatched_at = models.DateTimeField(
        _("Despatched"), null=True, blank=True, help_text=_("When OrderFlow despatched it.")
    )
    created_at = models.DateTimeField(_("Ship Date"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.increment_id


class ShipmentItem(models.Model):
    """Units of one order row in a shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="items")
    order_item = models.ForeignKey(
        OrderItem, on_delete=models.CASCADE, related_name="shipment_items"
    )
    sku = models.CharField("SKU", max_length=64)
    name = models.CharField(max_length=255)
    qty = QuantityField()
    price = MoneyField(default=0)
    weight = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.qty} × {self.sku}"


class ShipmentTrack(models.Model):
    """A parcel's tracking number, a text of any length as in Magento.

    A title that is longer than its column is whole in the description.
    """

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="tracks")
    track_number = models.TextField()
    title = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")
    carrier_code = models.CharField(max_length=32, default="custom")
    # A web address (carriers/links.py), or "".
    tracking_link = models.TextField(blank=True, default="")
    qty = QuantityField(null=True, blank=True)
    weight = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.track_number


class ShipmentComment(models.Model):
    """A remark on a shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="comments")
    comment = models.TextField()
    is_customer_notified = models.BooleanField(default=False)
    is_visible_on_front = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.comment[:80]


name_model(Invoice, _("invoice"), _("invoices"), state=_("state"))
name_model(CreditMemo, many=_("credit memos"), state=_("state"))
name_model(Shipment, _("shipment"), _("shipments"), source_code=_("source code"))
