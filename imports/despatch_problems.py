"""Despatches that could not be booked: which wait, which are problems, and that one is settled.

Goods have left, and no order says so. OrderFlow may be faster than whoever feeds the shop: what
names an order or a SKU that the shop has not got yet is no failure. It stays in the queue, with the
reason and the time of the next try, until the time that *Wait For Orders And Products* allows is
over (docs/contract/shop-rules.md, "Despatches").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from imports.models import IgnoredSku, Import, ImportLine
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.worded import worded
from orderflow_bridge.configuration.selectors import shipment_import
from orderflow_bridge.problems.kinds import DESPATCH_FAILED, UNKNOWN_SKU
from orderflow_bridge.problems.services import Finding, open_problems, raise_problems, resolve
from orderflow_bridge.request_queue.services import Claim, Wait

SHORTEST = timedelta(minutes=1)
PART_OF_AGE = 10
SETTLED = "Settled by"
_LONGEST_REASON = 500


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


@dataclass(frozen=True)
class Lacking:
    """A despatch message that could not be booked because of what may be missing in the shop.

    `sku` is one that is not on the order; without one it is the order that is missing.
    """

    claim: Claim
    order_number: str
    why: str
    sku: str = ""


def raise_despatch_failures(failed: Sequence[FailedDespatch]) -> None:
    """Raise a problem per failed message, all in one statement, in the caller's transaction."""
    if failed:
        raise_problems(map(_failure, failed))


def waits_of(lacking: Sequence[Lacking]) -> list[Wait]:
    """Return those that wait, with the time of the next try; raise problems of unknown SKUs.

    A SKU that the shop knows and the order has not is nothing to wait for.
    """
    if not lacking:
        return []
    now = clock.now()
    unknown = _unknown({each.sku for each in lacking} - {""})
    _raise_unknown([each for each in lacking if sku_key(each.sku) in unknown])
    longest = timedelta(minutes=shipment_import().wait_minutes)
    return [
        _wait(each, now, each.claim.created_at + longest)
        for each in lacking
        if not each.sku or sku_key(each.sku) in unknown
        if now < each.claim.created_at + longest
    ]


def settle_despatches(report_ids: Sequence[int], *, by: User, note: str) -> int:
    """Settle the failed messages of these shipment imports; return how many were not before.

    The line keeps what had failed and says who settled it, when and how; its problem ends with the
    note. A message that is requeued afterwards is judged as any other.
    """
    words = f"{SETTLED} {by.get_username()} on {clock.now():%Y-%m-%d %H:%M} UTC: {note}"
    with transaction.atomic():
        lines = list(
            ImportLine.objects.select_for_update(of=("self",)).filter(
                parent__in=report_ids, parent__entity=Entity.SHIPMENT, result=Result.FAILURE
            )
        )
        settled = [line for line in lines if SETTLED not in line.reason]
        for line in settled:
            room = _LONGEST_REASON - len(words) - 1
            reason = f"{line.reason[: max(room, 0)]} {words}"[:_LONGEST_REASON]
            ImportLine.objects.filter(pk=line.pk, created_at=line.created_at).update(reason=reason)
        problems = open_problems(DESPATCH_FAILED).filter(
            evidence__import__in=[line.parent_id for line in settled]
        )
        resolve(problems, by=by, text=note)
    return len(settled)


def _failure(failed: FailedDespatch) -> Finding:
    return Finding(
        DESPATCH_FAILED,
        failed.order_number,
        worded(
            "Despatch %(message)s of order %(order)s was not booked: %(reason)s",
            message=failed.report.message_id or worded("without a message id"),
            order=failed.order_number or worded("without a number"),
            reason=failed.reason,
        ),
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
        return worded(
            "Put the order right and requeue the failed line; or ship by hand what has left, on the"
            " order's page, and mark the despatch as settled."
        )
    return worded(
        "Bring the order here and requeue the failed line, or mark the despatch as settled."
    )


def _wait(lacking: Lacking, now: datetime, until: datetime) -> Wait:
    """Try again after a minute, later after a tenth of the time that it has waited."""
    pause = max(SHORTEST, (now - lacking.claim.created_at) / PART_OF_AGE)
    why = f"{lacking.why} The despatch waits for it until {until:%Y-%m-%d %H:%M} UTC."
    return Wait(lacking.claim, why, min(now + pause, until))


def _unknown(skus: set[str]) -> set[str]:
    """Return the keys of those that are no product, in one query."""
    keys = {sku_key(sku) for sku in skus}
    if keys:
        keys -= set(Product.objects.filter(sku_key__in=keys).values_list("sku_key", flat=True))
    return keys


def _raise_unknown(lacking: Sequence[Lacking]) -> None:
    """Raise a problem per unknown SKU; another try of the same message is no further line."""
    if not lacking:
        return
    findings = [_unknown_sku(each) for each in lacking]
    told = open_problems(UNKNOWN_SKU).filter(open_key__in=[each.key for each in findings])
    requests = {problem.open_key: problem.evidence.get("request") for problem in told}
    keys = [each.sku for each in lacking]
    ignored = set(IgnoredSku.objects.filter(sku_key__in=keys).values_list("sku_key", flat=True))
    raise_problems(
        finding
        for finding in findings
        if sku_key(finding.subject) not in ignored
        and requests.get(finding.key) != finding.evidence["request"]
    )


def _unknown_sku(lacking: Lacking) -> Finding:
    return Finding(
        UNKNOWN_SKU,
        lacking.sku,
        worded(
            "SKU %(sku)s is unknown: despatch %(message)s of order %(order)s names it.",
            sku=lacking.sku,
            message=lacking.claim.message_id,
            order=lacking.order_number,
        ),
        worded("Create the product, or say which product it is."),
        reverse("admin:imports_skualias_add", query={"sku": lacking.sku}),
        evidence={
            "cause": "unknown",
            "sku": lacking.sku,
            "sku_key": sku_key(lacking.sku),
            "message_id": lacking.claim.message_id,
            "request": lacking.claim.id,
        },
    )
