"""A user name and a password for a token, with a code for whoever has to give one."""

from django.http import HttpRequest
from rest_framework import status

from orderflow_bridge.access.services import (
    SIGN_IN_REFUSED,
    SecondFactorNeeded,
    grant_token,
    sign_in,
)
from orderflow_bridge.common.error_codes import ErrorCode, error_code
from orderflow_bridge.documents.records import Kind, Record, record, texts
from orderflow_bridge.restapi.body import json_object, members_of
from orderflow_bridge.restapi.errors import Refusal, bad_request, missing_fields
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_SIGN_IN = record("SignIn", texts("username password"), required="username password")
_SIGN_IN_WITH_CODE = record(
    "SignInWithCode", texts("username password otp"), required="username password otp"
)
# Read by this one: what is empty is missing too.
_GIVEN = record("SignInGiven", dict.fromkeys(("username", "password", "otp"), Kind.CODE))


class AdminTokenView(RestView):
    """Sign in."""

    @operation(right=None, takes=_SIGN_IN, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Answer a token as a bare JSON string."""
        return _token(call.http._request, _SIGN_IN)


class AuthenticatorTokenView(RestView):
    """Sign in with a code of an authenticator app, as Magento's two-factor module has it."""

    @operation(right=None, takes=_SIGN_IN_WITH_CODE, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Answer a token as a bare JSON string."""
        return _token(call.http._request, _SIGN_IN_WITH_CODE)


def _token(http_request: HttpRequest, takes: Record) -> str:
    """Read the body and sign in. Raises Refusal, whatever the reason, in Magento's words."""
    given = members_of(json_object(http_request), _GIVEN)
    missing = [name for name in takes.fields if not given.get(name)]
    if missing:
        raise missing_fields(missing)
    code = given["otp"] if "otp" in takes.fields else None
    try:
        user = sign_in(http_request, given["username"], given["password"], code=code)
    except SecondFactorNeeded as error:
        raise bad_request(str(error), error_code=error_code(error)) from None
    if user is None:
        raise Refusal(
            status.HTTP_401_UNAUTHORIZED, SIGN_IN_REFUSED, error_code=ErrorCode.SIGN_IN_REFUSED
        )
    return grant_token(user)


routes = [
    Route("integration/admin/token", AdminTokenView),
    Route("tfa/provider/google/authenticate", AuthenticatorTokenView),
]
