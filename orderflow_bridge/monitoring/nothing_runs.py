"""The problem that nothing runs: no tick for too long.

It is raised by whoever looks, as the watch is a job and would not run either.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Min
from django.urls import reverse

from orderflow_bridge.common import clock
from orderflow_bridge.common.worded import worded, worded_time
from orderflow_bridge.jobs.selectors import shop_zone
from orderflow_bridge.monitoring.readiness import LONGEST_SILENCE
from orderflow_bridge.monitoring.selectors import last_tick
from orderflow_bridge.problems.kinds import NOTHING_RUNS
from orderflow_bridge.problems.services import Finding, open_problems, raise_problems
from orderflow_bridge.watch.services import SCHEDULER


def raise_if_silent(now: datetime | None = None, *, begun: datetime | None = None) -> None:
    """Raise the problem that nothing runs, once per silence. The watch ends it when it runs again.

    Where nothing has ever run, the silence counts from `begun`, else from the first user on. Takes
    one query while all is well.
    """
    at = now or clock.now()
    since = last_tick(at)
    if at - (since or begun or _first_user(at)) <= LONGEST_SILENCE:
        return
    if open_problems(NOTHING_RUNS).filter(subject=SCHEDULER).exists():
        return
    raise_problems(
        [
            Finding(
                NOTHING_RUNS,
                SCHEDULER,
                worded(
                    "Nothing is running since %(time)s.",
                    time=worded_time(since.astimezone(shop_zone())),
                )
                if since
                else worded("No job has run yet."),
                worded("Start beat and a worker, or add the cron entry."),
                reverse("admin:scheduler_jobrun_changelist"),
            )
        ],
        now=at,
    )


def _first_user(now: datetime) -> datetime:
    """Return when the first user was made: about then the bridge was set up."""
    first: datetime | None = User.objects.aggregate(first=Min("date_joined"))["first"]
    return first or now
