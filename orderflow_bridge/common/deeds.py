"""What the admin's pages offer to do: always after a question, always by POST (reference.md B-72).

unfold's own row and detail actions would run on GET (ecosystem.md §1, trap 1) and are not used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.admin import ModelAdmin

from orderflow_bridge.common.grids.row_actions import RowAction
from orderflow_bridge.common.pages import Button, Section, admin_url
from orderflow_bridge.common.paging import CappedPaginator

_SELECTION = ("action", "index", "select_across", "_selected_action")


@dataclass(frozen=True)
class Deed:
    """Something a page offers to do to one record, after a question.

    `run(request, record)` acts and leaves its message; `is_offered(record)` decides whether the
    page shows the button (the deed itself has to judge again). `right` is the permission it takes,
    beside that to view the page; without one the page's own `has_act_permission` decides. `keeps`
    names values of the question's address that its answer posts again; a question that depends on
    them is a function. `preview(request, record)` returns what the question shows of what the deed
    would change.
    """

    slug: str
    title: str
    question: str | Callable[[HttpRequest, Any], str]
    run: Callable[[HttpRequest, Any], None]
    is_offered: Callable[[Any], bool]
    icon: str = "play_arrow"
    right: str = ""
    keeps: Sequence[str] = ()
    preview: Callable[[HttpRequest, Any], Sequence[Section]] | None = None

    def ask(self, request: HttpRequest, record: Any) -> str:
        """Return the question as it is put for this record."""
        return self.question if isinstance(self.question, str) else self.question(request, record)


class DeedAdmin(ModelAdmin):
    """Puts deeds on the pages of a model's records."""

    missing_text = "This record no longer exists."
    act_right = ""
    row_deeds: Sequence[str] = ()

    def deeds(self) -> tuple[Deed, ...]:
        """Return what can be done to a record."""
        return ()

    def record_title(self, record: Any) -> str:
        """Return the page's heading."""
        return str(record)

    def record_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows a page may show, with what the page needs."""
        return self.get_queryset(request)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Allow deeds to whoever has `act_right`, or may change the model where there is none."""
        if not self.act_right:
            return bool(self.has_change_permission(request))
        return bool(self.has_view_permission(request) and request.user.has_perm(self.act_right))

    def may(self, request: HttpRequest, deed: Deed) -> bool:
        """Tell whether the user may do this."""
        if deed.right:
            return bool(self.has_view_permission(request) and request.user.has_perm(deed.right))
        return self.has_act_permission(request)

    def get_urls(self) -> list[URLPattern]:
        """Add one address per deed."""
        added = [
            path(
                f"<path:object_id>/{deed.slug}/",
                self._wrapped(partial(self.deed_view, deed=deed)),
                name=self._url_name(deed.slug),
            )
            for deed in self.deeds()
        ]
        return added + list(super().get_urls())

    def deed_view(self, request: HttpRequest, object_id: str, *, deed: Deed) -> HttpResponse:
        """Ask (GET), or act (POST)."""
        if not self.may(request, deed):
            raise PermissionDenied
        record = self._find(request, object_id)
        if record is None:
            return self._gone(request)
        back = self._way_back(request, record)
        if request.method == "POST":
            deed.run(request, record)
            self.log_change(request, record, f"{deed.title} was asked for.")
            return HttpResponseRedirect(back)
        kept = [(name, value) for name in deed.keeps for value in request.GET.getlist(name)]
        context = {
            **self._context(request, record),
            "deed": deed,
            "question": deed.ask(request, record),
            "back": back,
            "hidden": [*kept, ("back", back)],
            "preview": deed.preview(request, record) if deed.preview else (),
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def deed_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Return the deeds on offer as buttons."""
        return [
            Button(deed.title, admin_url(self._url_name(deed.slug), record.pk), deed.icon)
            for deed in self.deeds()
            if deed.is_offered(record) and self.may(request, deed)
        ]

    def deed_actions(self, request: HttpRequest, record: Any) -> list[RowAction]:
        """Return those of `row_deeds` that are on offer, as links for a list's row."""
        return [
            RowAction(deed.title, admin_url(self._url_name(deed.slug), record.pk))
            for deed in self.deeds()
            if deed.slug in self.row_deeds and deed.is_offered(record) and self.may(request, deed)
        ]

    def _context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": self.record_title(record),
        }

    def _way_back(self, request: HttpRequest, record: Any) -> str:
        """Return the list, as filtered, for whoever comes from there; else the record's page."""
        asked = request.POST.get("back") or request.headers.get("Referer", "")
        if url_has_allowed_host_and_scheme(asked, request.get_host()):
            place = urlsplit(asked)
            if place.path == admin_url(self._url_name("changelist")):
                return f"{place.path}?{place.query}" if place.query else place.path
        return admin_url(self._url_name("change"), record.pk)

    def _find(self, request: HttpRequest, object_id: str) -> Any:
        """Return the record, or None; an address with letters finds nothing either."""
        try:
            return self.record_queryset(request).filter(pk=unquote(object_id)).first()
        except (ValueError, ValidationError, OverflowError):
            return None

    def _gone(self, request: HttpRequest) -> HttpResponse:
        messages.warning(request, self.missing_text)
        return HttpResponseRedirect(admin_url(self._url_name("changelist")))

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _wrapped(
        self, view: Callable[..., HttpResponseBase], *, right: str = ""
    ) -> Callable[..., HttpResponseBase]:
        """Put a view behind login, the right to view, CSRF check and the admin's cache rules.

        `right` is one that it takes beside that to view.
        """

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_missing = right and not request.user.has_perm(right)
            if is_missing or not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        def wrapper(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return self.admin_site.admin_view(guarded)(*args, **kwargs)

        update_wrapper(wrapper, self.deed_view)
        # Links ask these whether their reader may follow them (common/visitors.py).
        deed = getattr(view, "keywords", {}).get("deed")
        wrapper.__dict__.update(model_admin=self, deed=deed, right=right)
        return wrapper


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
        "title": f"{CappedPaginator(queryset, 1).count_text} selected",
        "deed": {"title": title},
        "question": question,
        "form": form,
        "hidden": [*selection(request), ("confirmed", "yes")],
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "bridge/confirm.html", context)
