"""The admin's kinds of page: grids, and read-only records with tabs and deeds."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import DecimalField, Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse

from orderflow_bridge.common.deeds import DeedAdmin
from orderflow_bridge.common.grids.admin import GridAdmin
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.pages import Button, Section

_PLACES = re.compile(r"-?[0-9]+\.[0-9]+", re.ASCII)


class PlainDecimalField(forms.DecimalField):
    """A number field that shows 90 and not 90.0000, and takes 90.000000 for 90."""

    def to_python(self, value: Any) -> Any:
        """Read a number; zeros at the end of its places do not count as places."""
        if isinstance(value, str) and _PLACES.fullmatch(text := value.strip()):
            value = text.rstrip("0")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Return a stored number plainly; what was typed stays as typed."""
        return plain(value) if isinstance(value, Decimal) else value


class BridgeAdmin(GridAdmin):
    """The look and the limits that all our lists and forms share."""

    formfield_overrides = {DecimalField: {"form_class": PlainDecimalField}}
    warn_unsaved_form = True


class ReadOnlyAdmin(BridgeAdmin):
    """A list whose rows are only looked at."""

    warn_unsaved_form = False
    actions: Sequence[Any] = ()
    act_right = ""

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
        """Allow deeds to whoever has `act_right`, or may change the model where there is none."""
        if not self.act_right:
            return self._has_right(request, "change")
        return self.has_view_permission(request) and request.user.has_perm(self.act_right)

    def _has_right(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")


class RecordAdmin(ReadOnlyAdmin, DeedAdmin):
    """A read-only list whose rows open as a page of tabs, with deeds."""

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
            **self._context(request, record),
            "sections": self.sections(request, record),
            "first_tab": self.first_tab(record),
            "buttons": self.buttons(request, record) + self.deed_buttons(request, record),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "bridge/page.html", context)
