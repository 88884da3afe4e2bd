"""What OrderFlow should have and has not got: refused, announced in vain, or OrderFlow is away."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Model, Q
from django.urls import reverse

from exports.instances import websites_of
from exports.models import EndpointState
from orderflow_bridge.access.refused_calls import in_words, refused_lately
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.common.worded import Worded, joined, nworded, worded
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import Api, ProductExport
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.problems.kinds import ENDPOINT_DOWN, EXPORT_FAILED, NOT_FETCHED
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.wording import clock_time, host_of

# So many different reasons are read, most frequent first, and so many causes told per website.
REASONS_READ = 500
CAUSES_TOLD = 20
_NOUNS = {Entity.PRODUCT: "product", Entity.ORDER: "order"}
_TABLES: dict[Entity, tuple[type[Model], str, str]] = {
    Entity.PRODUCT: (ProductWebsite, "product__sku", "admin:exports_waitingproduct_changelist"),
    Entity.ORDER: (Order, "increment_id", "admin:exports_waitingorder_changelist"),
}


@dataclass(frozen=True)
class Failed:
    """Products or orders of a website that failed for a reason, `sample` one of them.

    `given_up` of them are not tried any more.
    """

    entity: Entity
    website_id: int
    reason: str
    count: int
    given_up: int
    sample: str


def look_for_failed_exports(now: datetime) -> None:
    """Find what failed to be announced, by cause and OrderFlow; it ends when none is left."""
    websites = {each.pk: each for each in Website.objects.all()}
    failed = [each for entity in _TABLES for each in _failed(entity)]
    settle(
        EXPORT_FAILED,
        [_export_failed(each, websites[each.website_id]) for each in by_cause(failed)],
        now=now,
    )


def by_cause(failed: Iterable[Failed]) -> list[Failed]:
    """Return failures of one cause as one, most frequent first; pure.

    Beyond CAUSES_TOLD of a website the rest is one.
    """
    causes: dict[tuple[Entity, int, str], list[Failed]] = {}
    for each in failed:
        key = (each.entity, each.website_id, cause_of(each.reason, each.sample))
        causes.setdefault(key, []).append(each)
    summed = sorted(
        (_sum(rows, rows[0].reason) for rows in causes.values()), key=lambda each: -each.count
    )
    told: list[Failed] = []
    for place in dict.fromkeys((each.entity, each.website_id) for each in summed):
        here = [each for each in summed if (each.entity, each.website_id) == place]
        told += here[:CAUSES_TOLD]
        if rest := here[CAUSES_TOLD:]:
            told.append(_sum(rest, f"{len(rest)} further causes"))
    return told


def cause_of(reason: str, reference: str) -> str:
    """Return what the reasons of one cause have in common: no references, no numbers."""
    text = reason.replace(reference, "…") if reference else reason
    return re.sub(r"\d+", "#", text).casefold()


def _sum(rows: Sequence[Failed], reason: str) -> Failed:
    first = rows[0]
    count, given_up = sum(row.count for row in rows), sum(row.given_up for row in rows)
    return Failed(first.entity, first.website_id, reason, count, given_up, first.sample)


def _failed(entity: Entity) -> list[Failed]:
    table, reference, _ = _TABLES[entity]
    rows = (
        table._default_manager.filter(orderflow_export_status=ExportStatus.FAILED)
        .order_by()
        .values_list("website_id", "orderflow_last_error")
        .annotate(
            count=Count("pk"),
            given_up=Count("pk", filter=Q(orderflow_due_at=None)),
            sample=Min(reference),
        )
        .order_by("-count")
    )
    return [
        Failed(entity, website, reason, count, given_up, sample or "")
        for website, reason, count, given_up, sample in rows[:REASONS_READ]
    ]


def _export_failed(failed: Failed, website: Website) -> Finding:
    reason = failed.reason or worded("The status was set to Failed by hand.")
    text = _could_not(failed, host_of(api(website).endpoint), reason)
    if failed.count > 1 and failed.sample in reason:
        text = worded(
            "%(sentence)s (for one of them, %(sample)s)", sentence=text, sample=failed.sample
        )
    remedy = worded("Mend what the sentence names; it is tried again by itself.")
    if failed.given_up:
        remedy = _not_tried(failed.entity, failed.given_up)
    return Finding(
        EXPORT_FAILED,
        f"{_NOUNS[failed.entity]}s: {cause_of(failed.reason, failed.sample)[:200]}",
        text,
        remedy,
        _page_that_mends(failed, website),
        website_id=website.pk,
        count=failed.count,
        evidence={"reference": failed.sample},
    )


def _could_not(failed: Failed, host: str, reason: str) -> Worded:
    values = {"host": host, "reason": reason, "sample": failed.sample}
    if failed.entity == Entity.ORDER:
        return nworded(
            "Order %(sample)s could not be exported to %(host)s: %(reason)s",
            "%(count)s orders could not be exported to %(host)s: %(reason)s",
            failed.count,
            **values,
        )
    return nworded(
        "Product %(sample)s could not be exported to %(host)s: %(reason)s",
        "%(count)s products could not be exported to %(host)s: %(reason)s",
        failed.count,
        **values,
    )


def _not_tried(entity: Entity, count: int) -> Worded:
    if entity == Entity.ORDER:
        return nworded(
            "Mend what the sentence names, then requeue: %(count)s order is not tried any more.",
            "Mend what the sentence names, then requeue: %(count)s orders are not tried any more.",
            count,
        )
    return nworded(
        "Mend what the sentence names, then requeue: %(count)s product is not tried any more.",
        "Mend what the sentence names, then requeue: %(count)s products are not tried any more.",
        count,
    )


def _page_that_mends(failed: Failed, website: Website) -> str:
    """Return the settings where the reason names some, else the list of what has failed."""
    reason = failed.reason.casefold()
    if "image" in reason or "picture" in reason:
        return section_url(ProductExport, website)
    if not failed.given_up and ("setting" in reason or "certificate" in reason):
        return section_url(Api, website)
    return reverse(_TABLES[failed.entity][2], query={"export_status": ExportStatus.FAILED})


def look_for_what_is_not_fetched(now: datetime) -> None:
    """Find what was announced and not fetched in time; it ends when OrderFlow has come for it."""
    findings = []
    for entity in _TABLES:
        for website_id, count, told_at, sample in _not_fetched(entity, now):
            findings.append(_unfetched(entity, website_id, count, told_at or now, sample, now))
    settle(NOT_FETCHED, findings, now=now)


def _not_fetched(entity: Entity, now: datetime) -> list[tuple[int, int, datetime | None, str]]:
    """Return what is stuck per website: how many, told when, and one of them.

    What is announced again keeps the reason of the last time.
    """
    table, reference, _ = _TABLES[entity]
    stuck = Q(orderflow_due_at__lte=now) | ~Q(orderflow_last_error="")
    rows: Any = (
        table._default_manager.filter(stuck, orderflow_export_status=ExportStatus.QUEUED)
        .order_by("website_id")
        .values_list("website_id")
        .annotate(Count("pk"), Min(F("orderflow_queued_at")), Min(reference))
    )
    return list(rows)


def _unfetched(
    entity: Entity, website_id: int, count: int, told_at: datetime, sample: str, now: datetime
) -> Finding:
    callers = in_words(refused_lately(), told_at)
    text = _was_not_fetched(entity, count, sample, clock_time(told_at, now))
    return Finding(
        NOT_FETCHED,
        f"{_NOUNS[entity]}s",
        worded(
            "%(sentence)s; in this time calls were refused: %(callers)s.",
            sentence=text,
            callers=callers,
        )
        if callers
        else joined([text, "."], ""),
        worded("Let the refused caller in; what was announced is announced again by itself.")
        if callers
        else worded("See in OrderFlow, under Integration, Remote Messages, why it does not fetch."),
        reverse("admin:auth_user_changelist")
        if callers
        else reverse(_TABLES[entity][2], query={"export_status": ExportStatus.QUEUED}),
        website_id=website_id,
        count=count,
        evidence={"reference": sample},
    )


def _was_not_fetched(entity: Entity, count: int, sample: str, first: Worded) -> Worded:
    if entity == Entity.ORDER:
        return nworded(
            "Order %(sample)s was announced and not fetched by OrderFlow, the first at %(time)s",
            "%(count)s orders were announced and not fetched by OrderFlow, the first at %(time)s",
            count,
            sample=sample,
            time=first,
        )
    return nworded(
        "Product %(sample)s was announced and not fetched by OrderFlow, the first at %(time)s",
        "%(count)s products were announced and not fetched by OrderFlow, the first at %(time)s",
        count,
        sample=sample,
        time=first,
    )


def look_for_endpoints_left_alone(now: datetime) -> None:
    """Find OrderFlows that are left alone after failures, as long as a website is configured so."""
    down = [
        (state, websites)
        for state in EndpointState.objects.filter(opened_at__isnull=False)
        if (websites := websites_of(state))
    ]
    settle(
        ENDPOINT_DOWN,
        [
            Finding(
                ENDPOINT_DOWN,
                state.endpoint,
                _left_alone(state, now),
                worded(
                    "Mend what the sentence names; OrderFlow is called again by itself after a"
                    " pause, or at once by Try Again."
                ),
                section_url(Api, websites[0])
                if "setting" in state.last_error
                else reverse("admin:exports_endpointstate_change", args=[state.pk]),
                website_id=websites[0].pk if len(websites) == 1 else None,
                count=max(state.failures, 1),
            )
            for state, websites in down
        ],
        now=now,
    )


def _left_alone(state: EndpointState, now: datetime) -> Worded:
    text = nworded(
        "OrderFlow at %(host)s is left alone since %(time)s, after %(count)s failure in a row",
        "OrderFlow at %(host)s is left alone since %(time)s, after %(count)s failures in a row",
        state.failures,
        host=host_of(state.endpoint),
        time=clock_time(state.opened_at or now, now),
    )
    error = state.last_error.rstrip(": ")
    return worded("%(sentence)s: %(reason)s", sentence=text, reason=error) if error else text
