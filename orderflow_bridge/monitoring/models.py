"""What a user has put away on the first page."""

from django.conf import settings
from django.db import models


class ChecklistDismissal(models.Model):
    """A user has seen the first-run checklist complete, and needs it no more."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    dismissed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Checklist dismissed by {self.user}"
