"""Who may come in through SOAP and REST: tokens, and the rights they carry (wire.md §5)."""

from hashlib import sha256

from axes.models import AccessAttempt
from django.conf import settings
from django.db import models
from django.utils import timezone

from orderflow_bridge.access.rights import RIGHTS


def token_digest(token: str) -> str:
    """Return what is stored of a token. Tokens are random: no salt, no slowness needed."""
    return sha256(token.encode(errors="replace")).hexdigest()


class AccessToken(models.Model):
    """A login that has been granted. Only a digest is stored; the token itself is shown once.

    `idle_seconds` is set for a Magento 1 session: every use moves `expires_at` on. A Magento 2
    token keeps its first expiry.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_tokens"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("Created", default=timezone.now)
    expires_at = models.DateTimeField("Expires", db_index=True)
    idle_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = (
            ("revoke_accesstoken", "Revoke"),
            *((right.codename, right.title) for right in RIGHTS),
        )

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"


class FailedSignIn(AccessAttempt):
    """Failures of one username from one address, counted by axes until they lock the username."""

    class Meta:
        proxy = True
        ordering = ("-attempt_time",)
        verbose_name = "failed sign-in"
        permissions = (("release_failedsignin", "Release lockouts"),)
