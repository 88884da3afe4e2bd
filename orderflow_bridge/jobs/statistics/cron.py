"""The job `orderflow_figures`."""

from orderflow_bridge.common import clock
from orderflow_bridge.jobs.statistics.services import roll_up


def add_up_statistics() -> str:
    """Add up what went through the bridge; return a sentence for the job's record."""
    return f"{roll_up(clock.now())} quarters of an hour added up."
