"""The rows that a shop has changed; what is not here has its system value (system_rows.py)."""

from django.db import models
from django.db.models.functions import Coalesce

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.mapping.rows import Part, Row
from orderflow_bridge.stores.models import Website


class ChangedRow(models.Model):
    """A row of the mapping that one scope has of its own. No website means Default Config."""

    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    part = models.CharField(max_length=16)  # a Part
    key = models.CharField(max_length=64)
    definition = models.JSONField(default=dict)

    class Meta:
        # Added rows are sent in the order in which they were added.
        ordering = ("pk",)
        default_permissions = ("view", "change")
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        constraints = (
            # NULLs differ from one another in a plain unique index.
            models.UniqueConstraint(
                "part", "key", Coalesce("website", 0), name="mapping_one_row_per_scope"
            ),
        )

    def __str__(self) -> str:
        return f"{Part(self.part).label}: {self.key}"

    @property
    def row(self) -> Row:
        """What the row says."""
        return Row.of(Part(self.part), self.key, self.definition)
