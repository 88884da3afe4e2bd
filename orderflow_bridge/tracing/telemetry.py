"""OpenTelemetry's side of traces: the only place that knows it, and loaded only where it is wanted.

What it sends where, the standard's own variables say (OTEL_EXPORTER_OTLP_ENDPOINT and the others).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Link, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from orderflow_bridge.tracing.spans import Kind, Span, Value
from orderflow_bridge.version import VERSION

NAME = "orderflow-bridge"
_FLUSH_MILLISECONDS = 3_000
_KINDS = {
    Kind.INTERNAL: SpanKind.INTERNAL,
    Kind.SERVER: SpanKind.SERVER,
    Kind.CLIENT: SpanKind.CLIENT,
    Kind.CONSUMER: SpanKind.CONSUMER,
}
_wire = TraceContextTextMapPropagator()
_wanted: ContextVar[int] = ContextVar("the id of the next trace", default=0)


def exporting() -> "Telemetry":
    """Return a tracer that sends spans to a collector, by a thread of its own."""
    return Telemetry(BatchSpanProcessor(OTLPSpanExporter()))


class _Ids(RandomIdGenerator):
    """Random ids; but a new trace has the id of the message it begins with."""

    def generate_trace_id(self) -> int:
        """Return the id that is wanted, else a random one."""
        return _wanted.get() or super().generate_trace_id()


class _Followed(Span):
    """A span that is followed."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        context = span.get_span_context()
        self.trace_id = f"{context.trace_id:032x}" if context.is_valid else ""

    @property
    def traceparent(self) -> str:  # type: ignore[override]  # written only where it is asked for
        """The W3C's name of this span; "" if it is none."""
        carrier: dict[str, str] = {}
        _wire.inject(carrier, trace.set_span_in_context(self._span))
        return carrier.get("traceparent", "")

    def note(self, attributes: Mapping[str, Value]) -> None:
        """Add attributes."""
        self._span.set_attributes(dict(attributes))

    def rename(self, name: str) -> None:
        """Change its name."""
        self._span.update_name(name)

    def answered(self, status: int) -> None:
        """Note an HTTP status."""
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500:
            self._span.set_status(Status(StatusCode.ERROR))


class Telemetry:
    """Follows spans and hands them to a processor, such as one that sends them."""

    def __init__(self, processor: SpanProcessor) -> None:
        name = os.environ.get("OTEL_SERVICE_NAME") or NAME
        resource = Resource.create({SERVICE_NAME: name, SERVICE_VERSION: VERSION})
        self._provider = TracerProvider(resource=resource, id_generator=_Ids())
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(NAME, VERSION)

    @contextmanager
    def span(
        self, name: str, kind: Kind, parent: str, trace_id: str, attributes: Mapping[str, Value]
    ) -> Iterator[Span]:
        """Follow a block; what it raises is noted."""
        made = self._start(name, _KINDS[kind], parent, trace_id, attributes)
        with trace.use_span(made, end_on_exit=True):
            yield _Followed(made)

    def current(self) -> Span:
        """Return the span of this context."""
        return _Followed(trace.get_current_span())

    def record(
        self, name: str, parent: str, trace_id: str, since: int, attributes: Mapping[str, Value]
    ) -> None:
        """Follow, afterwards, what ends now."""
        self._start(name, SpanKind.CONSUMER, parent, trace_id, attributes, since).end()

    def _start(
        self,
        name: str,
        kind: SpanKind,
        parent: str,
        trace_id: str,
        attributes: Mapping[str, Value],
        since: int | None = None,
    ) -> trace.Span:
        """Begin a span. One of another trace than that of the present span is linked to it."""
        around = trace.get_current_span().get_span_context()
        is_other = bool(parent or (trace_id and trace_id != f"{around.trace_id:032x}"))
        with _named(trace_id):
            return self._tracer.start_span(
                name,
                _context_of(parent) if is_other else None,
                kind,
                links=[Link(around)] if is_other and around.is_valid else [],
                attributes=dict(attributes),
                start_time=since,
            )

    def flush(self) -> None:
        """Send what waits, for three seconds at most."""
        self._provider.force_flush(_FLUSH_MILLISECONDS)


def _context_of(parent: str) -> Context:
    """Return the context a traceparent names; that of a new trace if it names none."""
    return _wire.extract({"traceparent": parent}, Context())


@contextmanager
def _named(trace_id: str) -> Iterator[None]:
    """Let a trace that begins in the block have an id, if it can be one."""
    token = _wanted.set(_number(trace_id))
    try:
        yield
    finally:
        _wanted.reset(token)


def _number(trace_id: str) -> int:
    """Return the number of an id of 32 hexadecimal digits, 0 for others."""
    try:
        return int(trace_id, 16) if len(trace_id) == 32 else 0
    except ValueError:
        return 0
