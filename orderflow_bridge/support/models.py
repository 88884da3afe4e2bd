"""The rights to the page Support and to its download, which have no table; invitations."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_noop

from orderflow_bridge.stores.models import Website


class Support(Website):
    """The menu entry "Support"."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        permissions = (("view_diagnostics", gettext_noop("Download diagnostics")),)
        verbose_name = "support"
        verbose_name_plural = "support"


class Invitation(models.Model):
    """A link by which a user sets the password, once. Only a digest of it is stored."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    invited_by = models.CharField(max_length=150)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} by {self.invited_by}"
