"""The filters of import and export requests, and "Process All Requests"."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest

from orderflow_bridge.console.grids.filters import DateRange, NumberRange, yes_or_no
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally
from orderflow_bridge.console.pages import PENDING

STATE = yes_or_no(
    "processed_at",
    "State",
    "processed",
    yes="Processed",
    no=PENDING,
    match=lambda: Q(processed_at__isnull=False),
)
NUMBERS = (
    NumberRange("message_number", "Message ID"),
    NumberRange("line_count", "Lines"),
)
TIMES = (
    DateRange("created_at", "Created", "created"),
    DateRange("processed_at", "Processed", "processed_at"),
)


def message_processed(http: HttpRequest, tally: Tally) -> None:
    """Tell how many of the selected requests were really processed."""
    messages.success(http, f"A total of {tally.done} request(s) have been processed.")
    if tally.left:
        left = f"{tally.left} of the selected request(s) were not processed"
        messages.info(http, f"{left}: they had been processed before, or could not be.")


def process_all(run: Callable[[HttpRequest, Sequence[int]], int]) -> ConfirmedMassAction:
    """Return the mass action that processes a selection."""
    question = "Are you sure you wish to process the selected requests?"
    return ConfirmedMassAction("Process All Requests", question, run, message_processed, step=50)
