"""What the admin's pages offer to do: always after a question, always by POST.

unfold's own row and detail actions would run on GET (docs/decisions/unfold.md) and are not used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from orderflow_bridge.common.translation import in_english
from orderflow_bridge.console.grids.paging import CappedPaginator
from orderflow_bridge.console.pages import Section, admin_url

_SELECTION = ("action", "index", "select_across", "_selected_action")


@dataclass(frozen=True)
class RecordAction:
    """Something a page offers to do to one record, after a question.

    `run(request, record)` acts and leaves its message; it may return the way to what it has made.
    `is_offered(record)` decides whether the
    page shows the button (the action itself has to check again). `right` is the permission it
    takes, beside that to view the page; without one the page's own `has_act_permission` decides.
    `keeps` names values of the question's address that its answer posts again; a question that
    depends on them is a function. `preview(request, record)` returns what the question shows of
    what the action would change. With a `form` the question asks for more than yes (`pairs` as for
    `ask_about`), and `run(request, record, form)` gets it, valid.
    """

    slug: str
    title: str
    question: str | Callable[[HttpRequest, Any], str]
    run: Callable[..., HttpResponse | None]
    is_offered: Callable[[Any], bool]
    icon: str = "play_arrow"
    right: str = ""
    keeps: Sequence[str] = ()
    preview: Callable[[HttpRequest, Any], Sequence[Section]] | None = None
    form: Callable[..., Form] | None = None

    def ask(self, request: HttpRequest, record: Any) -> str:
        """Return the question as it is put for this record."""
        return self.question(request, record) if callable(self.question) else str(self.question)


def ask_or_act(
    model_admin: ModelAdmin,
    request: HttpRequest,
    record: Any,
    action: RecordAction,
    context: dict[str, Any],
) -> HttpResponse:
    """Ask whether to do something to a record (GET), or do it (POST) and go back."""
    back = _way_back(model_admin, request, record)
    is_answered = request.method == "POST"
    form = action.form(request.POST if is_answered else None) if action.form else None
    if is_answered and (form is None or form.is_valid()):
        further = action.run(request, record, *([form] if form else []))
        model_admin.log_change(
            request, record, f"{_english_title(model_admin, action)} was asked for."
        )
        return further or HttpResponseRedirect(back)
    kept = [(name, value) for name in action.keeps for value in request.GET.getlist(name)]
    asked = {
        "action": action,
        "question": action.ask(request, record),
        "back": back,
        "hidden": [*kept, ("back", back)],
        "preview": action.preview(request, record) if action.preview else (),
        "form": form,
    }
    return TemplateResponse(request, "bridge/confirm.html", {**context, **asked})


def _english_title(model_admin: Any, action: RecordAction) -> str:
    """Return what an action is called in the log; its own title may be its reader's."""
    with in_english():
        return next(
            str(each.title) for each in model_admin.record_actions() if each.slug == action.slug
        )


def _way_back(model_admin: ModelAdmin, request: HttpRequest, record: Any) -> str:
    """Return the list, as filtered, for whoever comes from there; else the record's page."""
    name = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    asked = request.POST.get("back") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(asked, request.get_host()):
        place = urlsplit(asked)
        if place.path == admin_url(f"{name}_changelist"):
            return f"{place.path}?{place.query}" if place.query else place.path
    return admin_url(f"{name}_change", record.pk)


def is_confirmed(request: HttpRequest) -> bool:
    """Tell whether the question about a selection has been answered with yes."""
    return "confirmed" in request.POST


def selection(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that say which rows of a list were selected, and what for."""
    return [(name, value) for name in _SELECTION for value in request.POST.getlist(name)]


def ask_about(
    model_admin: ModelAdmin,
    request: HttpRequest,
    queryset: QuerySet[Any],
    *,
    title: str,
    question: str,
    form: Form | None = None,
) -> HttpResponse:
    """Ask before something is done to a selection; the answer posts the same selection again.

    `form` asks for more than yes. Its `pairs` are its fields, each with a tick or None.
    """
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("%(number)s selected") % {"number": CappedPaginator(queryset, 1).count_text},
        "action": {"title": title},
        "question": question,
        "form": form,
        "hidden": [*selection(request), ("confirmed", "yes")],
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "bridge/confirm.html", context)
