"""Which problems concern which page: what the watch and the imports call what a page shows.

Every page of a record tells of the problems that it mends; these have others besides.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

from exports.models import EndpointState
from imports.models import ImportRequest, InventoryImport, ShipmentImport, WaitingSku
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.console.page_parts import PageParts, add_parts
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.table import title_of
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.kinds import MASS_CHANGE
from orderflow_bridge.problems.pages import Subjects, is_about, of_order, of_sku
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.watch.queues import subjects_of_queue
from orderflow_bridge.watch.wording import host_of


def _of_message(request: Request) -> Subjects:
    """Return what a message is to problems; one that waits has those of its queue as well."""
    cases = {"request": request.pk}
    if request.processed_at is not None:
        return Subjects(cases=cases)
    is_stock = request.entity == Entity.INVENTORY
    return Subjects(
        subjects_of_queue(Entity(request.entity)), cases, (MASS_CHANGE,) if is_stock else ()
    )


def _of_import(report: Any) -> Subjects:
    return Subjects(cases={"import": report.pk})


_SUBJECTS: Mapping[type[Any], Callable[[Any], Subjects]] = {
    Order: lambda order: of_order(order.increment_id),
    Product: lambda product: of_sku(product.sku),
    WaitingSku: lambda row: of_sku(row.sku),
    ImportRequest: _of_message,
    InventoryImport: _of_import,
    ShipmentImport: _of_import,
    EndpointState: lambda state: Subjects(
        [("endpoint", state.endpoint), ("thing", f"certificate of {host_of(state.endpoint)}")]
    ),
    JobRun: lambda run: Subjects([("job", title_of(run.job))], {"run": run.pk}),
    OutgoingMail: lambda mail: Subjects(cases={"mail": mail.pk}),
    WebhookEvent: lambda event: Subjects(cases={"event": event.pk}),
}


def _parts(subjects: Callable[[Any], Subjects]) -> PageParts:
    def say(request: HttpRequest, record: Any) -> Mapping[str, Any]:
        is_about(request, subjects(record))
        return {}

    return PageParts(notices={"change": say})


for model, subjects in _SUBJECTS.items():
    add_parts(model, _parts(subjects))
