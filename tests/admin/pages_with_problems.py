"""Pages of the admin, each with a problem of what it shows."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.utils import timezone

from exports.models import EndpointState
from imports.models import WaitingSku
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import Api, ShipmentImport
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.kinds import (
    CALLER_REFUSED,
    DESPATCH_FAILED,
    ENDPOINT_DOWN,
    IMPORT_OFF,
    JOB_FAILED,
    LATE_ORDER,
    MAIL_FAILING,
    MASS_CHANGE,
    OVERSOLD,
    QUEUE_OLD,
    SECRET_UNREADABLE,
    STOCK_DIFFERS,
    STOCK_FAILED,
    UNKNOWN_SKU,
    WEBHOOK_FAILING,
)
from orderflow_bridge.problems.services import Finding
from orderflow_bridge.watch.models import StockComparison
from tests.factories import make_order, make_product, make_request, make_website
from tests.jobs.cleaning.samples import make_mail, make_webhook

ENDPOINT = "http://of.example/web/"
Made = tuple[str, Finding]


def change(app: str, pk: int) -> str:
    return f"/admin/{app}/{pk}/change/"


def late_order() -> Made:
    order = make_order()
    page = change("sales/order", order.pk)
    return page, Finding(LATE_ORDER, order.increment_id, "It is late.", "Ask OrderFlow.", page)


def order_whose_despatch_failed() -> Made:
    order = make_order(increment_id="Order-5")
    finding = Finding(DESPATCH_FAILED, "ORDER-5", "Despatch 38 was not booked.")
    return change("sales/order", order.pk), finding


def story_of_an_order_that_is_not_there() -> Made:
    return "/admin/timeline/timeline/order/99/", Finding(DESPATCH_FAILED, "99", "Not booked.")


def oversold_product() -> Made:
    product = make_product("MUG")
    return change("catalog/product", product.pk), Finding(OVERSOLD, "MUG", "SKU MUG is oversold.")


def product_with_a_bad_figure() -> Made:
    product = make_product("Mug")
    finding = Finding(STOCK_FAILED, "MUG", "Its figure was not applied.", about="line")
    return change("catalog/product", product.pk), finding


def story_of_an_unknown_sku() -> Made:
    return "/admin/timeline/timeline/product/nope/", Finding(UNKNOWN_SKU, "NOPE", "It is unknown.")


def waiting_sku() -> Made:
    now = timezone.now()
    row = WaitingSku.objects.create(
        sku="NOPE", sku_key="nope", source_code="default", sequence_id=1, quantity=1,
        first_seen=now, last_seen=now,
    )  # fmt: skip
    return change("imports/waitingsku", row.pk), Finding(UNKNOWN_SKU, "NOPE", "It is unknown.")


def message_whose_import_is_off() -> Made:
    request = make_request(entity=Entity.SHIPMENT)
    return change("imports/importrequest", request.pk), Finding(
        IMPORT_OFF, "Shipment Import", "1 despatch message waits.", url=section_url(ShipmentImport)
    )


def message_of_an_old_queue() -> Made:
    return change("imports/importrequest", make_request().pk), Finding(
        QUEUE_OLD, "stock messages", "The oldest of 1 stock message has waited for 20 minutes."
    )


def message_behind_a_mass_change() -> Made:
    return change("imports/importrequest", make_request().pk), Finding(
        MASS_CHANGE, "default", "40 products would go out of stock."
    )


def endpoint() -> Made:
    state = EndpointState.objects.create(endpoint=ENDPOINT, failures=5, opened_at=timezone.now())
    finding = Finding(ENDPOINT_DOWN, ENDPOINT, "It is left alone.", url=section_url(Api))
    return change("exports/endpointstate", state.pk), finding


def run_of_a_job() -> Made:
    run = JobRun.objects.create(job="orderflow_log_cleaner", scheduled_for=timezone.now())
    return change("scheduler/jobrun", run.pk), Finding(JOB_FAILED, "Log Cleaning", "It failed.")


def jobs() -> Made:
    page = "/admin/scheduler/jobrun/"
    return page, Finding(JOB_FAILED, "Watch", "It failed.", url=f"{page}?job=orderflow_watch")


def section() -> Made:
    page = section_url(Api)
    website = make_website()
    text = "The password cannot be read."
    return page, Finding(SECRET_UNREADABLE, "Password", text, url=section_url(Api, website))


def comparison() -> Made:
    row = StockComparison.objects.create(endpoint=ENDPOINT, finished_at=timezone.now())
    page = change("watch/stockcomparison", row.pk)
    return page, Finding(STOCK_DIFFERS, "stock", "3 SKUs differ.", url=page)


def mail() -> Made:
    row = make_mail(timezone.now(), "failed")
    finding = Finding(MAIL_FAILING, "smtp.example", "1 e-mail failed.", evidence={"mail": row.pk})
    return change("mail/outgoingmail", row.pk), finding


def webhook() -> Made:
    row = make_webhook(make_website(), timezone.now(), WebhookEvent.Status.GIVEN_UP)
    finding = Finding(WEBHOOK_FAILING, "erp", "1 event failed.", evidence={"event": row.pk})
    return change("webhooks/webhookevent", row.pk), finding


def refused_user() -> Made:
    page = change("auth/user", User.objects.create_user("wms").pk)
    return page, Finding(CALLER_REFUSED, "wms", "User wms was refused.", url=page)


PAGES: tuple[Callable[[], Made], ...] = (
    late_order, order_whose_despatch_failed, story_of_an_order_that_is_not_there, oversold_product,
    product_with_a_bad_figure, story_of_an_unknown_sku, waiting_sku, message_whose_import_is_off,
    message_of_an_old_queue, message_behind_a_mass_change, endpoint, run_of_a_job, jobs, section,
    comparison, mail, webhook, refused_user,
)  # fmt: skip
