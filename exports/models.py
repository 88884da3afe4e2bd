"""The history of what was told to OrderFlow, its endpoints, and what waits for it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, RequestType, Result
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy, name_model
from orderflow_bridge.request_queue.history import History, HistoryLine
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website

# Who may make exports happen: one right for products, one for orders.
EXPORT_PRODUCTS = "exports.export_products"
EXPORT_ORDERS = "exports.export_orders"
RIGHT_TO_EXPORT = {Entity.PRODUCT: EXPORT_PRODUCTS, Entity.ORDER: EXPORT_ORDERS}


class ExportRequestManager(models.Manager["ExportRequest"]):
    """Requests that went out, and OrderFlow's fetches."""

    def get_queryset(self) -> models.QuerySet["ExportRequest"]:
        return super().get_queryset().filter(type=RequestType.EXPORT)


class ExportRequest(Request):
    """An export in the queue: the menu entry "OrderFlow Exports → Requests"."""

    objects: ClassVar[ExportRequestManager] = ExportRequestManager()

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("export request")
        permissions = (("process_exportrequest", "Process"),)


class Export(History):
    """The report on one processed export request."""

    type = RequestType.EXPORT

    request = models.ForeignKey(
        Request, null=True, on_delete=models.SET_NULL, related_name="exports", db_constraint=False
    )
    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )

    class Meta(History.Meta):
        indexes = (
            models.Index(fields=("entity", "id"), name="export_entity"),
            models.Index(fields=("created_at",), name="export_created"),
            models.Index(
                fields=("message_id",), name="export_message_id", opclasses=("varchar_pattern_ops",)
            ),
            models.Index(
                fields=("id", "entity"),
                condition=models.Q(failures__gt=0),
                name="export_failures",
            ),
        )


class ProductExportManager(models.Manager["ProductExport"]):
    """Reports on product exports."""

    def get_queryset(self) -> models.QuerySet["ProductExport"]:
        return super().get_queryset().filter(entity=Entity.PRODUCT)


class ProductExport(Export):
    """The menu entry "OrderFlow Exports → Products", with rights of its own (docs/security.md)."""

    objects: ClassVar[ProductExportManager] = ProductExportManager()

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("product export")


class OrderExportManager(models.Manager["OrderExport"]):
    """Reports on order exports."""

    def get_queryset(self) -> models.QuerySet["OrderExport"]:
        return super().get_queryset().filter(entity=Entity.ORDER)


class OrderExport(Export):
    """The menu entry "OrderFlow Exports → Orders", with rights of its own."""

    objects: ClassVar[OrderExportManager] = OrderExportManager()

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("order export")


class ExportLine(HistoryLine):
    """One product or order of an export."""

    parent = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="lines")
    call = models.TextField(
        blank=True, default="", help_text=gettext_lazy("What was sent for this line.")
    )
    answer = models.TextField(
        blank=True, default="", help_text=gettext_lazy("What came back, shortened.")
    )

    class Meta(HistoryLine.Meta):
        indexes = (
            models.Index(
                fields=("reference", "-id"),
                name="export_line_by_reference",
                opclasses=("text_pattern_ops", "int8_ops"),
            ),
            models.Index(
                fields=("result", "id"),
                condition=~models.Q(result=Result.SUCCESS),
                name="export_line_troubled",
            ),
            models.Index(
                fields=("result", "reference", "-id"),
                condition=~models.Q(result=Result.SUCCESS),
                name="export_line_trouble_by_ref",
                opclasses=("int2_ops", "text_pattern_ops", "int8_ops"),
            ),
            models.Index(fields=("created_at", "id"), name="export_line_created"),
        )


class EndpointState(models.Model):
    """How an OrderFlow endpoint has answered lately: the circuit breaker's shared memory."""

    endpoint = models.CharField(max_length=255, unique=True)
    failures = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(gettext_lazy("open since"), null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True, default="")
    last_call_at = models.DateTimeField(gettext_lazy("last call"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("endpoint",)
        permissions = (
            ("retry_endpointstate", "Try again"),
            ("open_orderflow", "Open in OrderFlow"),
        )

    def __str__(self) -> str:
        return self.endpoint


name_model(EndpointState, gettext_lazy("endpoint state"), gettext_lazy("endpoint states"))


def held_up() -> models.Q:
    """Return what OrderFlow should have and has not got: failed, refused, or never fetched."""
    stuck = models.Q(orderflow_export_status=ExportStatus.QUEUED, orderflow_due_at__lte=clock.now())
    open_statuses = (ExportStatus.PENDING, ExportStatus.QUEUED, ExportStatus.FAILED)
    failed = models.Q(orderflow_export_status=ExportStatus.FAILED) | stuck
    told = ~models.Q(orderflow_last_error="")
    return models.Q(orderflow_export_status__in=open_statuses) & (failed | told)


class WaitingProductManager(models.Manager["WaitingProduct"]):
    """Products that OrderFlow should have and has not got."""

    def get_queryset(self) -> models.QuerySet["WaitingProduct"]:
        return super().get_queryset().filter(held_up())


class WaitingProduct(ProductWebsite):
    """The menu entry "OrderFlow Exports → Waiting Products": one row per product and website."""

    objects: ClassVar[WaitingProductManager] = WaitingProductManager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("waiting product")
        permissions = (("export_products", "Export and requeue products"),)

    def __str__(self) -> str:
        return f"{self.product.sku} on {self.website.name}"


class WaitingOrderManager(models.Manager["WaitingOrder"]):
    """Orders that OrderFlow should have and has not got."""

    def get_queryset(self) -> models.QuerySet["WaitingOrder"]:
        return super().get_queryset().filter(held_up(), is_virtual=False)


class WaitingOrder(Order):
    """The menu entry "OrderFlow Exports → Waiting Orders"."""

    objects: ClassVar[WaitingOrderManager] = WaitingOrderManager()

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("waiting order")
        permissions = (("export_orders", "Export and requeue orders"),)


class CatalogueExport(ProductWebsite):
    """The menu entry "OrderFlow Exports → Export Catalogue": how far each website is."""

    class Meta:
        proxy = True
        verbose_name = gettext_lazy("catalogue export")
        verbose_name_plural = "export catalogue"


class CatalogueRun(models.Model):
    """Somebody's wish to export the whole catalogue, and how far it has come."""

    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    total = models.PositiveIntegerField(help_text=gettext_lazy("Simple products when it began."))
    done = models.PositiveIntegerField(default=0)
    last_product_id = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("id",),
                name="export_catalogue_open",
                condition=models.Q(finished_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return _("%(done)s of %(total)s products") % {
            "done": number_text(self.done),
            "total": number_text(self.total),
        }
