"""Stores → Order Statuses: what the status of an order may be."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import OrderState
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, Text, yes_or_no
from orderflow_bridge.console.pages import admin_url, unbroken
from orderflow_bridge.sales.selectors import why_not_deletable
from orderflow_bridge.stores.models import OrderStatus
from orderflow_bridge.stores.order_statuses import delete_status, save_status

_NONE = "none"


class OrderStatusForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps every state at one default."""

    def clean_code(self) -> str:
        """Refuse what the settings could not name."""
        code: str = self.cleaned_data["code"]
        if "," in code:
            raise forms.ValidationError(_("Leave out commas: they separate the codes in settings."))
        return code

    def clean(self) -> dict[str, Any]:
        """Refuse to leave a state without its default."""
        cleaned = super().clean() or {}
        is_default, state = cleaned.get("is_default"), cleaned.get("state")
        before = OrderStatus.objects.filter(pk=self.instance.pk, is_default=True).first()
        if before and not (is_default and state == before.state):
            self.add_error(
                "state" if is_default else "is_default",
                _(
                    "“%(status)s” is the default of %(state)s. Make another status the default of"
                    " that state first."
                )
                % {"status": before, "state": before.get_state_display()},
            )
        elif is_default and not state:
            self.add_error("state", _("Choose the state whose default this is."))
        return cleaned


def _of_state(state: str) -> Q:
    return Q(state="" if state == _NONE else state)


@admin.register(OrderStatus)
class OrderStatusAdmin(FormAdmin):
    """Magento's own statuses, the shop's, and those that came with orders."""

    form = OrderStatusForm
    list_display = ("status", "status_code", "of_state", "is_default")
    list_display_links = ("status",)
    filters = (
        Text("code", gettext_lazy("Code")),
        Text("label", gettext_lazy("Label")),
        Choices(
            "state",
            gettext_lazy("State"),
            match=_of_state,
            choices=[*OrderState.choices, (_NONE, gettext_lazy("Not assigned"))],
        ),
        yes_or_no(
            "is_default",
            gettext_lazy("Default of its State"),
            yes=gettext_lazy("Yes"),
            no=gettext_lazy("No"),
            match=lambda: Q(is_default=True),
        ),
    )
    search_fields = ("code", "label")
    fields = ("code", "label", "state", "is_default")
    empty_title = gettext_lazy("No order status found")
    empty_text = gettext_lazy("Statuses come with Magento, with orders, or are added here.")
    status = column(gettext_lazy("Status"), str, ordering="label")
    status_code = column(gettext_lazy("Code"), "code", unbroken)
    of_state = column(
        gettext_lazy("State"),
        lambda status: status.get_state_display() if status.state else _("Not assigned"),
        ordering="state",
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: OrderStatus | None = None
    ) -> tuple[str, ...]:
        """Keep the code: orders, settings and other systems name it."""
        return ("code",) if obj else ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Delete one at a time: each has reasons of its own to stay."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def save_model(
        self, request: HttpRequest, obj: OrderStatus, form: "forms.ModelForm[Any]", change: bool
    ) -> None:
        """Save it; a new default takes the mark off the old one."""
        save_status(obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask, and delete; say in words why a status has to stay."""
        status = self.get_object(request, object_id)
        allowed = status is not None and self.has_delete_permission(request, status)
        if allowed and (why := why_not_deletable(status)):
            messages.error(request, why)
            return HttpResponseRedirect(admin_url("stores_orderstatus_change", status.pk))
        page: HttpResponse = super().delete_view(request, object_id, extra_context)
        return page

    def delete_model(self, request: HttpRequest, obj: OrderStatus) -> None:
        """Delete it."""
        delete_status(obj)
