"""The way out: OrderFlow can be called, is told of the test product, and comes for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_noop

from exports.instances import instance_of
from exports.selectors import links_of_product, why_it_waits, why_not_due
from orderflow_bridge.catalog.events import exported_by_hand
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.catalog.services import mark_changed
from orderflow_bridge.client import State as Outcome
from orderflow_bridge.client import Step as Trial
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.connection import try_account
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import Api, ProductExport, SelfTest
from orderflow_bridge.configuration.selectors import api, product_export, self_test
from orderflow_bridge.problems.kinds import Severity
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.self_test.models import Run, Step, StepState
from orderflow_bridge.watch.wording import counted, host_of

CONNECT, ANNOUNCE, FETCH = "connect", "announce", "fetch"
OUT = gettext_noop("Out: the test product")
_TOLD = (ExportStatus.QUEUED, ExportStatus.EXPORTED)


def connecting_steps() -> list[Step]:
    """Return the steps of Test Connection, for every OrderFlow that a website uses."""
    websites = [each for each in Website.objects.order_by("-pk") if api(each).endpoint]
    first = {instance_of(website): website for website in websites}
    return [
        Step(CONNECT, _heading(website), str(trial), data={"website": website.pk})
        for website in sorted(first.values(), key=lambda each: each.pk)
        for trial in Trial
    ]


def out_steps() -> list[Step]:
    """Return the steps that the test product goes through."""
    return [
        Step(ANNOUNCE, OUT, gettext_noop("Announced to OrderFlow")),
        Step(FETCH, OUT, gettext_noop("Fetched by OrderFlow")),
    ]


def connect(run: Run, step: Step, now: datetime) -> None:
    """Try the account of a website's OrderFlow: all steps of its part, from the first on."""
    steps = {each.title: each for each in run.of_part(step.part)}
    website = Website.objects.filter(pk=step.data["website"]).first()
    if website is None:
        run.skip(step.part, gettext_noop("The website is no longer there."), now)
        return
    began = clock.now()
    for finding in try_account(api(website), by="self-test"):
        found, at = steps[str(finding.step)], clock.now()
        found.began, began = began.isoformat(), at
        if finding.state == Outcome.FAILED:
            remedy = gettext_noop(
                "Put it right in API Settings; Test Connection there tries it at once."
            )
            found.fail(finding.text, remedy, section_url(Api, website), at)
        else:
            found.end(StepState(finding.state), finding.text, at)
        run.save()
    run.skip(step.part, gettext_noop("Not come to."), clock.now())


def announce(run: Run, step: Step, now: datetime) -> None:
    """Have the test product announced by the ordinary job, and see that it is."""
    if any(each.key == CONNECT and each.state == StepState.FAILED for each in run.steps):
        run.skip(OUT, gettext_noop("Not tried: OrderFlow cannot be called."), now)
    elif not (sku := step.data.get("sku") or self_test().test_product):
        run.skip(
            OUT, gettext_noop("Left out: no Test Product is set in Configuration → Self-test."), now
        )
    elif step.data or _begin(step, sku, now):
        told = [each for each in _links(step) if each.orderflow_export_status in _TOLD]
        at = max((each.orderflow_queued_at or now for each in told), default=now)
        _settle(step, step, told, f"OrderFlow was told of {sku}.", at, now)


def fetch(run: Run, step: Step, now: datetime) -> None:
    """See that OrderFlow comes for the test product, or has taken its document."""
    told = run.step(ANNOUNCE)
    began = told.began_at or now
    got = [
        each
        for each in _links(told)
        if each.orderflow_export_status == ExportStatus.EXPORTED
        and (each.orderflow_export_date or began) >= began
    ]
    at = max((each.orderflow_export_date or now for each in got), default=now)
    _settle(step, told, got, f"OrderFlow has got {told.data['sku']}.", at, now)


def _begin(step: Step, sku: str, now: datetime) -> bool:
    """Make the test product Pending where it is exported; tell whether it can be announced."""
    links = links_of_product(sku)
    exporting = [each for each in links if product_export(each.website).is_enabled]
    text, url = "", section_url(ProductExport)
    if not links:
        text, url = f"There is no product {sku} on any website.", section_url(SelfTest)
    elif not exporting:
        text = f"{sku} is on no website that exports products."
    else:
        with exported_by_hand():
            mark_changed([links[0].product_id])
        step.data = {
            "sku": sku,
            "product": links[0].product_id,
            "links": [each.pk for each in exporting],
        }
        never = next(filter(None, map(why_not_due, _links(step))), "")
        text = f"{sku} is not announced. {never}" if never else ""
    if text:
        remedy = gettext_noop("Put the setting right, or choose another Test Product.")
        step.fail(text, remedy, url, now, Severity.WARNING)
    return not text


def _settle(
    step: Step, told: Step, done: Sequence[ProductWebsite], text: str, at: datetime, now: datetime
) -> None:
    """Pass a step if all websites of the test product are done; else it waits, or has failed."""
    links = _links(told)
    waiting = next((each for each in links if each not in done), None)
    if links and waiting is None:
        step.end(StepState.PASSED, text, at)
        return
    why = waiting.orderflow_last_error or why_it_waits(waiting) if waiting else "It is gone"
    step.text = f"Waits. {why.rstrip('.')}."
    minutes = self_test().fetch_minutes
    if now >= (step.began_at or now) + timedelta(minutes=minutes):
        step.fail(
            f"Not within {counted(minutes, 'minute')}. {why.rstrip('.')}.",
            gettext_noop(
                "See on the product's page why it waits, and in OrderFlow, under Integration,"
                " Remote Messages, what it says."
            ),
            reverse("admin:catalog_product_change", args=[told.data["product"]]),
            now,
            Severity.WARNING,
        )


def _links(step: Step) -> list[ProductWebsite]:
    """Return where the test product is exported, as it stands now."""
    links = ProductWebsite.objects.filter(pk__in=step.data["links"])
    return list(links.select_related("product", "website"))


def _heading(website: Website) -> str:
    return f"Connection of {website.name} to {host_of(api(website).endpoint)}"
