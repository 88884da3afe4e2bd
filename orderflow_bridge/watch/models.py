"""What the watch remembers between two looks, where the bridge's own tables do not say it."""

from typing import Any

from django.db import models
from django.db.models import Q

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.sales.models import Order
from orderflow_bridge.watch.reconciliation.models import (
    SiteSource,
    StockComparison,
    StockDifference,
)
from orderflow_bridge.watch.self_test.models import SelfTest

__all__ = (
    "Heard",
    "Memory",
    "OrderAnswer",
    "SelfTest",
    "SiteSource",
    "StockComparison",
    "StockDifference",
    "recalled",
    "remember",
)


class Heard(models.Model):
    """OrderFlow was heard in an hour: its messages of one stream. What silence is measured by.

    Requests are cleaned after days; these rows, at most 24 a day and stream, are kept for weeks.
    """

    stream = models.CharField(max_length=20)
    hour = models.DateTimeField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("stream", "hour"), name="watch_heard_once_an_hour"),
        )

    def __str__(self) -> str:
        return f"{self.stream} at {self.last_at:%Y-%m-%d %H:%M}"


class Memory(models.Model):
    """How far a detector has come, or what it found at a look that it takes seldom."""

    name = models.CharField(max_length=255, primary_key=True)
    value = models.JSONField()
    noted_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


def recalled(name: str, otherwise: Any = None) -> Any:
    """Return what was remembered under a name."""
    row = Memory.objects.filter(pk=name).values_list("value", flat=True).first()
    return otherwise if row is None else row


def remember(name: str, value: Any, *, at: Any) -> None:
    """Remember a JSON value under a name."""
    Memory.objects.bulk_create(
        [Memory(name=name, value=value, noted_at=at)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["value", "noted_at"],
    )


class OrderAnswer(models.Model):
    """OrderFlow's newest answer about an order, as it came: its format is documented nowhere.

    `asked_by` is the user who asked, "" for the job. `tried_at` is later than `answered_at` where
    OrderFlow could not be asked again.
    """

    class Verdict(models.TextChoices):
        ANSWERED = "answered", _("OrderFlow answered")
        UNKNOWN = "unknown", _("OrderFlow does not know the order")
        REFUSED = "refused", _("OrderFlow refused to answer")

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="orderflow_answer")
    tried_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=150, blank=True, default="")
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=("order",), condition=Q(verdict="unknown"), name="watch_order_unknown"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.order_id}"
