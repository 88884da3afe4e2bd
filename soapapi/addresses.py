"""The addresses the endpoint answers at, and the services they name (docs/contract/soap.md)."""

import re
from urllib.parse import quote

from django.http import HttpRequest

from soapapi.refusals import Refusal

_STORE = re.compile(r"/soap/([\w-]+)/?$", re.ASCII)
_SERVICES = re.compile(r"[a-zA-Z][a-zA-Z0-9]*V[0-9]+(,[a-zA-Z][a-zA-Z0-9]*V[0-9]+)*", re.ASCII)


def location(request: HttpRequest) -> str:
    """Return the address called, without query and trailing slash."""
    return request.build_absolute_uri(request.path).rstrip("/")


def endpoint(request: HttpRequest, services: list[str]) -> str:
    """Return the full address of services, or that called when none are given.

    It is Magento's namespace for the services.
    """
    services = services or request.GET.get("services", "").split(",")
    return f"{location(request)}?services={quote(','.join(services), safe='')}"


def store_code(request: HttpRequest) -> str | None:
    """Return the store view's code that the address ends in, None if it names none."""
    found = _STORE.search(request.path)
    return found[1] if found else None


def named_services(request: HttpRequest) -> list[str] | None:
    """Return the services that an address names, None when it names none.

    Raises Refusal if the list is not well-formed.
    """
    text = request.GET.get("services") if request.META.get("QUERY_STRING") else None
    if text is None:
        return None
    if not _SERVICES.fullmatch(text):
        raise Refusal("Incorrect format of request URI or Requested services are missing.")
    return text.split(",")
