"""The job that compares stock with OrderFlow's, the second looks, and what is told of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from exports.instances import WebsiteGroup, instance_of
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError, ExportNotConfigured, JobNotReady
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.worded import Worded, joined, nworded, worded
from orderflow_bridge.configuration.sections import ReconciliationMode
from orderflow_bridge.configuration.selectors import api, reconciliation
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, Source, SourceItem
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.problems.events import end
from orderflow_bridge.problems.kinds import STOCK_DIFFERS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, end_problems, open_problems, raise_problems
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.reconciliation.comparing import SECOND_LOOK_AFTER, compare
from orderflow_bridge.watch.reconciliation.correcting import correct
from orderflow_bridge.watch.reconciliation.models import (
    SiteSource,
    StockComparison,
    StockDifference,
)
from orderflow_bridge.watch.reconciliation.receiving import StockNotReceived, receive_stock
from orderflow_bridge.watch.wording import counted, host_of, listed

JOB = "orderflow_reconcile_inventory"
KEPT = 30
_SECOND_LOOK_WITHIN = timedelta(days=1)


class ReconciliationFailed(BridgeError):
    """Some stock could not be compared; the others have been."""


def reconcile_inventory() -> str:
    """Compare the stock of every OrderFlow that a website uses, and return a sentence about it.

    Raises JobNotReady without one, and ReconciliationFailed after all have been tried.
    """
    groups = _instances()
    if not groups:
        raise JobNotReady("No website has an OrderFlow. Please review API Settings.")
    told, failed = [], []
    for group in groups:
        host = host_of(api(group[0]).endpoint)
        try:
            told.append(f"{host}: {_sentence(reconcile(group, groups))}")
        except (StockNotReceived, ExportNotConfigured) as error:
            failed.append(f"{host}: {error}")
    if failed:
        raise ReconciliationFailed(" ".join(failed + told))
    return " ".join(told)


def reconcile(group: WebsiteGroup, groups: Sequence[WebsiteGroup]) -> StockComparison:
    """Compare the stock of one OrderFlow, raise or end its problem, and return what was found.

    Must not be called inside a transaction. Raises StockNotReceived or ExportNotConfigured.
    """
    website, account = group[0], api(group[0])
    previous = StockComparison.objects.filter(website=website).first()
    comparison = StockComparison(
        website=website,
        endpoint=account.endpoint[:255],
        channel=account.channel[:255],
        began_at=clock.now(),
    )
    comparison.is_second = _is_second(comparison, previous)
    with receive_stock(website, seconds=reconciliation().longest_answer) as received:
        sources = sources_of(received.sites, group)
        comparison.records, comparison.unreadable = received.records, received.unreadable
        comparison.unmapped = {
            site: count for site, count in received.sites.items() if site not in sources
        }
        comparison.finished_at = clock.now()
        own = [each.pk for each in group] if len(groups) > 1 else None
        compare(comparison, received, sources, previous=previous, own_websites=own)
    with transaction.atomic():
        if reconciliation().mode == ReconciliationMode.CORRECT:
            correct(comparison)
        _tell(comparison)
        _forget_old_ones(website)
    return comparison


def sources_of(sites: Collection[str], group: WebsiteGroup) -> dict[str, str]:
    """Return the sources' codes of these sites, as the table of sites has them.

    A website's own entry comes before one for all. A sole site that nobody has entered is the sole
    source, if that is the default one.
    """
    ids = {website.pk for website in group}
    found: dict[str, str] = {}
    entries = SiteSource.objects.filter(site__in=list(sites))
    for entry in sorted(entries, key=lambda each: each.website_id is None):
        if entry.website_id is None or entry.website_id in ids:
            found.setdefault(entry.site, entry.source_id)
    if not found and len(sites) == 1:
        codes = list(Source.objects.values_list("pk", flat=True)[:2])
        if codes == [DEFAULT_SOURCE]:
            return dict.fromkeys(sites, DEFAULT_SOURCE)
    return found


def look_for_second_looks(now: datetime) -> None:
    """Have the job run again half an hour after it found what a second look has to confirm."""
    job = next(each for each in JOBS if each.name == JOB)
    if not job.is_enabled():
        return
    newest = StockComparison.objects.order_by().values("website").annotate(newest=Max("id"))
    due = StockComparison.objects.filter(
        pk__in=newest.values("newest"),
        is_second=False,
        to_confirm__gt=0,
        began_at__lte=now - SECOND_LOOK_AFTER,
        began_at__gt=now - _SECOND_LOOK_WITHIN,
    )
    for comparison in due:
        since = comparison.began_at + SECOND_LOOK_AFTER
        if not JobRun.objects.filter(job=JOB, created_at__gte=since).exists():
            order_run(job, now=now)
            return


def look_for_stock_that_agrees_again(now: datetime) -> None:
    """End the problem of a comparison all of whose differences have had a newer figure since, or
    were corrected.
    """
    mended = SourceItem.objects.filter(
        Q(last_sequence_id__gt=Coalesce(OuterRef("sequence_id"), Value(-1)))
        | Q(last_received=OuterRef("theirs")),
        product=OuterRef("product_id"),
        source=OuterRef("source_code"),
    )
    products = Product.objects.filter(pk=OuterRef("product_id"))
    differing = StockDifference.objects.filter(Exists(products), ~Exists(mended), is_confirmed=True)
    for problem in open_problems(STOCK_DIFFERS):
        if not differing.filter(comparison=problem.evidence.get("comparison")).exists():
            end(Problem.objects.filter(pk=problem.pk), now)


def _instances() -> list[WebsiteGroup]:
    """Return the websites that have an OrderFlow, those that share one together."""
    groups: dict[tuple[str, str, str], list[Website]] = {}
    for website in Website.objects.order_by("pk"):
        if api(website).endpoint:
            groups.setdefault(instance_of(website), []).append(website)
    return [tuple(websites) for websites in groups.values()]


def _is_second(comparison: StockComparison, previous: StockComparison | None) -> bool:
    """Say whether this look answers the one before. What it finds itself waits for the next day's,
    or a busy shop would be looked at all day.
    """
    if previous is None or previous.is_second or not previous.to_confirm:
        return False
    return previous.began_at <= comparison.began_at - SECOND_LOOK_AFTER


def _tell(comparison: StockComparison) -> None:
    host = host_of(comparison.endpoint)
    subject = f"{host} ({comparison.channel})" if comparison.channel else host
    if not comparison.confirmed:
        end_problems(STOCK_DIFFERS, [subject], website_id=comparison.website_id)
        return
    found = comparison.differences.filter(is_confirmed=True).order_by("id")
    examples = [_example(each) for each in found[:3]]
    more = comparison.confirmed - len(examples)
    first = joined(examples, ", ")
    raise_problems(
        [
            Finding(
                STOCK_DIFFERS,
                subject,
                nworded(
                    "%(count)s figure of %(host)s differs from what it last sent: %(figures)s.",
                    "%(count)s figures of %(host)s differ from what it last sent: %(figures)s.",
                    comparison.confirmed,
                    host=host,
                    figures=worded("%(names)s and %(count)s more", names=first, count=more)
                    if more
                    else first,
                ),
                _remedy(comparison),
                reverse("admin:watch_stockcomparison_change", args=[comparison.pk]),
                website_id=comparison.website_id,
                count=comparison.confirmed,
                evidence={"comparison": comparison.pk},
            )
        ]
    )


def _remedy(comparison: StockComparison) -> str:
    if not comparison.corrected:
        return worded(
            "See the comparison and correct them there, or have OrderFlow send the stock of these"
            " SKUs again."
        )
    left = comparison.confirmed - comparison.corrected
    if not left:
        return worded(
            "The inventory import corrects %(count)s of them; see the comparison for which message"
            " was missed.",
            count=comparison.corrected,
        )
    return worded(
        "The inventory import corrects %(count)s of them; see the comparison for the other"
        " %(left)s.",
        count=comparison.corrected,
        left=left,
    )


def _example(each: StockDifference) -> Worded:
    here = worded("none") if each.last_received is None else plain(each.last_received)
    if each.theirs is None:
        return worded("%(sku)s (not listed, %(here)s received)", sku=each.sku, here=here)
    return worded(
        "%(sku)s (%(there)s there, %(here)s received)",
        sku=each.sku,
        there=plain(each.theirs),
        here=here,
    )


def _sentence(comparison: StockComparison) -> str:
    text = (
        f"{comparison.equal:,} equal, {comparison.different:,} different,"
        f" {comparison.only_theirs:,} only in OrderFlow, {comparison.only_ours:,} only here"
    )
    if comparison.corrected:
        text += f", {comparison.corrected:,} handed to the import to be corrected"
    if comparison.postponed:
        text += f", {comparison.postponed:,} postponed"
    if comparison.not_known:
        text += f", {comparison.not_known:,} not known"
    if comparison.unreadable:
        text += f", {counted(comparison.unreadable, 'unreadable record')}"
    if comparison.unmapped:
        text += f"; no source is known for site {listed(sorted(comparison.unmapped))}"
    return f"{text}."


def _forget_old_ones(website: Website) -> None:
    """Keep the last comparisons of a website."""
    ids = list(StockComparison.objects.filter(website=website).values_list("pk", flat=True)[KEPT:])
    StockDifference.objects.filter(comparison__in=ids).delete()
    StockComparison.objects.filter(pk__in=ids).delete()
