"""A route that breaks, which the real routes never should."""

from typing import Any

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.restapi.views import RestView
from orderflow_bridge.urls import urlpatterns as real_urlpatterns


class FailingView(RestView):
    """Raise what the address asks for."""

    required_right = None

    def get(self, request: Request, **route: Any) -> Response:
        """Fail."""
        if route["kind"] == "known":
            raise BridgeError("The shop is closed.")
        raise RuntimeError("secret detail")


urlpatterns = [path("rest/V1/fail/<kind>", FailingView.as_view()), *real_urlpatterns]
