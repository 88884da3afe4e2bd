"""What all our lists and pages share: grids, actions on records, and parts added by other rooms."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial, update_wrapper
from operator import itemgetter
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters, ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import DecimalField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from orderflow_bridge.common.fields import PlainDecimalField
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.actions import RecordAction, ask_or_act
from orderflow_bridge.console.english_log import logging_in_english
from orderflow_bridge.console.grids import downloads
from orderflow_bridge.console.grids.address import COLUMNS
from orderflow_bridge.console.grids.bound import bind
from orderflow_bridge.console.grids.changelist import Grid, literal_search
from orderflow_bridge.console.grids.columns import RowAction, action_links, chosen, column
from orderflow_bridge.console.grids.downloads import batches, titles_of
from orderflow_bridge.console.grids.filters import Filter
from orderflow_bridge.console.grids.paging import CappedPaginator
from orderflow_bridge.console.page_parts import PageParts, arranged, parts_of
from orderflow_bridge.console.pages import Button, admin_url


@logging_in_english
class BridgeAdmin(ModelAdmin):
    """A list with our columns, filters, pages, row actions and downloads, and actions on its rows.

    `list_display` are the columns that are shown unless others are chosen, `more_columns` those on
    offer beside them. `filters` take the place of Django's `list_filter`. `search_order` is the
    order of what a search finds, where an index serves both. `sorted_by` names the columns that are
    sorted by another one. What rooms above add (`page_parts`) stands among all this in its place.
    """

    formfield_overrides = {DecimalField: {"form_class": PlainDecimalField}}
    list_per_page = 20
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = CappedPaginator
    list_fullwidth = True
    filters: Sequence[Filter] = ()
    more_columns: Sequence[str] = ()
    search_order: Sequence[Any] = ()
    sorted_by: Mapping[str, str] = {}
    list_title = ""
    empty_title = _("Nothing here yet")
    empty_text = ""
    missing_text = _("This record no longer exists.")
    act_right = ""
    own_record_actions: Sequence[RecordAction] = ()
    row_record_actions: Sequence[str] = ()

    @cached_property
    def parts(self) -> Sequence[PageParts]:
        """What other rooms have added. Their columns become attributes: Django looks there."""
        added = tuple(parts_of(self.model))
        for parts in added:
            self.__dict__.update(parts.columns)
        return added

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read along what the added columns show."""
        names = [name for parts in self.parts for name in parts.prefetch]
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related(*names) if names else rows

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Return the form's tabs of rows."""
        own = super().get_inlines(request, obj)
        added = [(parts, parts.inlines) for parts in self.parts]
        return arranged(own, added, lambda inline: inline.__name__)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the mass actions that the user may take."""
        own: dict[str, Any] = super().get_actions(request)
        if IS_POPUP_VAR in request.GET:
            return own
        may = partial(self._has_right_to_act, request)
        added = [
            (parts, [self.get_action(each) for each in parts.actions_on_offer if may(each.right)])
            for parts in self.parts
        ]
        return {each[1]: each for each in arranged(own.values(), added, itemgetter(1))}

    def notices(self, page: str, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return what other rooms add to the values of a page's template."""
        found: dict[str, Any] = {}
        for parts in self.parts:
            if page in parts.notices:
                found |= parts.notices[page](request, record)
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """Search as Django does; quotes that enclose nothing are looked for as they stand."""
        return super().get_search_results(request, queryset, literal_search(search_term))  # type: ignore[no-any-return]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Grid]:
        """Return our list page."""
        return Grid

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns that the address asks for, else the usual ones."""
        offered = self.offered_columns(request)
        return chosen(request.GET.getlist(COLUMNS), offered, self._usual_columns(request))

    def offered_columns(self, request: HttpRequest) -> Sequence[str]:
        """Return all columns of the list."""
        return [*self._usual_columns(request), *self.more_columns]

    def _usual_columns(self, request: HttpRequest) -> list[str]:
        own = super().get_list_display(request)
        return arranged(own, [(parts, parts.columns) for parts in self.parts])

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        """Return our filters, bound to the request."""
        filters = [*self.filters, *(each for parts in self.parts for each in parts.filters)]
        return bind(filters)

    def empty_state(self, request: HttpRequest) -> tuple[str, str]:
        """Return title and text of an empty list: they say what to do next."""
        return self.empty_title, self.empty_text

    def empty_help(self, request: HttpRequest) -> str:
        """Return what stands below the words of an empty list: HTML, made only if it is empty."""
        return ""

    def read_along(self, rows: Sequence[Any]) -> None:
        """Read, for all rows of a page at once, what their cells show beside their columns."""

    def row_actions(self, request: HttpRequest, record: Any) -> Sequence[RowAction]:
        """Return what this user may do with a row."""
        return ()

    action_links = column(_("Action"), lambda record: action_links(record.grid_actions, record))

    def get_urls(self) -> list[URLPattern]:
        """Add the views of other rooms, the downloads, and one address per action."""
        views = [
            path(
                f"<path:object_id>/{each.slug}/",
                self._wrapped(partial(self.record_view, view=each.view), right=each.right),
                name=self._url_name(each.slug),
            )
            for parts in self.parts
            for each in parts.views
        ]
        download = path(
            "download/<str:kind>/",
            self.admin_site.admin_view(self.download_view),
            name=self._url_name("download"),
        )
        record_actions = [
            path(
                f"<path:object_id>/{action.slug}/",
                self._wrapped(partial(self.record_action_view, action=action)),
                name=self._url_name(action.slug),
            )
            for action in self.record_actions()
        ]
        return [*views, download, *record_actions, *super().get_urls()]

    def download_urls(self) -> list[tuple[str, str]]:
        """Return the kinds of file on offer with their addresses."""
        name = f"admin:{self._url_name('download')}"
        return [(title, reverse(name, args=[kind])) for kind, title in downloads.KINDS.items()]

    def download_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Send the list as it is shown, with all its pages; of a long one, lead to its making."""
        if kind not in downloads.KINDS:
            raise Http404("There is no such file.")
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            grid = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(f"admin:{self._url_name('changelist')}"))
        if grid.is_long:
            return HttpResponseRedirect(dict(grid.long_downloads)[downloads.KINDS[kind]])
        return downloads.send(kind, grid.title, titles_of(grid), batches(grid))

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Return what can be done to a record."""
        added = [(parts, parts.record_actions) for parts in self.parts]
        return tuple(arranged(self.own_record_actions, added, lambda action: action.slug))

    def record_title(self, record: Any) -> str:
        """Return the page's heading."""
        return str(record)

    def record_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows a page may show, with what the page needs."""
        return self.get_queryset(request)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Allow actions to whoever has `act_right`, or may change the model where there is none."""
        if not self.act_right:
            return bool(self.has_change_permission(request))
        return self._has_right_to_act(request, self.act_right)

    def may(self, request: HttpRequest, action: RecordAction) -> bool:
        """Tell whether the user may do this."""
        if action.right:
            return self._has_right_to_act(request, action.right)
        return self.has_act_permission(request)

    def record_action_view(
        self, request: HttpRequest, object_id: str, *, action: RecordAction
    ) -> HttpResponse:
        """Ask (GET), or act (POST). The address was made in English: the words are looked up."""
        action = next(each for each in self.record_actions() if each.slug == action.slug)
        if not self.may(request, action):
            raise PermissionDenied
        record = self._find(request, object_id)
        if record is None:
            return self._gone(request)
        return ask_or_act(self, request, record, action, self.page_context(request, record))

    def record_view(
        self, request: HttpRequest, object_id: str, *, view: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Show a further page of a record."""
        record = self._find(request, object_id)
        return self._gone(request) if record is None else view(self, request, record)

    def record_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Return the actions on offer as buttons."""
        return [
            Button(action.title, admin_url(self._url_name(action.slug), record.pk), action.icon)
            for action in self.record_actions()
            if action.is_offered(record) and self.may(request, action)
        ]

    def record_row_actions(self, request: HttpRequest, record: Any) -> list[RowAction]:
        """Return those of `row_record_actions` that are on offer, as links for a list's row."""
        added = (slug for parts in self.parts for slug in parts.row_record_actions)
        slugs = {*self.row_record_actions, *added}
        return [
            RowAction(action.title, admin_url(self._url_name(action.slug), record.pk))
            for action in self.record_actions()
            if action.slug in slugs and action.is_offered(record) and self.may(request, action)
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return what every page of a record needs."""
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": self.record_title(record),
        }

    def _find(self, request: HttpRequest, object_id: str) -> Any:
        """Return the record, or None; an address with letters finds nothing either."""
        try:
            return self.record_queryset(request).filter(pk=unquote(object_id)).first()
        except (ValueError, ValidationError, OverflowError):
            return None

    def _gone(self, request: HttpRequest) -> HttpResponse:
        messages.warning(request, self.missing_text)
        return HttpResponseRedirect(admin_url(self._url_name("changelist")))

    def _has_right_to_act(self, request: HttpRequest, right: str) -> bool:
        return bool(self.has_view_permission(request) and request.user.has_perm(right))

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
            return cast(HttpResponseBase, self.admin_site.admin_view(guarded)(*args, **kwargs))

        update_wrapper(wrapper, self.record_action_view)
        # Links ask these whether their reader may follow them (console/reader.py).
        action = getattr(view, "keywords", {}).get("action")
        wrapper.__dict__.update(model_admin=self, action=action, right=right)
        return wrapper
