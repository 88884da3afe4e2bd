"""The addresses behind the menu of views, and the state in which a list opens.

All addresses change something, so all take POST only. A list that is opened without any state
shows the user's default view of it, or what he left.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.address import USUAL_VIEW, VIEW, query_of, state_of
from orderflow_bridge.console.grids.changelist import Grid
from orderflow_bridge.console.saved_views.models import SavedView
from orderflow_bridge.console.saved_views.services import (
    TooManyViews,
    forget_view,
    make_default,
    opening_query,
    remember,
    save_view,
    views_of,
)

_LIST = "_changelist"


@require_POST
@staff_member_required(login_url="admin:login")  # type: ignore[untyped-decorator]
def save(request: HttpRequest) -> HttpResponse:
    """Save the state of a list under a name, and show it."""
    form = SaveForm(request.POST)
    grid = request.POST.get("grid", "")
    address = list_url(grid)
    if not resolve(address).func.model_admin.has_view_or_change_permission(request):  # type: ignore[attr-defined]
        raise PermissionDenied
    if not form.is_valid():
        messages.error(
            request, " ".join(str(text) for texts in form.errors.values() for text in texts)
        )
        return HttpResponseRedirect(f"{address}?{VIEW}={USUAL_VIEW}")
    given = form.cleaned_data
    try:
        view = save_view(
            request.user.pk or 0,
            grid,
            given["name"],
            state_of(given["query"]),
            is_default=given["is_default"],
        )
    except (TooManyViews, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(f"{address}?{given['query']}")
    messages.success(request, _("The view “%(name)s” has been saved.") % {"name": view.name})
    return HttpResponseRedirect(f"{address}{query_of(view.state, view.pk)}")


@require_POST
@staff_member_required(login_url="admin:login")  # type: ignore[untyped-decorator]
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the list open with this view, or no longer."""
    view = _own(request, pk)
    is_default = request.POST.get("is_default") == "1"
    make_default(view, is_default=is_default)
    text = (
        _("The view “%(name)s” opens with this list from now on.")
        if is_default
        else _("The view “%(name)s” no longer opens by itself.")
    )
    messages.success(request, text % {"name": view.name})
    return HttpResponseRedirect(f"{list_url(view.grid)}{query_of(view.state, view.pk)}")


@require_POST
@staff_member_required(login_url="admin:login")  # type: ignore[untyped-decorator]
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a view."""
    view = _own(request, pk)
    forget_view(view)
    messages.success(request, _("The view “%(name)s” has been deleted.") % {"name": view.name})
    return HttpResponseRedirect(f"{list_url(view.grid)}?{VIEW}={USUAL_VIEW}")


def list_url(grid: str) -> str:
    """Return the address of a list by its name. Raises Http404 for a list that does not exist."""
    try:
        return reverse(f"{site.name}:{grid.replace('.', '_')}_changelist")
    except NoReverseMatch as error:
        raise Http404("There is no such list.") from error


def _own(request: HttpRequest, pk: int) -> SavedView:
    """Return a view of this user's own; those of others do not exist."""
    return get_object_or_404(SavedView, pk=pk, user=request.user.pk)


class SaveForm(forms.Form):
    """A view's name, the list it is of, and the address to keep."""

    grid = forms.CharField(max_length=100)
    name = forms.CharField(
        max_length=60,
        error_messages={"required": gettext_lazy("Give the view a name.")},
    )
    query = forms.CharField(required=False, max_length=4_000)
    is_default = forms.BooleanField(required=False)


class ListStateMiddleware:
    """Lead from a list's bare address to the state it opens with, and remember how it is left.

    What is remembered is what the list's own controls ask for; a link from another page shows a
    state and changes nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Redirect a bare GET; every other request goes on."""
        match = request.resolver_match
        model_admin = getattr(view, "model_admin", None)
        if request.method != "GET" or request.META.get("QUERY_STRING") or match is None:
            return None
        if not isinstance(model_admin, BridgeAdmin) or not (match.url_name or "").endswith(_LIST):
            return None
        options = model_admin.opts
        query = opening_query(request.user.pk or 0, f"{options.app_label}.{options.model_name}")
        return HttpResponseRedirect(f"{request.path}{query}") if query else None

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        """Give a list's page its user's views, and write down the state it is in."""
        grid = (response.context_data or {}).get("cl")
        if isinstance(grid, Grid) and request.method == "GET" and not grid.is_popup:
            user_id = request.user.pk or 0
            grid.views, last = views_of(user_id, grid.grid_name)
            is_own = urlsplit(request.headers.get("Referer", "")).path == request.path
            if is_own and not grid.filter_errors:
                remember(user_id, grid.grid_name, _left(request, grid), last)
        return response


def _left(request: HttpRequest, grid: Grid) -> dict[str, Any]:
    """Return what is remembered of a list: all but what was searched for."""
    state = {**state_of(grid.state), "search": ""}
    view = request.GET.get(VIEW, USUAL_VIEW)
    return state if view == USUAL_VIEW else {**state, VIEW: view}
