"""POST integration/admin/token: a user name and a password for a token (wire.md §5)."""

from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from orderflow_bridge.access.services import SIGN_IN_REFUSED, grant_token, sign_in
from orderflow_bridge.restapi.body import read_body
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.views import RestView


class AdminTokenView(RestView):
    """Sign in."""

    required_right = None

    def post(self, request: Request, **route: Any) -> Response:
        """Answer a token as a bare JSON string."""
        http_request = request._request
        _, body = read_body(http_request)
        username = body.needed_text("username", may_be_empty=False)
        password = body.needed_text("password", may_be_empty=False)
        body.check_complete()
        user = sign_in(http_request, username, password)
        if user is None:
            raise Refusal(status.HTTP_401_UNAUTHORIZED, SIGN_IN_REFUSED)
        return Response(grant_token(user))
