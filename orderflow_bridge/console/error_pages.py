"""Pages for what goes wrong: a sentence, a way back, never a traceback (docs/errors.md#pages).

Whoever is signed in stays in the admin's frame. What has failed may be what the frame is made of,
so the pages of failures, and those of guests, ask nothing and need no database.
"""

import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from orderflow_bridge.common.database_errors import is_full

RETRY_SECONDS = 30


@dataclass(frozen=True)
class Wrong:
    """What has gone wrong, in words, and the ways on: pairs of text and address."""

    status: int
    title: str
    text: str
    ways: tuple[tuple[str, str], ...] = ()


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page (404)."""
    text = _(
        "There is no page at this address. What it showed may have been deleted or cleaned away,"
        " or the address was copied in part."
    )
    return _framed(request, Wrong(404, _("Page not found"), text))


def bad_request(request: HttpRequest, text: str) -> HttpResponse:
    """Say why a request was not taken (400)."""
    return _bare(request, Wrong(400, _("Not taken"), text))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a right is missing (403), in the words of whoever refused where there are any."""
    text = str(exception) or _("Your roles do not include this page, or what you were about to do.")
    return _framed(
        request,
        Wrong(
            403,
            _("Not open to you"),
            " ".join((text, _("Ask an administrator to change your roles."))),
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was not taken (403): it was sent from an old page, or without cookies."""
    text = _(
        "Nothing was changed. The page was open since before you last signed in, or the browser"
        " keeps no cookies for this address. Go back, reload the page and send it again."
    )
    back = request.META.get("HTTP_REFERER", "")
    is_ours = back.startswith(f"{request.scheme}://{request.get_host()}/")
    ways = ((_("Back to the form"), back),) if is_ours else ()
    return _framed(request, Wrong(403, _("The form was not taken"), text, ways))


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the bridge has failed (500), or that its database does not answer (503)."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        text = _(
            "The database does not answer, or is being upgraded. Messages that were acknowledged"
            " are safe, and OrderFlow sends again what was not. Try again in a minute."
        )
        if is_full(error):
            text = _(
                "The disk of the database is full: nothing can be stored until there is room again."
                " Messages that were acknowledged are safe, and OrderFlow sends again what was not."
            )
        answer = _bare(request, Wrong(503, _("Not available just now"), text))
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    text = _(
        "Something in the bridge has failed while it made this page. What was saved before is"
        " still there. If it happens again, tell whoever looks after the bridge the report id."
    )
    return _bare(request, Wrong(500, _("This page has failed"), text))


def _framed(request: HttpRequest, wrong: Wrong) -> HttpResponse:
    """Show a page in the frame for whoever works in the admin; else, or if that fails, alone."""
    home = reverse("admin:index")
    with suppress(Exception):
        if request.path.startswith(home) and request.user.is_active and request.user.is_staff:
            context = {**admin.site.each_context(request), **_context(request, wrong)}
            body = render_to_string("bridge/wrong/framed.html", context, request)
            return HttpResponse(body, status=wrong.status)
    return _bare(request, wrong)


def _bare(request: HttpRequest, wrong: Wrong) -> HttpResponse:
    body = render_to_string("bridge/wrong/bare.html", _context(request, wrong))
    return HttpResponse(body, status=wrong.status)


def _context(request: HttpRequest, wrong: Wrong) -> dict[str, Any]:
    report = request.META.get("HTTP_X_REQUEST_ID", "") if wrong.status == 500 else ""
    ways = (*wrong.ways, (_("To the first page"), reverse("admin:index")))
    return {"title": wrong.title, "wrong": wrong, "ways": ways, "report": report}
