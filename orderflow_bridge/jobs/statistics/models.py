"""What went through the bridge, summed up: so few rows that charts never read the history."""

from django.db import models

from orderflow_bridge.common.choices import Entity, RequestType


class QuarterHour(models.Model):
    """The reports of one quarter of an hour, of one direction and entity, added up.

    Every time zone's days begin with a quarter of an hour. Quarters without reports have no row.
    """

    begins_at = models.DateTimeField()
    type = models.PositiveSmallIntegerField(choices=RequestType)
    entity = models.PositiveSmallIntegerField(choices=Entity)
    reports = models.PositiveIntegerField(default=0)
    successes = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    superseded = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("begins_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("begins_at", "type", "entity"), name="figures_one_row_per_quarter"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_entity_display()} {self.get_type_display()}s from {self.begins_at}"
