"""The reports that a run of a job has made: what its page leads to."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exports.models import Export
from imports.models import Import
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.console.pages import Section, Table, admin_url, link, table, time_cell
from orderflow_bridge.jobs.models import JobRun

SHOWN = 50
_TABLES: dict[str, tuple[Any, Entity, tuple[Operation, ...], str]] = {
    "orderflow_import_inventory_update": (
        Import, Entity.INVENTORY, (), "imports_inventoryimport_change",
    ),
    "orderflow_import_shipment_update": (
        Import, Entity.SHIPMENT, (), "imports_shipmentimport_change",
    ),
    "orderflow_export_product_create": (
        Export, Entity.PRODUCT, (Operation.CREATE,), "exports_productexport_change",
    ),
    "orderflow_export_product_update": (
        Export, Entity.PRODUCT, (Operation.UPDATE,), "exports_productexport_change",
    ),
    "orderflow_export_order_create": (
        Export, Entity.ORDER, (Operation.CREATE,), "exports_orderexport_change",
    ),
}  # fmt: skip


def has_reports(run: JobRun) -> bool:
    """Tell whether the job of a run makes reports at all, and the run has begun."""
    return run.job in _TABLES and run.started_at is not None


def reports_section(run: JobRun) -> Section | None:
    """Return the tab with the reports made while a run was at work, newest first; or none.

    A report does not know its run: what was done by hand in the same seconds stands there too.
    """
    if not has_reports(run):
        return None
    model, entity, operations, page = _TABLES[run.job]
    made: QuerySet[Any] = model.objects.filter(entity=entity, created_at__gte=run.started_at)
    if run.finished_at:
        made = made.filter(created_at__lte=run.finished_at)
    if operations:
        made = made.filter(operation__in=operations)
    rows = [
        (
            link(report.message_id or report.pk, admin_url(page, report.pk)),
            report.successes,
            report.duplicates,
            report.superseded,
            report.failures,
            time_cell(report.created_at),
        )
        for report in made.order_by("-id")[:SHOWN]
    ]
    columns = (
        _("Message ID"),
        _("Successes"),
        _("Duplicates"),
        _("Superseded"),
        _("Failures"),
        _("Processed"),
    )
    return table(
        "reports", _("Reports"), Table(columns, rows, empty=_("This run has made no report."))
    )
