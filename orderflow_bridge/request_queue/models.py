"""The queue: one row per message, in either direction. The row is the queue."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.leases import LeasedWork
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.stores.models import Website


class Request(LeasedWork):
    """A message received from OrderFlow or sent to it, waiting or processed.

    `lines` are the parts of the message as they came, unjudged: texts, nothing converted, nothing
    lost. Work is ordered by `message_number`, then by arrival (`id`).
    A worker borrows rows; it may write only while the fence is still its own
    (docs/decisions/lease.md). One that is `held_at` a time waits for a person, and all others of
    its kind wait with it. `correlation_id` is the one id from the call that brought it to what it
    changed, `traceparent` where its trace goes on (docs/production.md, "Traces").
    """

    message_id = models.CharField(_("Request ID"), max_length=150, blank=True)
    message_number = models.BigIntegerField(null=True, editable=False)
    type = models.PositiveSmallIntegerField(choices=RequestType)
    entity = models.PositiveSmallIntegerField(choices=Entity)
    operation = models.PositiveSmallIntegerField(choices=Operation)
    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    lines = models.JSONField(default=list)
    line_count = models.PositiveIntegerField(default=0)
    request_body = models.BinaryField(null=True)
    response_body = models.BinaryField(null=True)
    received_by = models.CharField(
        max_length=150, blank=True, default="", help_text=_("The API user that delivered it.")
    )
    correlation_id = models.CharField(
        _("Correlation ID"), max_length=64, blank=True, default="", db_default=""
    )
    traceparent = models.CharField(max_length=55, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("Created"), default=timezone.now)
    processed_at = models.DateTimeField(_("Processed"), null=True)
    held_at = models.DateTimeField(_("Held"), null=True, editable=False)

    class Meta:
        ordering = ("-id",)
        indexes = (
            # The order of work on PostgreSQL, where NULL sorts last by itself.
            models.Index(
                fields=("type", "entity", "message_number", "id"),
                condition=Q(processed_at__isnull=True),
                name="request_waiting",
            ),
            models.Index(
                fields=("type", "entity"),
                condition=Q(held_at__isnull=False, processed_at__isnull=True),
                name="request_held",
            ),
            models.Index(fields=("created_at",), name="request_created"),
            # Lists look for the beginning of an id; of one direction they show the newest.
            models.Index(
                fields=("message_id",),
                name="request_message_id",
                opclasses=("varchar_pattern_ops",),
            ),
            models.Index(fields=("type", "id"), name="request_type"),
            models.Index(fields=("correlation_id",), name="request_correlation"),
        )

    def __str__(self) -> str:
        return self.message_id or str(self.pk)
