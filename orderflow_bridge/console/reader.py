"""Who reads the page that is being made: no link leads where the reader may not go.

A list's cells know the row and not the reader, so the request is kept at hand while it is answered,
as Django keeps the active time zone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_views: dict[str, Any] = {}


class CurrentRequestMiddleware:
    """Keeps the request at hand while its page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with reading(request):
            return self.get_response(request)


@contextmanager
def reading(request: HttpRequest) -> Iterator[None]:
    """Let whoever asks read what is made for the length of a block."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def may_open(name: str, url: str) -> bool:
    """Tell whether the reader may open the admin page of this name, found at this address.

    Where no page is being made, in a job for example, nobody is refused.
    """
    request = _request.get()
    if request is None or not hasattr(request, "user"):
        return True
    known: dict[str, bool] = request.__dict__.setdefault("bridge_open_pages", {})
    if name not in known:
        known[name] = _allows(_view(name, url), request, name.rpartition("_")[2])
    return known[name]


def has_right(right: str) -> bool:
    """Tell whether the reader has a right; where no page is being made, nobody is refused."""
    request = _request.get()
    return request is None or not hasattr(request, "user") or request.user.has_perm(right)


def may_follow(address: str) -> bool:
    """Tell whether the reader may open what this address leads to; one of another site he may."""
    place = urlsplit(address)
    if place.netloc:
        return True
    try:
        name = resolve(place.path).view_name
    except Resolver404:
        return False
    return may_open(name, place.path)


def _view(name: str, url: str) -> Any:
    if name not in _views:
        try:
            _views[name] = resolve(url).func
        except Resolver404:
            _views[name] = None
    return _views[name]


def _allows(view: Any, request: HttpRequest, page: str) -> bool:
    """Ask the page's own admin, as the page itself will."""
    model_admin, action = getattr(view, "model_admin", None), getattr(view, "action", None)
    if model_admin is None:
        return True
    if action is not None:
        return bool(model_admin.may(request, action))
    right = getattr(view, "right", "")
    if right and not request.user.has_perm(right):
        return False
    if page == "add":
        return bool(model_admin.has_add_permission(request))
    if page == "delete":
        return bool(model_admin.has_delete_permission(request))
    return bool(model_admin.has_view_or_change_permission(request))
