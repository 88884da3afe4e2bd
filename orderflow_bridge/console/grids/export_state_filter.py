"""The filter of what has an export state with OrderFlow: products, orders, and what waits."""

from collections.abc import Callable, Iterable

from django.db.models import Q

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.grids.filters import Choices


def _of_status(value: str) -> Q:
    """What was never touched is Pending, whatever its column holds."""
    found = Q(orderflow_export_status=value)
    untouched = Q(orderflow_export_status="") | Q(orderflow_export_status=None)
    return found | untouched if value == ExportStatus.PENDING else found


_NEVER = "never"


def export_status(
    never: Callable[[], Q], statuses: Iterable[ExportStatus] = ExportStatus
) -> Choices:
    """Return the filter of a list that also holds what OrderFlow never gets.

    `never` returns its condition. While nothing is known of such a thing it is not Pending, and
    reads "–".
    """

    def match(value: str) -> Q:
        pending = _of_status(ExportStatus.PENDING)
        if value == _NEVER:
            return pending & never()
        return pending & ~never() if value == ExportStatus.PENDING else _of_status(value)

    choices = [(status.value, status.label) for status in statuses]
    return Choices(
        "orderflow_export_status",
        _("Export Status (OF)"),
        "export_status",
        match=match,
        choices=[*choices, (_NEVER, _("– (not for OrderFlow)"))],
    )


EXPORT_STATUS = Choices(
    "orderflow_export_status",
    _("Export Status (OF)"),
    "export_status",
    match=_of_status,
    choices=ExportStatus.choices,
)
