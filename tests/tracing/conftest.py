"""The bridge served over real HTTP, with its traces kept in memory."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_django.live_server_helper import LiveServer

from orderflow_bridge.tracing import spans
from orderflow_bridge.tracing.telemetry import Telemetry
from soapapi.endpoint import with_soap_endpoint
from tests.log_lines import Lines, written_lines

Trace = Callable[[str], dict[str, ReadableSpan]]


@pytest.fixture
def bridge(transactional_db: None) -> Iterator[str]:
    """Serve the bridge as its WSGI application does, SOAP's short way included; yield its URL."""
    server = LiveServer("localhost", start=False)
    server.thread.static_handler = cast(Any, with_soap_endpoint)
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def trace() -> Iterator[Trace]:
    """Follow spans; yield a function that returns those of a trace by name, all if it is ""."""
    kept = InMemorySpanExporter()

    def spans_of(trace_id: str) -> dict[str, ReadableSpan]:
        ended = kept.get_finished_spans()
        return {each.name: each for each in ended if trace_id in ("", trace_id_of(each))}

    before = spans.use(Telemetry(SimpleSpanProcessor(kept)))
    yield spans_of
    spans.use(before)


@pytest.fixture
def log() -> Iterator[Lines]:
    """Return what the log says."""
    with written_lines() as lines:
        yield lines


def trace_id_of(span: ReadableSpan) -> str:
    """Return the id of the trace that a span belongs to."""
    return f"{span.context.trace_id:032x}"


def parent_of(span: ReadableSpan) -> str:
    """Return the id of the span that a span goes on with."""
    assert span.parent is not None
    return f"{span.parent.span_id:016x}"


def span_id_of(span: ReadableSpan) -> str:
    """Return a span's id."""
    return f"{span.context.span_id:016x}"
