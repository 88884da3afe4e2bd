"""The addresses behind the menu of views. All of them change something, so all take POST only."""

from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, resolve, reverse
from django.views.decorators.http import require_POST

from orderflow_bridge.console.grids.address import USUAL_VIEW, VIEW
from orderflow_bridge.console.saved_views.forms import SaveForm
from orderflow_bridge.console.saved_views.models import SavedView
from orderflow_bridge.console.saved_views.services import (
    TooManyViews,
    forget_view,
    make_default,
    save_view,
)
from orderflow_bridge.console.saved_views.state import query_of, state_of


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
    messages.success(request, f"The view “{view.name}” has been saved.")
    return HttpResponseRedirect(f"{address}{query_of(view.state, view.pk)}")


@require_POST
@staff_member_required(login_url="admin:login")  # type: ignore[untyped-decorator]
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the list open with this view, or no longer."""
    view = _own(request, pk)
    is_default = request.POST.get("is_default") == "1"
    make_default(view, is_default=is_default)
    text = "opens with this list from now on." if is_default else "no longer opens by itself."
    messages.success(request, f"The view “{view.name}” {text}")
    return HttpResponseRedirect(f"{list_url(view.grid)}{query_of(view.state, view.pk)}")


@require_POST
@staff_member_required(login_url="admin:login")  # type: ignore[untyped-decorator]
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a view."""
    view = _own(request, pk)
    forget_view(view)
    messages.success(request, f"The view “{view.name}” has been deleted.")
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
