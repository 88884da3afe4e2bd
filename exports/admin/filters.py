"""Filters that several lists of exports have in common."""

from django.db.models import Q
from django.http import HttpRequest

from orderflow_bridge.common.choices import Operation
from orderflow_bridge.console.grids.filters import Choices
from orderflow_bridge.stores.selectors import website_choices

_ORDERFLOW = "0"
_QUEUE = "queue"
_ANNOUNCING = (Operation.CREATE, Operation.UPDATE)


def _websites_and_orderflow(request: HttpRequest) -> list[tuple[int | str, str]]:
    """What belongs to no website is shown as OrderFlow's."""
    return [*website_choices(request), (_ORDERFLOW, "OrderFlow")]


def _of_website(value: str) -> Q:
    return Q(website=None) if value == _ORDERFLOW else Q(website=value)


def _of_operation(value: str) -> Q:
    """Create and Update are both shown as "Queue"."""
    return Q(operation__in=_ANNOUNCING) if value == _QUEUE else Q(operation=value)


WEBSITE = Choices("website", "Website", match=_of_website, choices=_websites_and_orderflow)
OPERATION = Choices(
    "operation",
    "Operation",
    match=_of_operation,
    choices=(
        (_QUEUE, "Queue"),
        (Operation.EXPORT, Operation.EXPORT.label),
        (Operation.CANCEL, Operation.CANCEL.label),
    ),
)
