"""What callers may do: each method of a route names the right it needs (docs/contract/rest.md)."""

from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.restapi.operations import operation_of


class HasRight(BasePermission):
    """The caller must have the right that the method declares; None lets all in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller may use the method. One that is not declared is nobody's."""
        declared = operation_of(view, request.method or "")
        if declared is None:
            return False
        return declared.right is None or cast(Caller, request.user).may(declared.right)
