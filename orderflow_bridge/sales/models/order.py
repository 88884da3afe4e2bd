"""Orders as Magento keeps them: state, status, items with quantities, addresses."""

from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus, OrderState, StatusCode
from orderflow_bridge.common.export_state import ExportState
from orderflow_bridge.common.fields import MoneyField, QuantityField
from orderflow_bridge.common.json_members import JsonNumber, JsonText
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model
from orderflow_bridge.sales.models.quote import PostalAddress
from orderflow_bridge.stores.models import Store, Website
from orderflow_bridge.stores.order_statuses import label_of


class Order(ExportState):
    """A sale. Filter on `status`, decide on `state` (docs/contract/shop-rules.md, "States")."""

    State = OrderState
    Status = StatusCode

    increment_id = models.CharField(_("Order #"), max_length=50, unique=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="orders")
    website = models.ForeignKey(
        Website, on_delete=models.PROTECT, related_name="orders", editable=False, db_index=False
    )
    state = models.CharField(max_length=32, choices=State, default=State.NEW)
    status = models.CharField(max_length=32, default=Status.PENDING.value)
    hold_before_state = models.CharField(max_length=32, blank=True, default="")
    hold_before_status = models.CharField(max_length=32, blank=True, default="")
    is_virtual = models.BooleanField(default=False)
    quote_id = models.BigIntegerField(null=True, blank=True)

    customer_email = models.EmailField(max_length=128)
    customer_firstname = models.CharField(max_length=128, blank=True, default="")
    customer_lastname = models.CharField(max_length=128, blank=True, default="")
    customer_is_guest = models.BooleanField(default=True)
    customer_group_id = models.PositiveIntegerField(default=0)
    customer_note = models.TextField(blank=True, default="")
    coupon_code = models.CharField(max_length=255, blank=True, default="")
    discount_description = models.CharField(max_length=255, blank=True, default="")

    shipping_method = models.CharField(max_length=120, blank=True, default="")
    shipping_description = models.CharField(max_length=255, blank=True, default="")
    order_currency_code = models.CharField(max_length=3, default="USD")
    base_currency_code = models.CharField(max_length=3, default="USD")

    subtotal = MoneyField(default=0)
    subtotal_incl_tax = MoneyField(default=0)
    shipping_amount = MoneyField(default=0)
    shipping_incl_tax = MoneyField(default=0)
    shipping_tax_amount = MoneyField(default=0)
    discount_amount = MoneyField(default=0)
    tax_amount = MoneyField(default=0)
    grand_total = MoneyField(default=0)
    base_grand_total = MoneyField(default=0)
    total_invoiced = MoneyField(default=0)
    total_paid = MoneyField(default=0)
    total_refunded = MoneyField(default=0)
    total_canceled = MoneyField(default=0)
    total_qty_ordered = QuantityField(default=0)
    weight = models.DecimalField(max_digits=12, decimal_places=4, default=0)
    email_sent = models.BooleanField(default=False)
    extra = models.JSONField(
        default=dict, blank=True, help_text=_("Magento's rarer order fields, by name.")
    )

    orderflow_notice = models.CharField(
        max_length=500,
        blank=True,
        default="",
        help_text=_("What happened to the order here that OrderFlow has not been told."),
    )
    created_at = models.DateTimeField(_("Purchase Date"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-id",)
        permissions = (
            ("hold_order", "Hold and release"),
            ("cancel_order", "Cancel"),
            ("refund_order", "Refund"),
            ("create_order", "Create and reorder"),
            ("edit_order", "Edit addresses and shipping"),
            ("comment_order", "Comment"),
            ("email_order", "Send e-mails"),
            ("invoice_order", "Invoice"),
            ("ship_order", "Ship"),
            ("see_people", "See people's data"),
        )
        indexes = (
            # Order numbers are also found ignoring case.
            models.Index(Lower("increment_id"), name="sales_order_number_lower"),
            # By what an ERP and the shop know an order and its customer by.
            models.Index(JsonText("extra", "ext_order_id"), name="sales_order_ext_order"),
            models.Index(JsonText("extra", "ext_customer_id"), name="sales_order_ext_customer"),
            models.Index(JsonNumber("extra", "customer_id"), name="sales_order_customer"),
            # Unsent orders: recent, shippable, in configurable statuses.
            models.Index(
                fields=("created_at", "id"),
                condition=models.Q(is_virtual=False),
                name="sales_order_unsent",
            ),
            models.Index(fields=("status",), name="sales_order_status"),
            # Orders whose status never qualifies for an export must not be read past.
            models.Index(
                fields=("website", "status", "orderflow_due_at", "id"),
                condition=models.Q(orderflow_due_at__isnull=False, is_virtual=False),
                name="sales_order_due_by_status",
            ),
            # What was announced and not fetched, or has failed: few among many.
            models.Index(
                fields=("orderflow_export_status", "orderflow_due_at"),
                condition=models.Q(
                    orderflow_export_status__in=(ExportStatus.QUEUED, ExportStatus.FAILED)
                ),
                name="sales_order_held_up",
            ),
            # What OrderFlow has and somebody waits for: the open ones.
            models.Index(
                fields=("website", "orderflow_export_date"),
                condition=models.Q(
                    orderflow_export_status=ExportStatus.EXPORTED,
                    state__in=(OrderState.NEW, OrderState.PROCESSING),
                    is_virtual=False,
                ),
                name="sales_order_at_orderflow",
            ),
        )

    def __str__(self) -> str:
        return self.increment_id

    @property
    def status_label(self) -> str:
        """The status as a person reads it."""
        return label_of(self.status)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the order; its website is its store view's."""
        if self.website_id is None:
            self.website_id = self.store.website_id
        super().save(*args, **kwargs)


class DeletedOrder(models.Model):
    """What is left of an order that was deleted although OrderFlow had been told of it."""

    increment_id = models.CharField(_("Order #"), max_length=50)
    orderflow_export_status = models.CharField(_("Export Status (OF)"), max_length=16)
    deleted_by = models.CharField(max_length=150, blank=True, default="")
    deleted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.increment_id


class OrderItem(models.Model):
    """One row of an order. A configurable's child row hangs below its parent row.

    The parent row carries the quantities of shipping and invoicing, unless the parent's parts are
    shipped separately (docs/contract/shop-rules.md, "Quantities of a row"). Both rows of a
    configurable carry the child's SKU.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    parent_item = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    product = models.ForeignKey(
        Product,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="order_items",
        db_index=False,
    )
    sku = models.CharField("SKU", max_length=64)
    name = models.CharField(max_length=255)
    product_type = models.CharField(
        max_length=32, choices=Product.Type, default=Product.Type.SIMPLE
    )
    is_virtual = models.BooleanField(default=False)
    ship_separately = models.BooleanField(
        default=False, help_text=_("The parts of this bundle are shipped on their own.")
    )
    locked_do_ship = models.BooleanField(default=False)
    locked_do_invoice = models.BooleanField(default=False)

    qty_ordered = QuantityField(default=0)
    qty_invoiced = QuantityField(default=0)
    qty_shipped = QuantityField(default=0)
    qty_refunded = QuantityField(default=0)
    qty_canceled = QuantityField(default=0)

    price = MoneyField(default=0)
    original_price = MoneyField(default=0)
    price_incl_tax = MoneyField(default=0)
    row_total = MoneyField(default=0)
    row_total_incl_tax = MoneyField(default=0)
    tax_amount = MoneyField(default=0)
    tax_percent = models.DecimalField(max_digits=12, decimal_places=4, default=0)
    discount_amount = MoneyField(default=0)
    weight = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            # "How many units of these products are on orders?" without touching the table.
            models.Index(
                fields=("product",),
                include=("order", "qty_ordered", "qty_canceled"),
                name="sales_item_product",
            ),
        )

    def __str__(self) -> str:
        return f"{self.qty_ordered} × {self.sku}"


class OrderAddress(PostalAddress):
    """Where an order is billed or shipped to."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="addresses")

    class Meta:
        verbose_name_plural = _("order addresses")
        constraints = (
            models.UniqueConstraint(
                fields=("order", "address_type"), name="sales_one_address_per_type"
            ),
        )


class OrderPayment(models.Model):
    """How an order is paid."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="payment")
    method = models.CharField(max_length=128)
    title = models.CharField(max_length=255, blank=True, default="")
    last_trans_id = models.CharField(max_length=255, blank=True, default="")
    amount_ordered = MoneyField(default=0)
    amount_paid = MoneyField(default=0)
    extra = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.title or self.method


class OrderStatusHistory(models.Model):
    """A comment on an order, or a change of its status."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="status_histories")
    status = models.CharField(max_length=32, blank=True, default="")
    comment = models.TextField(blank=True, default="")
    entity_name = models.CharField(max_length=32, default="order")
    is_customer_notified = models.BooleanField(default=False)
    is_visible_on_front = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = _("order status history")

    def __str__(self) -> str:
        return self.comment or self.status


name_model(
    Order,
    _("order"),
    _("orders"),
    state=_("state"),
    status=_("status"),
    customer_email=_("customer email"),
    shipping_description=_("shipping description"),
    order_currency_code=_("order currency code"),
)
