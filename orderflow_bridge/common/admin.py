"""The admin's kinds of page: grids, read-only records with tabs, deeds that ask before they act.

A deed is always a POST: opening its address only asks the question (reference.md B-72). unfold's
own row and detail actions would run on GET (ecosystem.md §1, trap 1), so they are not used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial, update_wrapper
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import DecimalField, Model, QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.pages import Button, Section, admin_url
from orderflow_bridge.common.paging import CappedPaginator

PAGE_SIZE = "per_page"
PAGE_SIZES = (20, 30, 50, 100, 200)


@dataclass(frozen=True)
class Deed:
    """Something a page offers to do to one record, after a question.

    `run(request, record)` acts and leaves its message; `is_offered(record)` decides whether the
    page shows the button (the deed itself has to judge again).
    """

    slug: str
    title: str
    question: str
    run: Callable[[HttpRequest, Any], None]
    is_offered: Callable[[Any], bool]
    icon: str = "play_arrow"


class Grid(ChangeList):
    """A list page with a choice of page sizes (reference.md F115) and its own words when empty."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.is_filtered = bool(self.query or self.has_active_filters)
        self.empty = self.model_admin.empty_state(request)

    @property
    def page_sizes(self) -> list[tuple[int, str]]:
        """The page sizes on offer, each with the address of this list in that size."""
        return [
            (size, self.get_query_string({PAGE_SIZE: str(size)}, [PAGE_VAR])) for size in PAGE_SIZES
        ]

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Return the filters of the address; the page size is none of them."""
        filters = super().get_filters_params(params)
        filters.pop(PAGE_SIZE, None)
        return filters

    def get_results(self, request: HttpRequest) -> None:
        """Read one page of the size asked for."""
        asked = request.GET.get(PAGE_SIZE, "")
        if asked.isdecimal() and int(asked) in PAGE_SIZES:
            self.list_per_page = int(asked)
        super().get_results(request)
        self.full_result_count = self.result_count


class PlainDecimalField(forms.DecimalField):
    """A number field that shows 90 and not 90.0000."""

    def prepare_value(self, value: Any) -> Any:
        """Return a stored number plainly; what was typed stays as typed."""
        return plain(value) if isinstance(value, Decimal) else value


class BridgeAdmin(ModelAdmin):
    """The look and the limits that all our lists share."""

    list_per_page = 20
    list_max_show_all = 200
    show_full_result_count = False
    paginator = CappedPaginator
    list_filter_submit = True
    list_fullwidth = True
    formfield_overrides = {DecimalField: {"form_class": PlainDecimalField}}
    warn_unsaved_form = True
    empty_title = "Nothing here yet"
    empty_text = ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Grid]:
        """Return our list page."""
        return Grid

    def empty_state(self, request: HttpRequest) -> tuple[str, str]:
        """Return title and text of an empty list: they say what to do next."""
        return self.empty_title, self.empty_text


class ReadOnlyAdmin(BridgeAdmin):
    """A list whose rows are only looked at."""

    warn_unsaved_form = False
    actions: Sequence[Any] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from messages and sales, not from a form."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: there is no form. Deeds have `has_act_permission`."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: old rows go with the log cleaning."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Allow whoever may view or change the model."""
        return self._has_right(request, "view") or self._has_right(request, "change")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Allow deeds to whoever may change the model."""
        return self._has_right(request, "change")

    def _has_right(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")


class RecordAdmin(ReadOnlyAdmin):
    """A read-only list whose rows open as a page of tabs, with deeds."""

    missing_text = "This record no longer exists."

    def sections(self, request: HttpRequest, record: Any) -> list[Section]:
        """Return the page's tabs, in order."""
        raise NotImplementedError

    def buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Return links to show at the head of the page."""
        return []

    def deeds(self) -> tuple[Deed, ...]:
        """Return what can be done to a record."""
        return ()

    def record_title(self, record: Any) -> str:
        """Return the page's heading."""
        return str(record)

    def first_tab(self, record: Any) -> str:
        """Return the slug of the tab that is open at first; "" is the first one."""
        return ""

    def opened(self, request: HttpRequest, record: Any) -> None:
        """Take note that somebody has opened the page."""

    def record_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows a page may show, with what the page needs."""
        return self.get_queryset(request)

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
        return added + super().get_urls()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a record."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self._find(request, object_id)
        if record is None:
            return self._gone(request)
        self.opened(request, record)
        context = {
            **self._context(request, record),
            "sections": self.sections(request, record),
            "first_tab": self.first_tab(record),
            "buttons": self.buttons(request, record) + self._deed_buttons(request, record),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "bridge/page.html", context)

    def deed_view(self, request: HttpRequest, object_id: str, *, deed: Deed) -> HttpResponse:
        """Ask (GET), or act (POST)."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        record = self._find(request, object_id)
        if record is None:
            return self._gone(request)
        back = admin_url(self._url_name("change"), record.pk)
        if request.method == "POST":
            deed.run(request, record)
            self.log_change(request, record, f"{deed.title} was asked for.")
            return HttpResponseRedirect(back)
        context = {**self._context(request, record), "deed": deed, "back": back}
        return TemplateResponse(request, "bridge/confirm.html", context)

    def _context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": self.record_title(record),
        }

    def _deed_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        if not self.has_act_permission(request):
            return []
        return [
            Button(deed.title, admin_url(self._url_name(deed.slug), record.pk), deed.icon)
            for deed in self.deeds()
            if deed.is_offered(record)
        ]

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

    def _wrapped(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Put a view behind the admin's login, CSRF check and cache rules."""

        def wrapper(*args: Any, **kwargs: Any) -> HttpResponse:
            return self.admin_site.admin_view(view)(*args, **kwargs)

        return update_wrapper(wrapper, self.deed_view)
