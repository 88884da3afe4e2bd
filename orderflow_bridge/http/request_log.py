"""What an HTTP request is known by: its id and the caller's address in the log, and its span."""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, reset_contextvars

from orderflow_bridge.tracing import spans
from orderflow_bridge.tracing.ids import id_of

_OAUTH = re.compile(r"(oauth_\w+)=[^&\s]*")


class RequestLogMiddleware(RequestMiddleware):
    """Binds id, address and user, and writes one line for each request."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the request its id before the parent reads it, and follow it."""
        request.META["HTTP_X_REQUEST_ID"] = request_id = id_of(request.META)
        with _followed(request.META, request_id) as span:
            response = cast(HttpResponse, super().__call__(request))
            span.answered(response.status_code)
            if match := request.resolver_match:
                span.rename(f"{request.method} /{match.route.lstrip('^/').rstrip('$')}")
            return response

    def prepare(self, request: HttpRequest) -> None:
        """Bind what the parent binds, and the trace."""
        super().prepare(request)
        bind_contextvars(**_trace(request.META["HTTP_X_REQUEST_ID"]))

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Name the address; a signed call may have its token in the query."""
        return _OAUTH.sub(r"\1=***", f"{request.method} {request.get_full_path()}")

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Bind the address that counts everywhere else; the parent would believe any header."""
        bind_contextvars(ip=request.META.get("REMOTE_ADDR"))


@contextmanager
def logged(meta: Mapping[str, Any], *, route: str) -> Iterator[spans.Span]:
    """Bind what the middleware binds, for requests that do not pass it; yield their span.

    `route` is their address without what differs from call to call.
    """
    request_id = id_of(meta)
    with _followed(meta, request_id) as span:
        span.rename(f"{meta['REQUEST_METHOD']} {route}")
        bound = bind_contextvars(
            request_id=request_id, ip=meta.get("REMOTE_ADDR"), **_trace(request_id)
        )
        try:
            yield span
        finally:
            reset_contextvars(**bound)


def _followed(meta: Mapping[str, Any], request_id: str) -> AbstractContextManager[spans.Span]:
    """Return the span of a request. It goes on with the caller's trace, if he names one."""
    return spans.span(
        meta["REQUEST_METHOD"],
        spans.Kind.SERVER,
        parent=meta.get("HTTP_TRACEPARENT", ""),
        trace_id=request_id,
        attributes={
            "http.request.method": meta["REQUEST_METHOD"],
            "url.path": meta.get("PATH_INFO", ""),
            "bridge.correlation_id": request_id,
        },
    )


def _trace(request_id: str) -> dict[str, str]:
    """Return the trace as lines of the log name it, where it is not the request's id itself."""
    trace_id = spans.current().trace_id
    return {"trace_id": trace_id} if trace_id not in ("", request_id) else {}
