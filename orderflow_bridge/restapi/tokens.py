"""A user name and a password for a token, with a code for whoever has to give one."""

from typing import Any

from rest_framework import status

from orderflow_bridge.access.services import (
    SIGN_IN_REFUSED,
    SecondFactorNeeded,
    grant_token,
    sign_in,
)
from orderflow_bridge.documents.records import Kind, record, texts
from orderflow_bridge.restapi.body import read_body
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView

_SIGN_IN = record("SignIn", texts("username password"), required="username password")
_SIGN_IN_WITH_CODE = record(
    "SignInWithCode", texts("username password otp"), required="username password otp"
)


class AdminTokenView(RestView):
    """Sign in."""

    @operation(right=None, takes=_SIGN_IN, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Answer a token as a bare JSON string."""
        return _token(call.http._request)


class AuthenticatorTokenView(RestView):
    """Sign in with a code of an authenticator app, as Magento's two-factor module has it."""

    @operation(right=None, takes=_SIGN_IN_WITH_CODE, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Answer a token as a bare JSON string."""
        return _token(call.http._request, with_code=True)


def _token(http_request: Any, *, with_code: bool = False) -> str:
    """Read the body and sign in. Raises Refusal, whatever the reason, in Magento's words."""
    _, body = read_body(http_request)
    username = body.needed_text("username", may_be_empty=False)
    password = body.needed_text("password", may_be_empty=False)
    code = body.needed_text("otp", may_be_empty=False) if with_code else None
    body.check_complete()
    try:
        user = sign_in(http_request, username, password, code=code)
    except SecondFactorNeeded as error:
        raise Refusal(status.HTTP_400_BAD_REQUEST, str(error)) from None
    if user is None:
        raise Refusal(status.HTTP_401_UNAUTHORIZED, SIGN_IN_REFUSED)
    return grant_token(user)


routes = [
    route("integration/admin/token", AdminTokenView),
    route("tfa/provider/google/authenticate", AuthenticatorTokenView),
]
