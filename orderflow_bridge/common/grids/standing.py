"""The filter of what has a standing with OrderFlow: products, orders, and what waits."""

from django.db.models import Q

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.grids.filters import Choices


def _of_status(value: str) -> Q:
    """What was never touched is Pending, whatever its column holds (B-56)."""
    found = Q(orderflow_export_status=value)
    untouched = Q(orderflow_export_status="") | Q(orderflow_export_status=None)
    return found | untouched if value == ExportStatus.PENDING else found


EXPORT_STATUS = Choices(
    "orderflow_export_status",
    "Export Status (OF)",
    "export_status",
    match=_of_status,
    choices=ExportStatus.choices,
)
