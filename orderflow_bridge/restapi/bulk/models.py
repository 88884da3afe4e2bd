"""Bulk calls: many operations accepted at once and carried out later (Magento's asynchronous API).

The rows are the queue (docs/decisions/queue-in-the-database.md). Operations lie together in
portions, not in a row each: that is what makes thousands of them per second possible.
"""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orderflow_bridge.common.leases import LeasedWork
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model


class OperationStatus(models.IntegerChoices):
    """Where one operation stands, with Magento's numbers."""

    COMPLETE = 1, _("Complete")
    RETRIABLY_FAILED = 2, _("Failed, can be tried again")
    FAILED = 3, _("Failed")
    OPEN = 4, _("Open")
    REJECTED = 5, _("Rejected")


class Bulk(LeasedWork):
    """One bulk call: `kind` says what its operations do, `store_code` what the address named.

    A worker borrows a whole bulk and carries out its portions in order, so that of two operations
    on one SKU the later one counts.
    """

    uuid = models.UUIDField("UUID", unique=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=32)
    topic = models.CharField(max_length=150)
    store_code = models.CharField(_("Store"), max_length=64, blank=True, default="")
    user_id = models.BigIntegerField(null=True)
    username = models.CharField(_("Called by"), max_length=150, blank=True, default="")
    operation_count = models.PositiveIntegerField(_("Operations"), default=0)
    completed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    requeued_from = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="requeued_as"
    )
    created_at = models.DateTimeField(_("Created"), default=timezone.now)
    finished_at = models.DateTimeField(_("Finished"), null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("bulk call")
        permissions = (("requeue_bulk", "Requeue"),)
        indexes = (
            models.Index(
                fields=("id",), condition=Q(finished_at__isnull=True), name="bulk_waiting"
            ),
            models.Index(fields=("created_at",), name="bulk_created"),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class Portion(models.Model):
    """Operations of a bulk that are carried out in one transaction.

    `operations` is the JSON list of their parameters as they came. `failures` are pairs of status
    and message by the operation's place in this list; `answers` what the others returned, in order
    of place, where there is something to return.
    """

    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="portions")
    first = models.PositiveIntegerField()
    operation_count = models.PositiveIntegerField()
    operations = models.BinaryField()
    failures = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("bulk", "first")
        constraints = (models.UniqueConstraint(fields=("bulk", "first"), name="bulk_portion_once"),)

    def __str__(self) -> str:
        return f"{self.bulk} from {self.first}"


name_model(Bulk, completed=_("completed"), failed=_("failed"))
