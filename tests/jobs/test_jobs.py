"""Every job of the table, run for real."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import LogCleaning, ShipmentImport
from orderflow_bridge.configuration.selectors import find_setting
from orderflow_bridge.file_transfer.models import FileImport, Kind
from orderflow_bridge.file_transfer.storage import store_file
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import run_job
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import write_mail
from orderflow_bridge.restapi.bulk.models import Bulk
from orderflow_bridge.restapi.bulk.services import accept
from orderflow_bridge.sales.models import Order
from tests.configuration.storing import store
from tests.factories import make_order, make_product, make_request, make_source
from tests.imports.despatches import stored_despatch
from tests.jobs.samples import make_run
from tests.outbox.webhooks.shop import Shop, listen, write_events

pytestmark = pytest.mark.django_db(transaction=True)

MONTHS_AGO = datetime.now(UTC) - timedelta(days=99)


def job_called(name):
    """Return a job of the table."""
    return next(job for job in JOBS if job.name == name)


def done(name):
    """Run a job as by hand; return the run."""
    return run_job(order_run(job_called(name), now=timezone.now()).pk)


def test_the_jobs_have_magentos_names():
    assert [job.name for job in JOBS] == [
        "orderflow_import_inventory_update",
        "orderflow_import_shipment_update",
        "orderflow_export_product_create",
        "orderflow_export_product_update",
        "orderflow_export_order_create",
        "orderflow_bulk_operations",
        "orderflow_file_import",
        "orderflow_log_cleaner",
        "orderflow_mail_delivery",
        "orderflow_webhooks",
        "orderflow_watch",
        "orderflow_reconcile_inventory",
        "orderflow_reconcile_orders",
        "orderflow_self_test",
        "orderflow_statistics",
    ]


def test_the_inventory_import_applies_waiting_stock_messages():
    make_source()
    make_product("24-MB01")
    make_request(message_id=71, lines=[["24-MB01", "90", None, "507", None]])

    run = done("orderflow_import_inventory_update")

    assert (run.status, run.summary[:10]) == (JobRun.Status.SUCCESS, "1 request:")
    assert SourceItem.objects.get(product__sku="24-MB01").quantity == Decimal(90)


def test_the_shipment_import_ships_orders():
    make_source()
    make_order(items=[("24-MB01", 1)], increment_id="000000005")
    despatch = stored_despatch("000000005", ("24-MB01", 1))
    make_request(entity=Entity.SHIPMENT, message_id=38, lines=[despatch])

    run = done("orderflow_import_shipment_update")

    assert (run.status, run.summary[:10]) == (JobRun.Status.SUCCESS, "1 request:")
    assert Order.objects.get().state == Order.State.COMPLETE


def test_the_mail_delivery_sends_what_waits():
    write_mail(recipient="v@example.com", subject="Shipped", text="Your parcel is on its way.")

    run = done("orderflow_mail_delivery")

    assert run.status == JobRun.Status.SUCCESS
    assert [message.subject for message in mail.outbox] == ["Shipped"]
    assert OutgoingMail.objects.get().status == OutgoingMail.Status.SENT


def test_bulk_calls_are_carried_out():
    bulk = accept("source_items", "topic", [{"sourceItems": []}]).bulk

    run = done("orderflow_bulk_operations")

    bulk.refresh_from_db()
    assert run.summary == "1 bulk calls: 0 operations done, 1 failed."
    assert bulk.finished_at


def test_uploaded_files_are_worked_on():
    stored = store_file(Kind.STOCK, "stock.csv", [b"sku,quantity\nA-1,5\n"])

    run = done("orderflow_file_import")

    stored.refresh_from_db()
    assert run.summary == "1 file worked on; see Files."
    assert stored.status == FileImport.Status.CHECKED


def test_the_log_cleaner_deletes_what_is_old():
    make_request(created_at=MONTHS_AGO, processed_at=MONTHS_AGO)

    run = done("orderflow_log_cleaner")

    assert run.status == JobRun.Status.SUCCESS
    assert run.summary.startswith("Deleted 0 exports, 0 imports, 1 request")


def test_the_log_cleaner_deletes_old_bulk_calls_and_files_that_are_done():
    accept("source_items", "topic", [{}])
    accept("source_items", "topic", [{}])
    Bulk.objects.update(created_at=MONTHS_AGO)
    Bulk.objects.filter(pk=Bulk.objects.first().pk).update(finished_at=MONTHS_AGO)
    for _ in range(2):
        store_file(Kind.STOCK, "stock.csv", [b"sku,quantity\n"])
    FileImport.objects.update(created_at=MONTHS_AGO)
    FileImport.objects.filter(pk=FileImport.objects.first().pk).update(finished_at=MONTHS_AGO)

    run = done("orderflow_log_cleaner")

    assert "1 bulk call, 1 imported file" in run.summary
    assert not Bulk.objects.get().finished_at, "one that waits stays"
    assert FileImport.objects.count() == 1


def test_the_log_cleaner_deletes_old_runs_and_keeps_failures_ten_times_as_long():
    weeks_ago = timezone.now() - timedelta(days=20)
    good = make_run(status=JobRun.Status.SUCCESS, created_at=weeks_ago)
    skipped = make_run("b", status=JobRun.Status.SKIPPED, created_at=weeks_ago)
    failed = make_run("c", status=JobRun.Status.FAILED, created_at=weeks_ago)
    failed_long_ago = make_run("d", status=JobRun.Status.FAILED, created_at=MONTHS_AGO)
    waiting = make_run("e", created_at=MONTHS_AGO)

    run = done("orderflow_log_cleaner")

    assert set(JobRun.objects.all()) == {failed, waiting, run}
    assert not {good, skipped, failed_long_ago} & set(JobRun.objects.all())
    assert "3 job runs" in run.summary


def test_expressions_and_switches_come_from_the_configuration():
    store(ShipmentImport, cron_expression="*/7 * * * *", is_enabled=False)
    store(LogCleaning, cron_expression="30 3 * * sun")

    shipments = job_called("orderflow_import_shipment_update")
    cleaner = job_called("orderflow_log_cleaner")

    assert (shipments.cron_expression(), shipments.is_enabled()) == ("*/7 * * * *", False)
    assert (cleaner.cron_expression(), cleaner.is_enabled()) == ("30 3 * * sun", True)


@pytest.mark.parametrize("job", [job for job in JOBS if job.switch], ids=lambda job: job.name)
def test_the_switch_that_a_job_names_exists(job):
    assert find_setting(job.switch) is not None


def test_mail_is_delivered_every_minute_and_cannot_be_switched_off():
    delivery = job_called("orderflow_mail_delivery")

    assert (delivery.cron_expression(), delivery.is_enabled()) == ("* * * * *", True)


def test_the_webhooks_job_posts_what_waits():
    with Shop().running() as shop:
        website = listen(shop)
        write_events(website, "000000005")

        run = done("orderflow_webhooks")

    assert (run.status, run.summary) == (
        JobRun.Status.SUCCESS,
        "1 delivered, 0 to be tried again.",
    )
    assert shop.told()[0]["data"] == {"order": "000000005"}


def test_without_a_listener_the_webhooks_job_is_off():
    assert not job_called("orderflow_webhooks").is_enabled()
