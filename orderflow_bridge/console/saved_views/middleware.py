"""A list that is opened without any state shows the user's default view of it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from orderflow_bridge.console.saved_views.selectors import default_query

_LIST = "_changelist"


class DefaultViewMiddleware:
    """Lead from a list's bare address to that of the default view, which says what it shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Redirect a bare GET; every other request goes on."""
        match = request.resolver_match
        model_admin = getattr(view, "model_admin", None)
        if request.method != "GET" or request.META.get("QUERY_STRING") or match is None:
            return None
        if model_admin is None or not (match.url_name or "").endswith(_LIST):
            return None
        options = model_admin.opts
        query = default_query(request.user.pk or 0, f"{options.app_label}.{options.model_name}")
        return HttpResponseRedirect(f"{request.path}{query}") if query else None
