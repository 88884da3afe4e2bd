"""Where an entity stands with OrderFlow, and when it is its turn (docs/contract/shop-rules.md)."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.translation import gettext_lazy as _

# How the reason of what a rule holds begins.
HELD = "Held"


class ExportState(models.Model):
    """The columns that decide an export. One question selects the work: `orderflow_due_at <= now`.

    Pending is due at once; Failed is due after its back-off; Queued is due again when OrderFlow has
    not fetched it for too long; a claim moves the time on by its lease. NULL means that there is
    nothing to do: exported, given up after too many attempts, or not for OrderFlow at all.
    `orderflow_revision` rises with every change OrderFlow must hear of, so that a change made while
    OrderFlow is being called is not taken for announced.
    """

    orderflow_export_status = models.CharField(
        _("Export Status (OF)"), max_length=16, choices=ExportStatus, default=ExportStatus.PENDING
    )
    orderflow_export_date = models.DateTimeField(_("Last Exported"), null=True, blank=True)
    orderflow_queued_at = models.DateTimeField(_("Last Announced"), null=True, blank=True)
    orderflow_due_at = models.DateTimeField(
        _("Next Announcement"), null=True, blank=True, default=timezone.now
    )
    orderflow_attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    orderflow_revision = models.PositiveIntegerField(default=0, editable=False)
    orderflow_last_error = models.CharField(_("Last Error"), max_length=500, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def is_held(self) -> bool:
        """Whether the export's run has found it held by a rule."""
        is_pending = self.orderflow_export_status == ExportStatus.PENDING
        return is_pending and self.orderflow_last_error.startswith(HELD)
