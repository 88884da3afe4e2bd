"""A user name and a password, in both dialects (docs/contract/soap.md)."""

from django.contrib.auth.models import User

from orderflow_bridge.access.services import SecondFactorNeeded, sign_in
from soapapi.calls import Call
from soapapi.refusals import second_factor_needed, sign_in_refused


def signed_in(call: Call, username: str, password: str) -> User:
    """Return whose password this is; raise the Refusal of a login that is not let in."""
    try:
        user = sign_in(call.http, username, password)
    except SecondFactorNeeded:
        raise second_factor_needed() from None
    if user is None:
        raise sign_in_refused()
    return user
