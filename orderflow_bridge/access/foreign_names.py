"""Requests that are refused for what they are (400): most call by a name that is not the bridge's.

A machine's call is counted: OrderFlow, told a new name of the bridge, would just fall silent.
"""

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.refused_calls import note_refused
from orderflow_bridge.console.error_pages import bad_request

_OF_MACHINES = ("/soap", "/index.php/", "/api/v2_soap", "/rest")
_LONGEST_NAME = 100
# What machines are told is in English.
_SENTENCE = (
    "The bridge does not answer to the name “{name}”. Call it by one of its names, or have that"
    " name added to BRIDGE_ALLOWED_HOSTS."
)


def refused_as_it_is(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django does not take."""
    if not isinstance(exception, DisallowedHost):
        return bad_request(
            request,
            _(
                "What was sent cannot be read, or is more than is taken at once. Nothing was"
                " changed."
            ),
        )
    name = request.META.get("HTTP_HOST", "")[:_LONGEST_NAME]
    if request.path.startswith(_OF_MACHINES):
        sentence = _SENTENCE.format(name=name)
        # What strangers ask REST for at random is nobody's trouble.
        if not request.path.startswith("/rest") or "Authorization" in request.headers:
            note_refused(request, RefusedCall.Reason.HOST, text=sentence)
        return HttpResponse(f"{sentence}\n", status=400, content_type="text/plain; charset=utf-8")
    return bad_request(
        request,
        _(
            "The bridge does not answer to the name “%(name)s”. Call it by one of its names, or"
            " have that name added to BRIDGE_ALLOWED_HOSTS."
        )
        % {"name": name},
    )
