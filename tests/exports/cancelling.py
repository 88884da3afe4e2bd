"""Orders to cancel, and what OrderFlow may answer."""

from django.utils import timezone

from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from tests.factories import make_order, make_product, make_store
from tests.fakes import Answer, FakeOrderFlow

SUCCESS = "Order successfully cancelled."
UNKNOWN_THERE = Answer(
    b"<result><exception>rtd.exceptions.MissingDataException: no such order</exception></result>"
)
NOTHING_DONE = Answer(b"<result>No cancel operation performed: order is being packed</result>")


def make_open_order(website: Website, status: str = "Pending", **values) -> Order:
    """Make an order that is not invoiced yet and stands like this with OrderFlow."""
    known = {"orderflow_export_status": status, **values}
    if status in ("Queued", "Failed"):
        known.setdefault("orderflow_queued_at", timezone.now())
    if status == "Exported":
        known |= {"orderflow_export_date": timezone.now(), "orderflow_due_at": None}
    store = website.stores.first() or make_store(website)
    return make_order(store=store, items=[(make_product(), 2)], invoiced=False, **known)


def export_state(order: Order) -> tuple[str, str]:
    """Return status and export status as they are now."""
    order.refresh_from_db()
    return order.status, order.orderflow_export_status


def paths(orderflow: FakeOrderFlow) -> list[str]:
    """Return the order calls OrderFlow has heard."""
    return [
        heard.path.split("?")[0].removeprefix("/web/remoteorder/order/")
        for heard in orderflow.heard
    ]
