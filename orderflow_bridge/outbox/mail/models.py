"""The outbox: e-mails are written with the change they report and sent after it is committed."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.common.leases import LeasedWork
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model


class OutgoingMail(LeasedWork):
    """An e-mail on its way. Sending is at most once: one that may have left is never sent again."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        # Outside live, to somebody who is not listed (docs/exchange.md).
        KEPT = "kept", _("Kept")

    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    reference = models.CharField(
        max_length=150, blank=True, default="", help_text=_("The order it is about.")
    )
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("e-mail")
        indexes = (
            models.Index(fields=("id",), condition=models.Q(status="waiting"), name="mail_waiting"),
            models.Index(fields=("id",), condition=models.Q(status="failed"), name="mail_failed"),
            models.Index(fields=("created_at",), name="mail_created"),
            models.Index(fields=("reference",), name="mail_reference"),
        )

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"


name_model(OutgoingMail, recipient=_("recipient"))
