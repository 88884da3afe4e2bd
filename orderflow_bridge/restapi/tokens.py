"""POST integration/admin/token: a user name and a password for a token (wire.md §5)."""

from rest_framework import status

from orderflow_bridge.access.services import SIGN_IN_REFUSED, grant_token, sign_in
from orderflow_bridge.common.records import Kind, record, texts
from orderflow_bridge.restapi.body import read_body
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView

_SIGN_IN = record("SignIn", texts("username password"), required="username password")


class AdminTokenView(RestView):
    """Sign in."""

    @operation(right=None, takes=_SIGN_IN, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Answer a token as a bare JSON string."""
        http_request = call.http._request
        _, body = read_body(http_request)
        username = body.needed_text("username", may_be_empty=False)
        password = body.needed_text("password", may_be_empty=False)
        body.check_complete()
        user = sign_in(http_request, username, password)
        if user is None:
            raise Refusal(status.HTTP_401_UNAUTHORIZED, SIGN_IN_REFUSED)
        return grant_token(user)


routes = [route("integration/admin/token", AdminTokenView)]
