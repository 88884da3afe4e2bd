"""What the plugin adds besides its hooks: a job, a detector, a route, a menu entry."""

from datetime import datetime

from gift_wrap.models import Wrap
from orderflow_bridge.access.rights import add_resource
from orderflow_bridge.console.menu import add_menu_entry
from orderflow_bridge.documents.records import Document, Many, record, texts
from orderflow_bridge.jobs.table import Job, add_jobs
from orderflow_bridge.problems.kinds import Kind, Severity, add_kinds
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.restapi.routes import add_routes
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.watch.services import Detector, add_detectors

PAPER_LOW = Kind(
    "gift_wrap_low", "Paper Is Low", Severity.WARNING, ("gift_wrap.view_wrap",), "paper"
)
VIEW_WRAPS = "gift_wrap.view_wrap"
MOST = 3
WRAP = record("GiftWrapDataWrapInterface", texts("order_number colour"), required="order_number")


def count_wraps() -> str:
    """Count the orders that wait for paper."""
    return f"{Wrap.objects.count()} orders want paper."


def look_for_much_to_wrap(now: datetime) -> None:
    """Find more to wrap than there is paper for."""
    count = Wrap.objects.count()
    found = [Finding(PAPER_LOW, "paper", f"{count} orders want paper.", "Buy some.", count=count)]
    settle(PAPER_LOW, found if count > MOST else [], now=now)


class WrapsView(RestView):
    """The orders that want paper."""

    @operation(right=VIEW_WRAPS, returns=Many(WRAP))
    def get(self, call: Call) -> list[Document]:
        """List the orders that want paper."""
        return [
            Document(order_number=each.order_number, colour=each.colour)
            for each in Wrap.objects.all()
        ]


add_kinds(PAPER_LOW)
add_detectors(Detector("paper", look_for_much_to_wrap))
add_jobs(
    Job(
        name="gift_wrap_count",
        title="Gift Wrap Count",
        run=count_wraps,
        cron_expression=lambda: "0 3 * * *",
        is_enabled=lambda: True,
    )
)
add_menu_entry("Sales", "Gift Wrap", "redeem", "gift_wrap", "wrap")
add_resource(VIEW_WRAPS, "Agency_GiftWrap::wraps")
add_routes(Route("giftWraps", WrapsView))
