"""What OrderFlow last answered about an order."""

from django.db import models
from django.db.models import Q

from orderflow_bridge.sales.models import Order


class OrderAnswer(models.Model):
    """OrderFlow's newest answer about an order, as it came: its format is documented nowhere.

    `asked_by` is the user who asked, "" for the job. `tried_at` is later than `answered_at` where
    OrderFlow could not be asked again.
    """

    class Verdict(models.TextChoices):
        ANSWERED = "answered", "OrderFlow answered"
        UNKNOWN = "unknown", "OrderFlow does not know the order"
        REFUSED = "refused", "OrderFlow refused to answer"

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
