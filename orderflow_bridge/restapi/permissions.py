"""What callers may do: each view names the right it needs (wire.md §5)."""

from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from orderflow_bridge.access.selectors import Caller


class HasRight(BasePermission):
    """The caller must have the right that the view names in `required_right`; None lets all in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller may use the view."""
        right: str | None = view.required_right  # type: ignore[attr-defined]
        return right is None or cast(Caller, request.user).may(right)
