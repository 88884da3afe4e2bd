"""The history of what OrderFlow sent, imports and their lines; and held mass changes."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext as _

from imports.helping import ArrivalWake, ImportHelper
from imports.waiting import IgnoredSku, SkuAlias, WaitingSku
from orderflow_bridge.common.choices import Entity, Operation, RequestType, Result
from orderflow_bridge.common.fields import MoneyField, QuantityField, SeldomQuantityField
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.request_queue.history import History, HistoryLine
from orderflow_bridge.request_queue.models import Request

__all__ = (
    "ArrivalWake",
    "IgnoredSku",
    "Import",
    "ImportHelper",
    "ImportLine",
    "ImportRequest",
    "InventoryImport",
    "MassChange",
    "ShipmentImport",
    "SkuAlias",
    "StockWatch",
    "WaitingSku",
)


class ImportRequestManager(models.Manager["ImportRequest"]):
    """Requests that came in."""

    def get_queryset(self) -> models.QuerySet["ImportRequest"]:
        return super().get_queryset().filter(type=RequestType.IMPORT)


class ImportRequest(Request):
    """A stock or despatch message in the queue: the menu entry "OrderFlow Imports → Requests"."""

    objects: ClassVar[ImportRequestManager] = ImportRequestManager()

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("import request")
        permissions = (("process_importrequest", "Process"), ("replay_importrequest", "Replay"))


class Import(History):
    """The report on one processed import request."""

    type = RequestType.IMPORT

    discarded = models.PositiveIntegerField(default=0, db_default=0)
    request = models.ForeignKey(
        Request, null=True, on_delete=models.SET_NULL, related_name="imports", db_constraint=False
    )

    class Meta(History.Meta):
        indexes = (
            models.Index(fields=("entity", "id"), name="import_entity"),
            models.Index(fields=("created_at",), name="import_created"),
            models.Index(
                fields=("message_id",), name="import_message_id", opclasses=("varchar_pattern_ops",)
            ),
            models.Index(
                fields=("id", "entity"),
                condition=models.Q(failures__gt=0),
                name="import_failures",
            ),
        )


class InventoryImportManager(models.Manager["InventoryImport"]):
    """Reports on stock messages."""

    def get_queryset(self) -> models.QuerySet["InventoryImport"]:
        return super().get_queryset().filter(entity=Entity.INVENTORY)


class InventoryImport(Import):
    """The menu entry "OrderFlow Imports → Inventory", with its own rights (docs/security.md)."""

    objects: ClassVar[InventoryImportManager] = InventoryImportManager()

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("inventory import")
        permissions = (
            ("requeue_inventoryimport", "Requeue failed lines"),
            ("restore_inventoryimport", "Put old figures back"),
        )


class ShipmentImportManager(models.Manager["ShipmentImport"]):
    """Reports on despatch messages."""

    def get_queryset(self) -> models.QuerySet["ShipmentImport"]:
        return super().get_queryset().filter(entity=Entity.SHIPMENT)


class ShipmentImport(Import):
    """The menu entry "OrderFlow Imports → Shipments", with rights of its own."""

    objects: ClassVar[ShipmentImportManager] = ShipmentImportManager()

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("shipment import")
        permissions = (
            ("requeue_shipmentimport", "Requeue failed lines"),
            ("settle_shipmentimport", "Mark as settled"),
        )


class ImportLine(HistoryLine):
    """One line of an import, with the figures that led to its result.

    On PostgreSQL the table is partitioned by day, so that cleaning drops partitions instead of
    deleting rows, its columns have an order that wastes no byte, and `id`, the key for Django, has
    a plain index (docs/decisions/history-by-day.md). The texts of Success, Duplicate and Superseded
    are rendered from the columns; only a failure stores its reason, and others what was remarkable
    about them.
    """

    parent = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="lines", db_constraint=False, db_index=False
    )
    source_code = models.CharField(max_length=64, blank=True, default="")
    units_received = QuantityField(gettext_lazy("Units Received"), null=True)
    units_quoted = SeldomQuantityField(gettext_lazy("Units Adjusted (Quotes)"), null=True)
    units_unsent = SeldomQuantityField(gettext_lazy("Units Adjusted (Queued)"), null=True)
    units_reserved = QuantityField(gettext_lazy("Units Adjusted (Reservations)"), null=True)
    # None where no safety stock was kept.
    units_safety = QuantityField(gettext_lazy("Safety Stock"), null=True)
    units_applied = QuantityField(gettext_lazy("Updated Stock Qty"), null=True)
    # What was there before OrderFlow's figure replaced it.
    units_before = QuantityField(null=True)
    other_sequence_id = models.BigIntegerField(null=True)

    class Meta(HistoryLine.Meta):
        indexes = (
            # Items that ran out of stock: few, looked up by their newest (docs/stock.md).
            models.Index(
                fields=("source_code", "created_at"),
                condition=models.Q(result=Result.SUCCESS, units_before__gt=0, units_applied__lte=0),
                name="import_line_ran_out",
            ),
            # On PostgreSQL one index of block ranges serves these two (migration 0010): lines are
            # written report by report, and sequence ids rise.
            models.Index(fields=("parent",), name="import_line_parent"),
            models.Index(fields=("sequence_id",), name="import_line_sequence"),
            # What begins with a text, SKU by SKU. Without the key, so that the lines of one SKU
            # share an entry; those of one are sorted when they are read.
            models.Index(
                fields=("reference",),
                name="import_line_reference",
                opclasses=("text_pattern_ops",),
            ),
            models.Index(
                fields=("result", "id"),
                condition=~models.Q(result=Result.SUCCESS),
                name="import_line_troubled",
            ),
            models.Index(
                fields=("result", "reference", "-id"),
                condition=~models.Q(result=Result.SUCCESS),
                name="import_line_trouble_by_ref",
                opclasses=("int2_ops", "text_pattern_ops", "int8_ops"),
            ),
        )

    @property
    def message(self) -> str:
        """The guide's text for this line."""
        if self.result == Result.FAILURE:
            return self.reason
        if self.parent.entity == Entity.SHIPMENT:
            return self._shipment_message()
        return self._inventory_message()

    def _inventory_message(self) -> str:
        if self.result == Result.DUPLICATE:
            return _("Duplicate Inventory Request Ignored.")
        if self.result == Result.DISCARDED:
            return _(
                "Product quantity update to %(units)s discarded: it was part of a mass change."
            ) % {"units": plain(self.units_received or Decimal(0))}
        if self.result == Result.SUPERSEDED:
            return _(
                "Product quantity update to %(units)s discarded as already superseded by"
                " inventory record %(number)s"
            ) % {
                "units": plain(self.units_received or Decimal(0)),
                "number": self.other_sequence_id,
            }
        if self.parent.operation == Operation.RESTORE:
            told = {"units": plain(self.units_applied or Decimal(0)), "user": self.reason}
            if self.reason:
                return _("Product Quantity Put Back to %(units)s by %(user)s") % told
            return _("Product Quantity Put Back to %(units)s") % told
        if self.parent.operation == Operation.RECONCILE:
            return _("Product Quantity Corrected to %(units)s") % {
                "units": plain(self.units_applied or Decimal(0))
            }
        units = plain(self.units_applied or Decimal(0))
        # What a plugin has changed about it.
        remark = f". {self.reason}" if self.reason else ""
        updated = _("Product Quantity Successfully Updated to %(units)s") % {"units": units}
        return f"{updated}{remark}"

    def _shipment_message(self) -> str:
        if self.result == Result.DUPLICATE:
            return _("Duplicate Shipment Line Ignored.")
        shipped = _("Order %(number)s successfully shipped.") % {"number": self.reference}
        return f"{shipped} {self.reason}".rstrip()


class StockWatch(models.Model):
    """What is known of a source without counting: by it a batch tells whether to look closer.

    `in_stock` is how many of its items had stock at `counted_at`. Until `approved_until` somebody
    has approved that items run out; what ran out before does not count afterwards.
    """

    source_code = models.CharField(max_length=64, primary_key=True)
    in_stock = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    approved_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.source_code


class MassChange(models.Model):
    """Stock messages that were held because they would take too much out of stock (docs/stock.md).

    `sources` are, per source, what mass_changes.SourceChange says. `items`, `units` and `value` are
    what these messages alone would take; `largest` are the products that sold most of late.
    `request_ids` are the messages.
    """

    class Decision(models.TextChoices):
        OPEN = "", gettext_lazy("Held")
        APPLIED = "applied", gettext_lazy("Applied")
        DISCARDED = "discarded", gettext_lazy("Discarded")

    held_at = models.DateTimeField(gettext_lazy("Held"))
    summary = models.TextField()
    sources = models.JSONField(default=list)
    items = models.PositiveIntegerField(gettext_lazy("Items"))
    units = models.DecimalField(gettext_lazy("Units"), max_digits=20, decimal_places=4)
    value = MoneyField(gettext_lazy("Value"))
    largest = models.JSONField(default=list)
    request_ids = models.JSONField(default=list)
    message_ids = models.TextField(gettext_lazy("Messages"), blank=True, default="")
    received_by = models.TextField(gettext_lazy("Received From"), blank=True, default="")
    decision = models.CharField(choices=Decision, max_length=9, blank=True, default="")
    decided_at = models.DateTimeField(gettext_lazy("Decided"), null=True)
    decided_by = models.CharField(
        gettext_lazy("Decided By"), max_length=150, blank=True, default=""
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = gettext_lazy("mass change")
        permissions = (("decide_masschange", "Apply, discard and undo"),)
        indexes = (models.Index(fields=("decision",), name="mass_change_decision"),)

    def __str__(self) -> str:
        return f"Mass Change #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return not self.decision

    @property
    def source_codes(self) -> list[str]:
        """The sources that would run out."""
        return [each["source_code"] for each in self.sources]
