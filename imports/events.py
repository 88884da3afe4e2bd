"""Telling of messages that have been applied: to the log, to traces, and to plugins."""

import logging
from collections.abc import Sequence
from typing import Any

from imports.models import Import
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.translation import english
from orderflow_bridge.plugins.events import AppliedMessage
from orderflow_bridge.plugins.hooks import taken, tell
from orderflow_bridge.request_queue.services import Claim
from orderflow_bridge.tracing import spans

logger = logging.getLogger(__name__)


def tell_of_applied(
    entity: Entity, reports: Sequence[Import], claims: Sequence[Claim], *, since: int
) -> None:
    """Tell of the messages behind these reports, after the commit of what they changed.

    `since` is when their work began (tracing.spans.began): they were applied together, and each
    has a span of that length in its own trace.
    """
    by_id = {claim.id: claim for claim in claims}
    for report in reports:
        _leave_word(entity, report, by_id[report.request_id or 0], since)
    if reports and taken("batch_applied"):
        _tell_plugins(entity, reports)


def _leave_word(entity: Entity, report: Import, claim: Claim, since: int) -> None:
    """Leave a line in the log, and a span in the message's trace."""
    told: dict[str, Any] = {
        "import_request": claim.id,
        "message_id": claim.message_id,
        "correlation_id": claim.correlation_id,
        "entity": english(entity.label),
        "successes": report.successes,
        "duplicates": report.duplicates,
        "superseded": report.superseded,
        "failures": report.failures,
    }
    logger.info("message_applied", extra=told)
    if since:
        spans.record(
            "apply message",
            parent=claim.traceparent,
            trace_id=claim.correlation_id,
            since=since,
            attributes={f"bridge.{name}": value for name, value in told.items()},
        )


def _tell_plugins(entity: Entity, reports: Sequence[Import]) -> None:
    """Tell plugins of messages that have been applied."""
    tell(
        "batch_applied",
        about=f"{len(reports)} messages from {reports[0].message_id} on",
        messages=tuple(
            AppliedMessage(
                entity.name.lower(),
                each.message_id,
                each.request_id or 0,
                each.pk,
                each.successes,
                each.duplicates,
                each.superseded,
                each.failures,
            )
            for each in reports
        ),
    )
