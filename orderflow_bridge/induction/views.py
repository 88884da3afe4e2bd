"""The checklist behind a link: to be read by whoever holds it, without a sign-in."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.decorators.http import require_safe

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.induction.page import set_up_of
from orderflow_bridge.induction.sharing import LinkOver, open_link

_UNKNOWN = gettext_lazy("There is nothing at this address. Please ask for a new link.")
_OVER = gettext_lazy("This link has expired or was revoked. Please ask for a new one.")


@require_safe
def shared_checklist(request: HttpRequest, key: str) -> HttpResponse:
    """Show the checklist (200), or say that the link is over (410) or was never made (404).

    It is in the language of the reader's browser.
    """
    with translation.override(translation.get_language_from_request(request)):
        page = _checklist(request, key)
    patch_vary_headers(page, ("Accept-Language",))
    return page


def _checklist(request: HttpRequest, key: str) -> HttpResponse:
    try:
        link = open_link(key)
    except LinkOver:
        return _refused(request, _OVER, 410)
    if link is None:
        return _refused(request, _UNKNOWN, 404)
    with timezone.override(general().timezone):
        set_up = set_up_of(link.website)
        context = {"set_up": set_up, "link": link, "zone": general().timezone}
        page = TemplateResponse(request, "induction/shared.html", context)
        return _unseen(page.render())


def _refused(request: HttpRequest, text: str, status: int) -> HttpResponse:
    context = {"refusal": text}
    page = TemplateResponse(request, "induction/shared.html", context, status=status)
    return _unseen(page.render())


def _unseen(page: HttpResponse) -> HttpResponse:
    """Keep the address out of caches, search engines, and what a browser tells the next page."""
    add_never_cache_headers(page)
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
