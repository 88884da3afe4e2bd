"""What the rooms say to a trace. Without OpenTelemetry it is said to nobody, and costs nothing.

A span is a piece of work with a name, a beginning and an end; all spans of a trace have its id.
`traceparent` is the W3C's text that names a span to whoever goes on with it: a header, or a column.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum
from typing import Protocol

Value = str | int | float | bool


class Kind(Enum):
    """Whom a span has to do with."""

    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    CONSUMER = "consumer"


class Span:
    """A span, here one that nobody follows."""

    traceparent = ""
    trace_id = ""

    def note(self, attributes: Mapping[str, Value]) -> None:
        """Add what is known by now."""

    def rename(self, name: str) -> None:
        """Call it what it has turned out to be."""

    def answered(self, status: int) -> None:
        """Note an HTTP status; one of the server's errors is the span's, too."""


class Tracer(Protocol):
    """Who follows spans: `orderflow_bridge.tracing.telemetry`."""

    def span(
        self, name: str, kind: Kind, parent: str, trace_id: str, attributes: Mapping[str, Value]
    ) -> AbstractContextManager[Span]:
        """As `span` below."""

    def current(self) -> Span:
        """As `current` below."""

    def record(
        self, name: str, parent: str, trace_id: str, since: int, attributes: Mapping[str, Value]
    ) -> None:
        """As `record` below."""

    def flush(self) -> None:
        """Send what has not been sent yet: the process is about to end."""


class _Installed:
    tracer: Tracer | None = None


_COLLECTOR = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NOBODY = Span()
_NOTHING = nullcontext(_NOBODY)
_NO_HEADERS: AbstractContextManager[Mapping[str, str]] = nullcontext({})
_installed = _Installed()


def is_collector_named(environment: Mapping[str, str]) -> bool:
    """Tell whether OpenTelemetry's own variables name somebody to whom spans are sent."""
    return any(environment.get(name) for name in _COLLECTOR)


def use(tracer: Tracer | None) -> Tracer | None:
    """Let spans be followed from now on, or no longer; return who did so before."""
    before, _installed.tracer = _installed.tracer, tracer
    return before


def span(
    name: str,
    kind: Kind = Kind.INTERNAL,
    *,
    parent: str = "",
    trace_id: str = "",
    attributes: Mapping[str, Value] | None = None,
) -> AbstractContextManager[Span]:
    """Return a context whose work is a span.

    It goes on with `parent`, a traceparent. Without one it belongs to the span it is in, unless
    `trace_id` names another trace: then it begins that one, if it can be the id of a trace.
    """
    tracer = _installed.tracer
    if tracer is None:
        return _NOTHING
    return tracer.span(name, kind, parent, trace_id, attributes or {})


def current() -> Span:
    """Return the span that is at work here."""
    return _installed.tracer.current() if _installed.tracer else _NOBODY


def began() -> int:
    """Return the time as `record` takes it: nanoseconds since 1970; 0 if nobody follows."""
    return time.time_ns() if _installed.tracer else 0


def record(
    name: str, *, parent: str, trace_id: str, since: int, attributes: Mapping[str, Value]
) -> None:
    """Tell of work that many shared, and that ends now, as one message's span.

    `since` is what `began` said. It is linked to the span it was done in, such as the job's.
    """
    if _installed.tracer:
        _installed.tracer.record(name, parent, trace_id, since, attributes)


def outgoing_call(method: str, path: str) -> AbstractContextManager[Mapping[str, str]]:
    """Return a context for a call to another system.

    It yields the headers by which that system can go on with the trace.
    """
    return _outgoing(method, path) if _installed.tracer else _NO_HEADERS


@contextmanager
def _outgoing(method: str, path: str) -> Iterator[Mapping[str, str]]:
    attributes = {"http.request.method": method, "url.path": path}
    with span(f"{method} {path}", Kind.CLIENT, attributes=attributes) as made:
        yield {"traceparent": made.traceparent} if made.traceparent else {}


def flush() -> None:
    """Send what has not been sent yet: the process is about to end."""
    if _installed.tracer:
        _installed.tracer.flush()
