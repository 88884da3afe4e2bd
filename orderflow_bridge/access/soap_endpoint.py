"""What the operator of OrderFlow has to be given: where to call, and as whom."""

from dataclasses import dataclass

from django.http import HttpRequest

from orderflow_bridge.access.selectors import importing_users

USERS_NAMED = 3


@dataclass(frozen=True)
class SoapEndpoint:
    """OrderFlow's properties "Magento 2 API SOAP base URL" and "SOAP User"."""

    address: str
    users: list[str]


def soap_endpoint(request: HttpRequest) -> SoapEndpoint:
    """Return the way in, under the name that the admin is called by."""
    users = [user.get_username() for user in importing_users()[:USERS_NAMED]]
    return SoapEndpoint(request.build_absolute_uri("/soap/default"), users)
