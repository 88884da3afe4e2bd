"""What a user has put away on the first page, and the back-ups that somebody has told of."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from orderflow_bridge.common.translation import gettext_lazy as _


class ChecklistDismissal(models.Model):
    """A user has seen the first-run checklist complete, and needs it no more."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    dismissed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Checklist dismissed by {self.user}"


class Backup(models.Model):
    """A back-up of the database, as whoever made it has told: a script, or a person by hand.

    The bridge makes none and reads none (docs/production.md, "Back-up").
    """

    made_at = models.DateTimeField(_("Made"), default=timezone.now)
    place = models.CharField(_("Where"), max_length=255, help_text=_("Where it lies."))
    told_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        ordering = ("-made_at", "-id")
        verbose_name = "back-up"
        default_permissions = ("view",)
        permissions = (("record_backup", "Record"),)
        indexes = (models.Index(fields=("-made_at",), name="dashboard_backup_made"),)

    def __str__(self) -> str:
        return f"{self.place} {self.made_at:%Y-%m-%d %H:%M}"
