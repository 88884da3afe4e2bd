"""Where stock lies and how much of it is promised: multi-source inventory (docs/stock.md)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.fields import QuantityField
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model
from orderflow_bridge.stores.models import Website

DEFAULT_SOURCE = "default"


class Source(models.Model):
    """A place that holds stock: a warehouse, a shop."""

    source_code = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=255)
    enabled = models.BooleanField(default=True)
    country_id = models.CharField(_("country"), max_length=2, blank=True, default="")
    postcode = models.CharField(max_length=32, blank=True, default="")
    extra = models.JSONField(
        default=dict, blank=True, help_text=_("Magento's further fields of a source, by name.")
    )

    class Meta:
        ordering = ("source_code",)

    def __str__(self) -> str:
        return self.name


class Stock(models.Model):
    """What one or more websites sell from: the sum of its sources."""

    name = models.CharField(max_length=255, unique=True)
    sources = models.ManyToManyField(Source, through="StockSourceLink", related_name="stocks")
    websites = models.ManyToManyField(Website, blank=True, related_name="stocks")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class StockSourceLink(models.Model):
    """A source that a stock draws from; lower priority numbers first."""

    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="source_links")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="stock_links")
    priority = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("stock", "priority")
        constraints = (
            models.UniqueConstraint(fields=("stock", "source"), name="inventory_link_once"),
        )

    def __str__(self) -> str:
        return f"{self.stock} ← {self.source}"


class SourceItem(models.Model):
    """The quantity of one product at one source, and the newest OrderFlow figure behind it.

    `last_sequence_id` is what protects from stale and repeated stock messages, so it lives here and
    not in the history, which is cleaned (docs/decisions/sequence-marks.md). NULL: OrderFlow never
    counted it. `last_received` is that figure as it came; what was made of it is `quantity`. No
    index on quantity or status: it would halve the speed of every stock update
    (docs/decisions/stock-in-sql.md).
    """

    class Status(models.IntegerChoices):
        OUT_OF_STOCK = 0, _("Out of Stock")
        IN_STOCK = 1, _("In Stock")

    # The unique constraint serves look-ups by product.
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="source_items", db_index=False
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="items",
        db_column="source_code",
        db_index=False,
    )
    quantity = QuantityField(default=0)
    status = models.PositiveSmallIntegerField(choices=Status, default=Status.OUT_OF_STOCK)
    last_sequence_id = models.BigIntegerField(null=True, blank=True, editable=False)
    last_received = QuantityField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        # Django's own for a text would be two.
        indexes = (models.Index(fields=("source",), name="inventory_item_source"),)
        constraints = (
            models.UniqueConstraint(
                fields=("product", "source"), name="inventory_item_once_per_source"
            ),
        )

    def __str__(self) -> str:
        return f"{self.product} @ {self.source_id}"


class StockSettings(models.Model):
    """What a product's stock item says otherwise than the configuration; NULL follows it.

    A table of its own, mostly empty: a stock message reads it along without touching products.
    `others` are the settings that a shop asks for and nothing here obeys, by Magento's names.
    """

    class Backorders(models.IntegerChoices):
        NO = 0, _("No Backorders")
        ALLOWED = 1, _("Allow Qty Below 0")
        NOTIFIED = 2, _("Allow Qty Below 0 and Notify Customer")

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="stock_settings"
    )
    min_qty = QuantityField(_("Out-of-Stock Threshold"), null=True, blank=True)
    backorders = models.PositiveSmallIntegerField(choices=Backorders, null=True, blank=True)
    others = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = _("stock settings")

    def __str__(self) -> str:
        return str(self.product)


class LowQuantity(models.Model):
    """From how few units on a shop calls a source item low; NULL follows the default.

    A table of its own, mostly empty, beside the one that every stock message writes.
    """

    source_item = models.OneToOneField(
        SourceItem, on_delete=models.CASCADE, primary_key=True, related_name="low_quantity"
    )
    qty = QuantityField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = _("low quantities")

    def __str__(self) -> str:
        return str(self.source_item)


class Reservation(models.Model):
    """Units promised to an order (negative) or given back (positive). Append-only.

    `order_id` is the order that made the promise: the stock import needs to know which reservations
    OrderFlow has already taken off (docs/contract/shop-rules.md, "Adjustments").
    """

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="reservations")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reservations")
    quantity = QuantityField()
    order_id = models.BigIntegerField(null=True, blank=True)
    event = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("product", "stock"),
                include=("quantity", "order_id"),
                name="inventory_reserved",
            ),
            models.Index(fields=("order_id",), name="inventory_reserved_order"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(quantity=0), name="inventory_reservation_not_zero"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"


class Deduction(models.Model):
    """Units taken off a source item when an order was placed, in classic mode (docs/stock.md).

    `quantity` is what the order still holds, what it shipped included. `sequence_id` tells the
    figure that they were taken off: OrderFlow's next one replaces the quantity, and whatever is
    given back later must not be added to a figure that never lacked it.
    """

    order_id = models.BigIntegerField(db_index=True)
    source_item = models.ForeignKey(SourceItem, on_delete=models.CASCADE, related_name="deductions")
    quantity = QuantityField()
    sequence_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("order_id", "source_item"), name="inventory_deduction_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} × {self.source_item_id} for order {self.order_id}"


name_model(
    Source,
    _("source"),
    _("sources"),
    source_code=_("source code"),
    name=_("name"),
    enabled=_("enabled"),
    postcode=_("postcode"),
    extra=_("extra"),
)
name_model(Stock, _("stock"), _("stocks"), name=_("name"), websites=_("websites"))
name_model(
    StockSourceLink,
    _("stock source link"),
    _("stock source links"),
    source=_("source"),
    priority=_("priority"),
)
name_model(
    SourceItem,
    _("source item"),
    _("source items"),
    product=_("product"),
    source=_("source"),
    quantity=_("quantity"),
    status=_("status"),
)
name_model(Reservation, _("reservation"), _("reservations"), stock=_("stock"), event=_("event"))
