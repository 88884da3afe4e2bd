"""What the pages of the order desk share: how they look, and what happens after a refusal."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from orderflow_bridge.access.rights import SEE_PEOPLE
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.order_desk.admin.forms import DeskForm
from orderflow_bridge.sales.models import Order

BLIND = _("This page has people's names and addresses: it needs the right “See people's data”.")


def order_page(order_id: int, tab: str = "") -> str:
    """Return the address of an order's page, at one of its tabs."""
    return admin_url("sales_order_change", order_id) + (f"#{tab}" if tab else "")


def sees_people(request: HttpRequest) -> bool:
    """Tell whether a person may fill in names and addresses: a form of masks would write them."""
    return request.user.has_perm(SEE_PEOPLE)


def posted(request: HttpRequest) -> Any:
    """Return what a form was sent with; None if it is only to be shown."""
    return request.POST if request.method == "POST" else None


def refuse(request: HttpRequest, order: Order, why: str) -> HttpResponse:
    """Go back to the order and say why nothing was done."""
    messages.error(request, why)
    return HttpResponseRedirect(order_page(order.pk))


def is_done(form: DeskForm, act: Callable[[], Any]) -> bool:
    """Act if the form is filled in well; a refusal is added to the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act()
    except BridgeError as error:
        form.add_error(None, str(error))
        return False
    return True


def show_form(
    model_admin: RecordAdmin,
    request: HttpRequest,
    record: Any,
    form: DeskForm,
    *,
    title: str,
    submit: str,
    back: str,
    columns: Sequence[str] = (),
    lines: Sequence[tuple[Any, Any]] = (),
    **more: Any,
) -> HttpResponse:
    """Show a form, of a record or None.

    `lines` are rows of cells under `columns`, each with a field at its end.
    """
    page = (
        model_admin.page_context(request, record)
        if record
        else {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.opts,
        }
    )
    context = {
        **page,
        "title": title,
        "form": form,
        "submit": submit,
        "back": back,
        "columns": columns,
        "lines": [(list(zip(columns, cells, strict=False)), field) for cells, field in lines],
        **more,
    }
    return TemplateResponse(request, "order_desk/form.html", context)
