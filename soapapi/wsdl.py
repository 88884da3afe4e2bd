"""WSDLs and the list of services, as Magento answers `?wsdl` and `?wsdl_list`."""

from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpRequest

from soapapi.addresses import endpoint, location, named_services
from soapapi.application import MAGENTO, SERVICES
from soapapi.description import LOCATION, describe_services
from soapapi.legacy_wsdl import template
from soapapi.refusals import Refusal
from soapapi.types import TNS

_ALLOWED = ("wsdl", "services")


def listing(request: HttpRequest) -> dict[str, Any]:
    """Return where the WSDL of each service is found."""
    base = f"{location(request)}?wsdl&services="
    return {service: {"wsdl_endpoint": base + service} for service in SERVICES}


def describe(request: HttpRequest) -> str:
    """Return the WSDL of the services named; its namespace is the address of the endpoint.

    Raises Refusal for parameters Magento does not know, and for services that do not exist.
    """
    unknown = [name for name in request.GET if name not in _ALLOWED]
    if unknown:
        named = ", ".join(unknown)
        raise Refusal(
            f"Not allowed parameters: {named}. Please use only wsdl and services.",
            parameters={"1": named, "2": "wsdl", "3": "services"},
        )
    services = named_services(request)
    if services is None:
        raise Refusal("Incorrect format of request URI or Requested services are missing.")
    for service in services:
        if service not in SERVICES:
            raise Refusal(
                f'Requested service is not available: "{service}"', parameters={"1": service}
            )
    address = escape(endpoint(request, services), {'"': "&quot;"})
    document = _template(frozenset(services))
    return document.replace(TNS, address).replace(LOCATION, address)


def legacy(request: HttpRequest) -> str:
    """Return the WSDL of Magento 1's operations: rpc/encoded, or with `wsi` in the query WS-I."""
    address = escape(f"{location(request)}/", {'"': "&quot;"})
    return template(is_wsi="wsi" in request.GET).replace(LOCATION, address)


@lru_cache(maxsize=64)
def _template(services: frozenset[str]) -> str:
    return describe_services(MAGENTO.app, sorted(services))
