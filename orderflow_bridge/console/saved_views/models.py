"""Saved views: how a user likes to see a list (Magento's `ui_bookmark`)."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedView(models.Model):
    """A named state of a list, of one user.

    `grid` names the list ("imports.importrequest"). `state` holds what its address holds: filters,
    search, columns and their order, sorting, page size (`grids/address.py`). The default one opens
    by itself.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    grid = models.CharField(max_length=100)
    name = models.CharField(max_length=60)
    is_default = models.BooleanField(default=False)
    state = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "grid", "name"), name="grid_views_one_view_per_name"
            ),
            models.UniqueConstraint(
                fields=("user", "grid"),
                condition=Q(is_default=True),
                name="grid_views_one_default_per_grid",
            ),
        )

    def __str__(self) -> str:
        return self.name
