"""What the parts of the dashboard judge by: each fact is read once, and only if asked for."""

from datetime import datetime
from functools import cached_property

from django.http import HttpRequest

from orderflow_bridge.access.selectors import USERS_NAMED, importing_users
from orderflow_bridge.common import clock
from orderflow_bridge.configuration import sections
from orderflow_bridge.configuration.selectors import read_ahead, web_services
from orderflow_bridge.jobs.selectors import JobState, job_states
from orderflow_bridge.monitoring.readiness import LONGEST_SILENCE
from orderflow_bridge.stores.models import Website


def facts_of(request: HttpRequest) -> "Facts":
    """Return the facts that all parts of one page share."""
    facts: Facts = request.__dict__.setdefault("bridge_facts", Facts())
    return facts


class Facts:
    """The state of the bridge at the moment of one page."""

    @cached_property
    def now(self) -> datetime:
        """The moment, in UTC."""
        return clock.now()

    @cached_property
    def websites(self) -> list[Website]:
        """All websites; their settings are read along, so that asking for them costs nothing."""
        return read_ahead(
            sections.Api, sections.OrderExport, sections.ProductExport, sections.Email
        )

    @cached_property
    def job_states(self) -> list[JobState]:
        """Every job with its last and next run."""
        return job_states(self.now) if self.websites is not None else []

    @cached_property
    def last_tick(self) -> datetime | None:
        """When the scheduler last wrote a run down; None if it never has."""
        runs = (each.last_run for each in self.job_states)
        return max((run.created_at for run in runs if run is not None), default=None)

    @property
    def is_scheduler_alive(self) -> bool:
        """Whether the scheduler has run within the last minutes."""
        return self.last_tick is not None and self.now - self.last_tick <= LONGEST_SILENCE

    @cached_property
    def importing_users(self) -> list[str]:
        """The names of the first users with the right OrderFlow Import."""
        return [user.get_username() for user in importing_users()[:USERS_NAMED]]

    @property
    def is_endpoint_open(self) -> bool:
        """Whether OrderFlow can come in: it has a user, or needs none."""
        return bool(web_services().anonymous_addresses or self.importing_users)
