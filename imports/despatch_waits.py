"""Despatches that name an order or a SKU which the shop has not got yet wait, and are tried again.

OrderFlow may be faster than whoever feeds the shop. What waits is no failure: it stays in the
queue, with the reason and the time of the next try, until the time that *Wait For Orders And
Products* allows is over (docs/contract/shop-rules.md, "Despatches").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from imports.models import IgnoredSku
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.configuration.selectors import shipment_import
from orderflow_bridge.problems.kinds import UNKNOWN_SKU
from orderflow_bridge.problems.services import Finding, open_problems, raise_problems
from orderflow_bridge.request_queue.services import Claim, Wait

SHORTEST = timedelta(minutes=1)
PART_OF_AGE = 10


@dataclass(frozen=True)
class Lacking:
    """A despatch message that could not be booked because of what may be missing in the shop.

    `sku` is one that is not on the order; without one it is the order that is missing.
    """

    claim: Claim
    order_number: str
    why: str
    sku: str = ""


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
    findings = [_finding(each) for each in lacking]
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


def _finding(lacking: Lacking) -> Finding:
    return Finding(
        UNKNOWN_SKU,
        lacking.sku,
        f"SKU {lacking.sku} is unknown: despatch {lacking.claim.message_id} of order"
        f" {lacking.order_number} names it.",
        "Create the product, or say which product it is.",
        reverse("admin:imports_skualias_add", query={"sku": lacking.sku}),
        evidence={
            "cause": "unknown",
            "sku": lacking.sku,
            "sku_key": sku_key(lacking.sku),
            "message_id": lacking.claim.message_id,
            "request": lacking.claim.id,
        },
    )
