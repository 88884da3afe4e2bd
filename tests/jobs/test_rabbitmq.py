"""RabbitMQ carries the wake-ups as Redis does, where Celery's URL names it; with the trace."""

import os
import socket
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from kombu import Connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.fakes import FakeOrderFlow
from tests.jobs.test_worker import WORKER, bridge
from tests.supervisor.servers import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
URL = os.environ.get("BRIDGE_TEST_AMQP_URL") or "amqp://guest:guest@127.0.0.1:5672//"
QUEUE = "celery"
TASKS = "orderflow_bridge.jobs.tasks"
# What /readyz asks, before and after beat's message: it must make the queue as workers do.
ASK_TICK_ASK = """
import django; django.setup()
from orderflow_bridge.celery import open_queue
from orderflow_bridge.jobs import tasks
print(open_queue())
tasks.tick.delay()
print(open_queue())
"""

ASK_IN_TIME = """
import time
import django; django.setup()
from orderflow_bridge.celery import open_queue
began = time.monotonic()
try:
    open_queue()
except Exception as error:
    print("refused" in str(error), time.monotonic() - began < 1)
"""


@pytest.fixture
def on_rabbitmq(environment):
    """Return the environment of a bridge on RabbitMQ, whose queue is deleted before and after."""
    parts = urlsplit(URL)
    try:
        socket.create_connection((parts.hostname, parts.port or 5672), timeout=2).close()
    except OSError:
        pytest.skip(f"nobody answers at {parts.hostname}:{parts.port}")
    with Connection(URL) as connection:
        channel: Any = connection.default_channel  # its stubs leave out what every transport has
        channel.queue_delete(QUEUE)
        yield {**environment, "CELERY_BROKER_URL": URL}
        channel.queue_delete(QUEUE)


def traces_of(collector):
    """Return the ids of the traces that a collector was told of, by the names of their spans."""
    found: dict[str, set[bytes]] = {}
    for heard in collector.heard:
        for resource in ExportTraceServiceRequest.FromString(heard.body).resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    found.setdefault(span.name, set()).add(span.trace_id)
    return found


def test_a_worker_is_waked_over_rabbitmq_in_the_trace_of_the_tick(on_rabbitmq, tmp_path):
    with FakeOrderFlow().running() as collector, (tmp_path / "worker.log").open("wb") as log:
        traced = {
            **on_rabbitmq,
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint.removesuffix("/web/"),
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        assert bridge(traced, "-c", ASK_TICK_ASK).split() == ["0", "1"]
        worker = subprocess.Popen([sys.executable, *WORKER], env=traced, stderr=log)
        try:
            wait_until(lambda: f"task {TASKS}.run_job" in traces_of(collector), seconds=150)
        finally:
            worker.terminate()
            worker.wait(timeout=30)

    traces = traces_of(collector)
    # Messages over RabbitMQ: the tick, and one for each run that it waked a worker for.
    assert traces[f"task {TASKS}.run_job"] == traces[f"task {TASKS}.tick"]
    jobs = [traces[name] for name in traces if name.startswith("job ")]
    assert jobs[0] == traces[f"task {TASKS}.tick"]


def test_a_rabbitmq_that_is_away_is_told_at_once(environment):
    away = {**environment, "CELERY_BROKER_URL": "amqp://guest:guest@127.0.0.1:9//"}

    assert bridge(away, "-c", ASK_IN_TIME) == "True True\n"
