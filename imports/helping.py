"""Workers that help a run with its queue, and when a message that arrived wakes one."""

from django.db import models

from orderflow_bridge.common.choices import Entity


class ImportHelper(models.Model):
    """An invitation to help a run, and what came of it.

    Nobody has taken it up while `alive_until` is empty; a helper that is at work pushes that time
    on. `processed` are the counters of `imports.services.Processed`.
    """

    entity = models.PositiveSmallIntegerField(choices=Entity.choices)
    invited_at = models.DateTimeField()
    alive_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    processed = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.get_entity_display()} helper {self.pk}"


class ArrivalWake(models.Model):
    """When a worker is waked next, or was waked last, for messages that arrived."""

    entity = models.PositiveSmallIntegerField(choices=Entity.choices, primary_key=True)
    wake_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_entity_display()} at {self.wake_at:%H:%M:%S}"
