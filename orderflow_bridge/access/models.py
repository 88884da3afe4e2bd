"""Who may come in through SOAP and REST: tokens, and the rights they carry (wire.md §5)."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AccessToken(models.Model):
    """A login that has been granted. Only a digest is stored; the token itself is shown once.

    `idle_seconds` is set for a Magento 1 session: every use moves `expires_at` on. A Magento 2 token
    keeps its first expiry.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_tokens"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    idle_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = (("orderflow_import", "OrderFlow Import"),)

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"
