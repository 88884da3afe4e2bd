"""Traces leave the house: to a collector over HTTP, and to a worker in a task's headers."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from kombu import Connection

from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.tasks import run_job
from orderflow_bridge.tracing import spans
from orderflow_bridge.tracing.apps import TracingConfig, find_telemetry
from orderflow_bridge.tracing.telemetry import exporting
from tests.fakes import FakeOrderFlow
from tests.outbox.webhooks.shop import header
from tests.tracing.conftest import Trace, parent_of


@pytest.fixture
def collector() -> Iterator[FakeOrderFlow]:
    """A web server that takes what is sent."""
    with FakeOrderFlow().running() as server:
        yield server


def test_spans_are_sent_to_the_collector_that_the_standards_variable_names(
    collector: FakeOrderFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = collector.endpoint.removesuffix("/web/")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    before = spans.use(exporting())
    try:
        with spans.span("apply message", attributes={"bridge.message_id": "71"}):
            pass
        spans.flush()
    finally:
        spans.use(before)

    [heard] = collector.heard
    assert (heard.path, header(heard, "content-type")) == ("/v1/traces", "application/x-protobuf")
    assert all(word in heard.body for word in (b"orderflow-bridge", b"apply message", b"71"))


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::celery.exceptions.AlwaysEagerIgnored")
def test_a_task_goes_on_with_the_trace_of_whoever_waked_the_worker(trace: Trace) -> None:
    with Connection("memory://") as connection:
        with spans.span("tick"):
            current_app.send_task(run_job.name, (1,), connection=connection, queue="waked")
        message = connection.SimpleQueue("waked").get(timeout=5)

    parent = message.headers["traceparent"]
    # What a worker does with a task's headers: they become attributes of its request.
    headers: dict[str, Any] = {"traceparent": parent}
    run_job.push_request(**headers)
    try:
        with pytest.raises(JobRun.DoesNotExist):
            run_job(0)
    finally:
        run_job.pop_request()

    assert parent_of(trace("")[f"task {run_job.name}"]) == parent.split("-")[2]


def test_a_collector_without_the_extra_is_told_by_the_checks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = apps.get_app_config("tracing")
    assert isinstance(config, TracingConfig)
    monkeypatch.setattr("django.conf.settings.BRIDGE_TRACES", True)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "orderflow_bridge.tracing.telemetry")
    try:
        config.ready()
        [warning] = find_telemetry()
    finally:
        config.lacks_telemetry = False

    assert "OpenTelemetry is not installed" in warning.msg
    assert find_telemetry() == []
