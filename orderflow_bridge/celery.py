"""The Celery application. A task only wakes a worker: the queue itself is in the database."""

import gc
import os
import time
from datetime import datetime
from typing import Any

from celery import Celery, Task
from celery.schedules import BaseSchedule, schedstate
from celery.signals import (
    before_task_publish,
    setup_logging,
    worker_process_init,
    worker_process_shutdown,
)
from django_structlog.celery.steps import DjangoStructLogInitStep

from orderflow_bridge.tracing import spans

_TRACEPARENT = "traceparent"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
# Django's checks load every page of the admin. They are `manage.py prepare`'s and `check`'s.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")


class TracedTask(Task[Any, Any]):
    """A task that goes on with the trace of whoever waked the worker."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do the work."""
        parent = getattr(self.request, _TRACEPARENT, None) or ""
        with spans.span(f"task {self.name}", spans.Kind.CONSUMER, parent=parent):
            return super().__call__(*args, **kwargs)


app = Celery("orderflow_bridge", task_cls=TracedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


class EveryMinute(BaseSchedule):
    """Due when a minute begins. The waiting in between is done by the monotonic clock.

    Celery's own schedules remember the time of day at which they were due last: after a clock that
    was a day ahead is set right, they would be silent for that day.
    """

    def __init__(self) -> None:
        super().__init__()
        self._next = time.monotonic() + _seconds_left()

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Tell whether the minute has begun, and in how many seconds to ask again."""
        left = self._next - time.monotonic()
        if left > 0:
            return schedstate(False, left)
        left = _seconds_left()
        self._next = time.monotonic() + left
        return schedstate(True, left)


def _seconds_left() -> float:
    """Return how much of the present minute is left."""
    return 60 - time.time() % 60


# Beat knows one entry only. It keeps nothing on disk: a tick that was missed is made up for by the
# next one (orderflow_bridge/jobs), and no file can be broken by a kill.
app.conf.beat_scheduler = "celery.beat:Scheduler"
app.conf.beat_schedule = {
    "tick": {
        "task": "orderflow_bridge.jobs.tasks.tick",
        "schedule": EveryMinute(),
    },
}


@before_task_publish.connect
def send_traceparent(headers: dict[str, Any], **_: Any) -> None:
    """Let the task go on with this trace."""
    if traceparent := spans.current().traceparent:
        headers[_TRACEPARENT] = traceparent


@worker_process_init.connect
def leave_what_stays(**_: Any) -> None:
    """Spare the garbage collector what the application consists of: it is walked at every look.

    A batch of lines has it look often, and that took a tenth of the processor's time.
    """
    gc.collect()
    gc.freeze()


@worker_process_shutdown.connect
def send_last_spans(**_: Any) -> None:
    """Send what a process of the pool has not sent yet; it ends without the interpreter's end."""
    spans.flush()


@setup_logging.connect
def keep_djangos_logging(**_: Any) -> None:
    """Stop Celery from configuring logging: LOGGING holds for all processes alike."""


def load_driver() -> None:
    """Import the broker's driver, which takes longer than the broker takes to answer."""
    app.connection_for_write().get_transport_cls()


def open_queue() -> int:
    """Connect to the broker, make the queue if it is not there, and return its length.

    Raises whatever the broker's driver raises when it cannot be reached.
    """
    with app.connection_for_write(transport_options=_impatient()) as connection:
        # As a worker declares it: RabbitMQ refuses one that differs.
        queue = app.amqp.queues[app.conf.task_default_queue].bind(connection.default_channel)
        queue.declare()
        # Not passively: an empty queue of Redis is none.
        declared: Any = queue.queue_declare()
        return int(declared.message_count)


def _impatient() -> dict[str, Any]:
    """Return the broker's options with a limit on how long a connection may take."""
    options = dict(app.conf.broker_transport_options or {})
    url = app.conf.broker_url or ""
    if url.startswith("redis"):
        options |= {"socket_connect_timeout": 3, "socket_timeout": 3}
    elif url.startswith("amqp"):
        # Whoever asks waits for a second; by itself it would be tried for ever.
        options |= {"max_retries": 1, "interval_start": 0}
    return options
