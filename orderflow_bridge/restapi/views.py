"""What all REST views share: routes, stores and rights (wire.md §6)."""

from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from orderflow_bridge.restapi.authentication import BearerToken
from orderflow_bridge.restapi.errors import unknown_route
from orderflow_bridge.restapi.permissions import HasRight
from orderflow_bridge.stores.models import Store

# "default" is the code of the store view that every Magento shop begins with.
ALWAYS_THERE = ("all", "default")


class RestView(APIView):
    """A view under /rest. It must say which right its callers need; None lets guests in."""

    required_right: str | None

    authentication_classes = (BearerToken,)
    permission_classes = (HasRight,)
    parser_classes = ()
    renderer_classes = (JSONRenderer,)
    http_method_names = ("get", "post", "put", "delete")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a method without a handler, or an unknown store, before asking who is calling."""
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise unknown_route()
        store = kwargs.get("store", "all")
        if store not in ALWAYS_THERE and not Store.objects.filter(code=store).exists():
            raise unknown_route()
        super().initial(request, *args, **kwargs)


class UnknownRouteView(RestView):
    """Every other address under /rest."""

    required_right = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse, whatever the method."""
        raise unknown_route()
