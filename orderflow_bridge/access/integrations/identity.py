"""Signing in at an integration's own system: Magento's identity link, opened in a pop-up.

That system is told the credentials at its callback URL; at the identity link a person tells it whom
they are for. It sends him back to `success_call_back`, which closes its window.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.common import clock
from orderflow_bridge.console.page_parts import PageParts, RecordView, add_parts
from orderflow_bridge.console.pages import Button, admin_url

ISSUE = "integrations.issue_credentials"
State = Integration.State


def identity_page(integration: Integration, *, opens: bool = False) -> str:
    """Return the page that leads to the other system; `opens` has it open by itself."""
    page = admin_url("integrations_integration_identity", integration.pk)
    return f"{page}?opens=1" if opens else page


def identity_view(model_admin: Any, request: HttpRequest, record: Integration) -> HttpResponse:
    """Lead to the other system's sign-in, and say how far its exchange has come."""
    back = admin_url("integrations_integration_change", record.pk)
    if not record.identity_link_url:
        messages.info(request, _("%(integration)s has no identity link URL.") % _named(record))
        return HttpResponseRedirect(back)
    context = {
        **model_admin.page_context(request, record),
        "title": _("Sign In to %(integration)s") % _named(record),
        "state": _state_text(record),
        "link": _link(request, record) if _is_open(record) else "",
        "back": back,
    }
    return TemplateResponse(request, "integrations/identity.html", context)


def signed_in_view(model_admin: Any, request: HttpRequest, record: Integration) -> HttpResponse:
    """Close the window, to which the other system sends whoever has signed in there."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Sign In to %(integration)s") % _named(record),
        "state": _state_text(record),
    }
    return TemplateResponse(request, "integrations/signed_in.html", context)


def identity_button(request: HttpRequest, integration: Integration) -> Button | None:
    """Lead to the page while the other system has not come for its token."""
    is_waiting = integration.state == State.WAITING and integration.identity_link_url
    if not is_waiting or not request.user.has_perm(ISSUE):
        return None
    return Button(_("Sign In There"), identity_page(integration), "open_in_new")


def _link(request: HttpRequest, integration: Integration) -> str:
    """Return the address to open: the identity link, with what Magento adds to it."""
    done = admin_url("integrations_integration_signed_in", integration.pk)
    added = {
        "oauth_consumer_key": integration.consumer_key,
        # The browser's own address of the admin: only there is it signed in.
        "success_call_back": request.build_absolute_uri(done),
    }
    url = integration.identity_link_url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(added)}"


def _is_open(integration: Integration) -> bool:
    if integration.state == State.WAITING:
        until = integration.exchange_until
        return until is not None and until > clock.now()
    return integration.state == State.ACTIVE


def _state_text(integration: Integration) -> str:
    if integration.state == State.ACTIVE:
        return _("%(integration)s is active: its system has fetched the token.") % _named(
            integration
        )
    if _is_open(integration):
        return _(
            "The credentials were sent. Sign in at the other system: it then fetches the token,"
            " within five minutes."
        )
    return _("%(integration)s is not active, and nothing is under way. Activate it again.") % (
        _named(integration)
    )


def _named(integration: Integration) -> dict[str, Integration]:
    return {"integration": integration}


add_parts(
    Integration,
    PageParts(
        views=(
            RecordView("identity", identity_view, ISSUE),
            RecordView("signed_in", signed_in_view, ISSUE),
        )
    ),
)
