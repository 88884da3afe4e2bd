"""The admin's site: the theme's, whose pages do not list what nobody reads."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from unfold.sites import UnfoldAdminSite

# For an hour: nothing in it is a secret, and it changes only with the bridge's version.
KEPT_BY_BROWSERS = "private, max-age=3600"


class BridgeAdminSite(UnfoldAdminSite):
    """The site of all pages. Its menu is `console/menu.py`."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the models of an app that the user may see, or of all apps.

        Django lists all for every page, for a menu that is not ours: a tenth of a page's time. That
        list is made when a template reads it.
        """
        if app_label is not None:
            return super().get_app_list(request, app_label)
        return SimpleLazyObject(partial(super().get_app_list, request))

    def i18n_javascript(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Return the words of the admin's scripts, which else each page would ask for again.

        An address without a language is kept for English only (templatetags/texts_of_scripts.py).
        """
        answer: HttpResponse = super().i18n_javascript(request, extra_context)
        is_kept = request.GET or get_language() == settings.LANGUAGE_CODE
        answer["Cache-Control"] = KEPT_BY_BROWSERS if is_kept else "private, no-store"
        return answer
