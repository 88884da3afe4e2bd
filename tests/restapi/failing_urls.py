"""A route that breaks, which the real routes never should."""

from django.urls import path

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.documents.records import Kind
from orderflow_bridge.restapi.views import Call, RestView, operation
from orderflow_bridge.urls import urlpatterns as real_urlpatterns


class FailingView(RestView):
    """Raise what the address asks for."""

    @operation(right=None, returns=Kind.TEXT)
    def get(self, call: Call, kind: str) -> str:
        """Fail."""
        if kind == "known":
            raise BridgeError("The shop is closed.")
        raise RuntimeError("secret detail")


urlpatterns = [path("rest/V1/fail/<kind>", FailingView.as_view()), *real_urlpatterns]
