"""The admin shows times in the shop's zone; machines are answered in UTC."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from orderflow_bridge.configuration.selectors import general


class ShopTimeZoneMiddleware:
    """Activate the configured time zone for the length of a request to the admin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        with timezone.override(ZoneInfo(general().timezone)):
            return self.get_response(request)
