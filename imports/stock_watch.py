"""Mass changes: what is known of sources, and what is held (docs/stock.md, "Mass changes")."""

from django.db import models

from orderflow_bridge.common.fields import MoneyField


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
        OPEN = "", "Held"
        APPLIED = "applied", "Applied"
        DISCARDED = "discarded", "Discarded"

    held_at = models.DateTimeField("Held")
    summary = models.TextField()
    sources = models.JSONField(default=list)
    items = models.PositiveIntegerField("Items")
    units = models.DecimalField("Units", max_digits=20, decimal_places=4)
    value = MoneyField("Value")
    largest = models.JSONField(default=list)
    request_ids = models.JSONField(default=list)
    message_ids = models.TextField("Messages", blank=True, default="")
    received_by = models.TextField("Received From", blank=True, default="")
    decision = models.CharField(choices=Decision, max_length=9, blank=True, default="")
    decided_at = models.DateTimeField("Decided", null=True)
    decided_by = models.CharField("Decided By", max_length=150, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        verbose_name = "mass change"
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
