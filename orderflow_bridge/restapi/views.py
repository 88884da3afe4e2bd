"""What all REST views share: routes, stores and rights (docs/contract/rest.md)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from orderflow_bridge.restapi.authentication import BearerToken
from orderflow_bridge.restapi.body import check_size
from orderflow_bridge.restapi.errors import unknown_route
from orderflow_bridge.restapi.operations import operation_of
from orderflow_bridge.restapi.permissions import HasRight
from orderflow_bridge.restapi.renderers import JsonRenderer, XmlRenderer
from orderflow_bridge.stores.models import Store

# "default" is the code of the store view that every Magento shop begins with.
ALWAYS_THERE = ("all", "default")


class RestView(APIView):
    """A view under /rest. Each of its methods is declared by `operation`."""

    authentication_classes = (BearerToken,)
    permission_classes = (HasRight,)
    parser_classes = ()
    renderer_classes = (JsonRenderer, XmlRenderer)
    http_method_names = ("get", "post", "put", "delete")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse an undeclared method, an unknown store, a huge body before asking who calls."""
        method = (request.method or "").lower()
        if method not in self.http_method_names or operation_of(self, method) is None:
            raise unknown_route()
        store = kwargs.get("store") or "all"
        if store not in ALWAYS_THERE and not Store.objects.filter(code=store).exists():
            raise unknown_route()
        check_size(request._request)
        super().initial(request, *args, **kwargs)

    def right_needed(self, request: Request) -> str:
        """Return the right that the called method asks for, "" for none."""
        declared = operation_of(self, request.method or "")
        return (declared and declared.right) or ""


class UnknownRouteView(RestView):
    """Every other address under /rest."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse, whatever the method."""
        raise unknown_route()
