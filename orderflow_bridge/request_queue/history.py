"""What became of a message: the history imports and exports share."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from orderflow_bridge.common.choices import Entity, Operation, RequestType, Result
from orderflow_bridge.common.translation import gettext_lazy as _


class History(models.Model):
    """The report on one processed request: its four counters, and whether somebody looked.

    `viewed_at` is when anybody looked last.
    """

    type: ClassVar[RequestType]

    message_id = models.CharField(_("Message ID"), max_length=150, blank=True)
    entity = models.PositiveSmallIntegerField(choices=Entity)
    operation = models.PositiveSmallIntegerField(choices=Operation)
    successes = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    superseded = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("Processed"), default=timezone.now)
    viewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.get_entity_display()} #{self.message_id or self.pk}"


class HistoryLine(models.Model):
    """The fate of one line of a request."""

    sequence_id = models.BigIntegerField(_("Sequence ID"), null=True)
    result = models.PositiveSmallIntegerField(choices=Result)
    reference = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("Processed"), default=timezone.now)

    class Meta:
        abstract = True
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.reference}: {self.get_result_display()}"
