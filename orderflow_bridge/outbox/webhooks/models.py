"""The outbox of events for the shop's own systems, which is also their history."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.stores.models import Website


class Kind(models.TextChoices):
    """What has happened; the value is the event's `type` on the wire."""

    ORDER_EXPORTED = "order.exported", "Order exported"
    SHIPMENT_CREATED = "shipment.created", "Shipment created"
    STOCK_CHANGED = "stock.changed", "Stock changed"


class WebhookEvent(models.Model):
    """One event for one website's receiver, written with the change it tells of.

    `topic` is what it is about ("order 000000005", "stock default/24-MB01"): events of one topic
    are delivered in their order. Of stock, the newest figure is all that counts: while such an
    event waits, `collapse_key` lets a newer one take its place.

    `body` is sent as it stands, at every attempt. A waiting event is due at `due_at`; whoever
    delivers it moves that on by a lease and raises the fence. `traceparent` is where the trace of
    the change goes on.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"
        REPLACED = "replaced", "Replaced"

    event_id = models.CharField("Event ID", max_length=40, unique=True)
    kind = models.CharField("Event", max_length=32, choices=Kind)
    website = models.ForeignKey(Website, on_delete=models.CASCADE, related_name="+", db_index=False)
    reference = models.CharField(
        max_length=150, help_text="The SKU or the order number it is about."
    )
    topic = models.CharField(max_length=150)
    collapse_key = models.CharField(max_length=180, null=True, unique=True)  # noqa: DJ001
    body = models.TextField()
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    fence = models.PositiveIntegerField(default=0)
    answer_status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(default="")
    last_error = models.CharField(max_length=500, default="")
    tries = models.JSONField(default=list, help_text="When it was tried, and what came of it.")
    traceparent = models.CharField(max_length=55, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "webhook"
        permissions = (("requeue_webhookevent", "Requeue"),)
        indexes = (
            models.Index(
                fields=("website", "due_at", "id"),
                condition=models.Q(status="waiting"),
                name="webhook_due",
            ),
            models.Index(
                fields=("website", "topic", "id"),
                condition=models.Q(status="waiting"),
                name="webhook_topic",
            ),
            models.Index(fields=("created_at", "id"), name="webhook_created"),
            models.Index(fields=("status", "id"), name="webhook_status"),
            models.Index(
                fields=("reference",), name="webhook_reference", opclasses=("text_pattern_ops",)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"
