"""The job `orderflow_figures`."""

from django.utils import timezone

from orderflow_bridge.figures.services import roll_up


def add_up_figures() -> str:
    """Add up what went through the bridge; return a sentence for the job's record."""
    return f"{roll_up(timezone.now())} quarters of an hour added up."
