"""The admin's read-only lists, whose records have a page of tabs and actions."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.template.response import TemplateResponse

from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.address import as_it_was_left
from orderflow_bridge.console.page_parts import RecordView, arranged
from orderflow_bridge.console.pages import Button, Section, admin_url


class RecordAdmin(BridgeAdmin):
    """A read-only list whose rows open as a page of tabs, with actions."""

    actions: Sequence[Any] = ()

    @property
    def media(self) -> Media:
        """Return none of Django's scripts: nothing is entered here, and the frame brings ours."""
        return Media()

    @property
    def add_page(self) -> RecordView | None:
        """The page that makes a new record; most come from messages and sales alone."""
        return next((parts.add for parts in self.parts if parts.add), None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow whoever has the right of the page that makes a new record, where there is one."""
        return self.add_page is not None and request.user.has_perm(self.add_page.right)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponseBase:
        """Show the page that makes a new record."""
        if self.add_page is None or not self.has_add_permission(request):
            raise PermissionDenied
        return self.add_page.view(self, request, None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: there is no form. Actions have `has_act_permission`."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: old rows go with the log cleaning."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Allow whoever may view or change the model."""
        return self._has_right(request, "view") or self._has_right(request, "change")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Allow actions to whoever has `act_right`, or may change the model where there is none."""
        if self.act_right:
            return super().has_act_permission(request)
        return self._has_right(request, "change")

    def _has_right(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def sections(self, request: HttpRequest, record: Any) -> list[Section]:
        """Return the page's tabs, in order."""
        raise NotImplementedError

    def buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Return links to show at the head of the page."""
        return []

    def first_tab(self, record: Any) -> str:
        """Return the slug of the tab that is open at first; "" is the first one."""
        return ""

    def opened(self, request: HttpRequest, record: Any) -> None:
        """Take note that somebody has opened the page."""

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
            **self.page_context(request, record),
            "sections": self._sections(request, record),
            "first_tab": self.first_tab(record),
            "back_url": as_it_was_left(admin_url(self._url_name("changelist")), request),
            "buttons": self._buttons(request, record),
            **self.notices("change", request, record),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "bridge/page.html", context)

    def _sections(self, request: HttpRequest, record: Any) -> list[Section]:
        added = [
            (parts, filter(None, (make(request, record) for make in parts.sections)))
            for parts in self.parts
        ]
        return arranged(self.sections(request, record), added, lambda section: section.slug)

    def _buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        added = (make(request, record) for parts in self.parts for make in parts.buttons)
        own = self.buttons(request, record)
        return [*own, *filter(None, added), *self.record_buttons(request, record)]


class ReadOnlyAdmin(RecordAdmin):
    """A read-only list whose rows have no page of tabs: Django shows their fields."""

    change_view = BridgeAdmin.change_view
