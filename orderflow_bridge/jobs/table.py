"""The jobs: all of them, on one screen."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from exports.cron import export_orders_create, export_products_create, export_products_update
from exports.instances import groups_of
from imports.cron import import_inventory_updates, import_shipments
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.selectors import (
    inventory_import,
    log_cleaning,
    order_export,
    product_export,
    reconciliation,
    self_test,
    shipment_import,
)
from orderflow_bridge.file_transfer.cron import work_off_waiting_files
from orderflow_bridge.jobs.cleaning import clean_logs
from orderflow_bridge.jobs.statistics.quarter_hours import add_up_statistics
from orderflow_bridge.outbox.mail.services import deliver_waiting_mail
from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.outbox.webhooks.selectors import is_anybody_listening
from orderflow_bridge.restapi.bulk.cron import carry_out_bulks


@dataclass(frozen=True)
class Job:
    """Work that is done on a schedule.

    `name` is Magento's, `title` is English: problems are found by it, and pages translate it. `run`
    does the work and returns one sentence about it. Expression and
    switch are functions, because the configuration may change at any time. `switch` is the path of
    the setting that turns the job on; empty when it cannot be turned off, or is on while
    something is active (`made_active` says what).
    """

    name: str
    title: str
    run: Callable[[], str]
    cron_expression: Callable[[], str]
    is_enabled: Callable[[], bool]
    switch: str = ""
    made_active: str = ""

    @property
    def how_to_switch_on(self) -> str:
        """What the command line is told to do."""
        if self.made_active:
            return f"{self.made_active}."
        return f"To switch it on: manage.py config set {self.switch} 1"


def _of_watch(name: str) -> Callable[[], str]:
    """The watch looks at the jobs too, so it stands above them and is known here by its paths."""

    def run() -> str:
        sentence: str = import_string(f"orderflow_bridge.watch.{name}")()
        return sentence

    return run


def _exports_products() -> bool:
    return bool(groups_of(Entity.PRODUCT))


JOBS: list[Job] = [
    Job(
        name="orderflow_import_inventory_update",
        title=gettext_noop("Inventory Import"),
        run=import_inventory_updates,
        cron_expression=lambda: inventory_import().cron_expression,
        is_enabled=lambda: inventory_import().is_enabled,
        switch="orderflow_inventory_import/settings/is_enabled",
    ),
    Job(
        name="orderflow_import_shipment_update",
        title=gettext_noop("Shipment Import"),
        run=import_shipments,
        cron_expression=lambda: shipment_import().cron_expression,
        is_enabled=lambda: shipment_import().is_enabled,
        switch="orderflow_shipment_import/settings/is_enabled",
    ),
    Job(
        name="orderflow_export_product_create",
        title=gettext_noop("Product Export (new)"),
        run=export_products_create,
        cron_expression=lambda: product_export().cron_expression,
        is_enabled=_exports_products,
        switch="orderflow_product_export/settings/is_enabled",
    ),
    Job(
        name="orderflow_export_product_update",
        title=gettext_noop("Product Export (changed)"),
        run=export_products_update,
        cron_expression=lambda: product_export().cron_expression,
        is_enabled=_exports_products,
        switch="orderflow_product_export/settings/is_enabled",
    ),
    Job(
        name="orderflow_export_order_create",
        title=gettext_noop("Order Export"),
        run=export_orders_create,
        cron_expression=lambda: order_export().cron_expression,
        is_enabled=lambda: bool(groups_of(Entity.ORDER)),
        switch="orderflow_order_export/settings/is_enabled",
    ),
    Job(
        name="orderflow_bulk_operations",
        title=gettext_noop("Bulk Calls"),
        run=carry_out_bulks,
        cron_expression=lambda: "* * * * *",
        is_enabled=lambda: True,
    ),
    Job(
        name="orderflow_file_import",
        title=gettext_noop("File Import"),
        run=work_off_waiting_files,
        cron_expression=lambda: "* * * * *",
        is_enabled=lambda: True,
    ),
    Job(
        name="orderflow_log_cleaner",
        title=gettext_noop("Log Cleaning"),
        run=clean_logs,
        cron_expression=lambda: log_cleaning().cron_expression,
        is_enabled=lambda: log_cleaning().is_enabled,
        switch="orderflow_log_cleaning/settings/is_enabled",
    ),
    Job(
        name="orderflow_mail_delivery",
        title=gettext_noop("E-mail Delivery"),
        run=deliver_waiting_mail,
        cron_expression=lambda: "* * * * *",
        is_enabled=lambda: True,
    ),
    Job(
        name="orderflow_webhooks",
        title=gettext_noop("Webhooks"),
        run=deliver_webhooks,
        cron_expression=lambda: "* * * * *",
        is_enabled=is_anybody_listening,
        made_active=gettext_noop("Make a receiver active under System → Webhook Receivers"),
    ),
    Job(
        name="orderflow_watch",
        title=gettext_noop("Watch"),
        run=_of_watch("services.watch"),
        cron_expression=lambda: "* * * * *",
        is_enabled=lambda: True,
    ),
    Job(
        name="orderflow_reconcile_inventory",
        title=gettext_noop("Stock Comparison"),
        run=_of_watch("reconciliation.services.reconcile_inventory"),
        cron_expression=lambda: reconciliation().cron_expression,
        is_enabled=lambda: reconciliation().is_enabled,
        switch="orderflow_reconciliation/settings/is_enabled",
    ),
    Job(
        name="orderflow_reconcile_orders",
        title=gettext_noop("Order Comparison"),
        run=_of_watch("asking.reconcile_orders"),
        cron_expression=lambda: reconciliation().orders_cron_expression,
        is_enabled=lambda: reconciliation().orders_are_asked_for,
        switch="orderflow_reconciliation/settings/orders_are_asked_for",
    ),
    Job(
        name="orderflow_self_test",
        title=gettext_noop("Self-test"),
        run=_of_watch("self_test.services.run_self_test"),
        cron_expression=lambda: self_test().cron_expression,
        is_enabled=lambda: self_test().is_enabled,
        switch="orderflow_self_test/settings/is_enabled",
    ),
    Job(
        name="orderflow_statistics",
        title=gettext_noop("Statistics"),
        run=add_up_statistics,
        cron_expression=lambda: "12,27,42,57 * * * *",
        is_enabled=lambda: True,
    ),
]


def add_jobs(*jobs: Job) -> None:
    """Add the jobs of a plugin, while it is loaded. Raises ValueError for a name that is taken."""
    for job in jobs:
        if job.name in {each.name for each in JOBS}:
            raise ValueError(f"There is a job {job.name} already.")
        JOBS.append(job)


def title_of(name: str) -> str:
    """Return what operators call a job, in English; its name, if it is gone."""
    return next((job.title for job in JOBS if job.name == name), name)
