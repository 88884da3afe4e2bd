"""Despatches that could not be booked become problems: goods have left, and no order says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from imports.models import Import
from orderflow_bridge.problems.kinds import DESPATCH_FAILED
from orderflow_bridge.problems.services import Finding, raise_problems


@dataclass(frozen=True)
class FailedDespatch:
    """A despatch message that failed. `identity` is what the message is remembered by.

    `website_id` is the order's, None if there is no such order.
    """

    report: Import
    order_number: str
    identity: str
    reason: str
    website_id: int | None


def raise_despatch_failures(failed: Sequence[FailedDespatch]) -> None:
    """Raise a problem per failed message, all in one statement, in the caller's transaction."""
    if failed:
        raise_problems(map(_finding, failed))


def _finding(failed: FailedDespatch) -> Finding:
    return Finding(
        DESPATCH_FAILED,
        failed.order_number,
        f"Despatch {failed.report.message_id or 'without a message id'} of order"
        f" {failed.order_number or 'without a number'} was not booked: {failed.reason}",
        _remedy(failed),
        reverse("admin:imports_shipmentimport_change", args=(failed.report.pk,)),
        failed.website_id,
        evidence={
            "identity": failed.identity,
            "message_id": failed.report.message_id,
            "request": failed.report.request_id,
            "import": failed.report.pk,
        },
        about=failed.identity,
    )


def _remedy(failed: FailedDespatch) -> str:
    if failed.website_id:
        return (
            "Put the order right and requeue the failed line; or ship by hand what has left, on the"
            " order's page, and mark the despatch as settled."
        )
    return "Bring the order here and requeue the failed line, or mark the despatch as settled."
