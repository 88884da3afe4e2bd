"""The filters of import and export requests, and "Process All Requests"."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.filters import DateRange, NumberRange, yes_or_no
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally
from orderflow_bridge.console.pages import PENDING

STATE = yes_or_no(
    "processed_at",
    gettext_lazy("State"),
    "processed",
    yes=gettext_lazy("Processed"),
    no=PENDING,
    match=lambda: Q(processed_at__isnull=False),
)
NUMBERS = (
    NumberRange("message_number", gettext_lazy("Message ID")),
    NumberRange("line_count", gettext_lazy("Lines")),
)
TIMES = (
    DateRange("created_at", gettext_lazy("Created"), "created"),
    DateRange("processed_at", gettext_lazy("Processed"), "processed_at"),
)


def message_processed(http: HttpRequest, tally: Tally) -> None:
    """Tell how many of the selected requests were really processed."""
    done = _("A total of %(count)s request(s) have been processed.") % {"count": tally.done}
    messages.success(http, done)
    if tally.left:
        left = _(
            "%(count)s of the selected request(s) were not processed: they had been processed"
            " before, or could not be."
        )
        messages.info(http, left % {"count": tally.left})


def process_all(run: Callable[[HttpRequest, Sequence[int]], int]) -> ConfirmedMassAction:
    """Return the mass action that processes a selection."""
    question = _("Are you sure you wish to process the selected requests?")
    return ConfirmedMassAction(_("Process All Requests"), question, run, message_processed, step=50)
