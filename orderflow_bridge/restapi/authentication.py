"""Who is calling: the token in the `Authorization` header (docs/contract/rest.md)."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from orderflow_bridge.access.selectors import Caller, bearer_token, caller_of


class BearerToken(BaseAuthentication):
    """Make `request.user` the caller. A bad token is no error: its sender is a guest."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        """Return the caller, who may be a guest."""
        token = bearer_token(request.META.get("HTTP_AUTHORIZATION"))
        return caller_of(token, address=request.META.get("REMOTE_ADDR")), None
