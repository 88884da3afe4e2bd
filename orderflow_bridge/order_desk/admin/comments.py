"""Telling the customer, and writing things down: comments on an order, and its e-mails again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.pages import Button, Section, admin_url
from orderflow_bridge.order_desk import services
from orderflow_bridge.order_desk.admin.desk_pages import is_done, order_page, posted, show_form
from orderflow_bridge.order_desk.admin.forms import CommentForm, SeenForm
from orderflow_bridge.order_desk.selectors import mails_about
from orderflow_bridge.sales.admin.order_page import comments
from orderflow_bridge.sales.invoicing import notify_invoice
from orderflow_bridge.sales.models import Invoice, Order, Shipment
from orderflow_bridge.sales.services import notify, notify_shipment
from orderflow_bridge.stores.order_statuses import belongs_to, status_choices

MAY_COMMENT = "sales.comment_order"
MAY_WRITE = "sales.email_order"
SENT = gettext_lazy("The e-mail has been written and is sent within a minute.")


def comments_tab(request: HttpRequest, order: Order) -> Section:
    """Return the order's history, below the form that adds to it for whoever may."""
    history = comments(order)
    if not request.user.has_perm(MAY_COMMENT):
        return history
    context = {
        **history.context,
        "form": _comment_form(request, order),
        "address": admin_url("sales_order_comment", order.pk),
    }
    return Section(history.slug, history.title, "order_desk/comments.html", context)


def comment_view(model_admin: RecordAdmin, request: HttpRequest, order: Order) -> HttpResponse:
    """Add a comment (POST); or show the form by itself, with what is wrong with it."""
    form = _comment_form(request, order, posted(request))

    def act() -> None:
        values = form.cleaned_data
        services.comment(
            order.pk,
            text=values["comment"],
            status=values["status"],
            is_customer_notified=values["is_customer_notified"],
            is_visible_on_front=values["is_visible_on_front"],
            seen=values["seen"],
        )
        model_admin.log_change(request, order, "A comment was added.")

    back = order_page(order.pk, "comments")
    if is_done(form, act):
        messages.success(request, _("You added the comment."))
        return HttpResponseRedirect(back)
    title = _("New Comment on Order #%(number)s") % {"number": order.increment_id}
    return show_form(
        model_admin, request, order, form, title=title, submit=_("Submit Comment"), back=back
    )


def _comment_form(request: HttpRequest, order: Order, data: Any = None) -> CommentForm:
    newest = max((entry.pk for entry in order.status_histories.all()), default=0)
    initial = {"seen": newest, "status": order.status}
    choices = [each for each in status_choices(request) if belongs_to(each[0], order.state)]
    if order.status not in dict(choices):
        choices = [(order.status, order.status_label), *choices]
    return CommentForm(choices, data, initial=initial)


def email_button(page: str) -> Callable[[HttpRequest, Any], Button | None]:
    """Return the button of a page ("sales_order", for example) that leads to its e-mail."""

    def button(request: HttpRequest, record: Any) -> Button | None:
        if not request.user.has_perm(MAY_WRITE):
            return None
        return Button(_("Send Email"), admin_url(f"{page}_email", record.pk), "mail")

    return button


def order_email(model_admin: RecordAdmin, request: HttpRequest, order: Order) -> HttpResponse:
    """Write the confirmation of an order again."""
    question = _("Send the confirmation of order #%(number)s to %(address)s?") % {
        "number": order.increment_id,
        "address": _recipient(order),
    }
    return _write(model_admin, request, order, order, question, partial(notify, order.pk))


def invoice_email(model_admin: RecordAdmin, request: HttpRequest, invoice: Invoice) -> HttpResponse:
    """Write about an invoice again."""
    order = invoice.order
    question = _("Send invoice #%(number)s of order #%(order)s to %(address)s?") % {
        "number": invoice.increment_id,
        "order": order.increment_id,
        "address": _recipient(order),
    }
    write = partial(notify_invoice, invoice.pk)
    return _write(model_admin, request, invoice, order, question, write)


def shipment_email(
    model_admin: RecordAdmin, request: HttpRequest, shipment: Shipment
) -> HttpResponse:
    """Write about a shipment again."""
    order = shipment.order
    question = _("Send shipment #%(number)s of order #%(order)s to %(address)s?") % {
        "number": shipment.increment_id,
        "order": order.increment_id,
        "address": _recipient(order),
    }
    write = partial(notify_shipment, shipment.pk)
    return _write(model_admin, request, shipment, order, question, write)


def _recipient(order: Order) -> str:
    return order.customer_email or _("nobody: there is no address")


def _write(
    model_admin: RecordAdmin,
    request: HttpRequest,
    record: Any,
    order: Order,
    question: str,
    write: Callable[[], bool],
) -> HttpResponse:
    """Ask a question before the customer is written to (GET), or write (POST)."""
    form = SeenForm(posted(request), initial={"seen": mails_about(order)})
    back = admin_url(f"sales_{record._meta.model_name}_change", record.pk)

    def act() -> None:
        services.write_again(order, write, seen=form.cleaned_data["seen"])
        model_admin.log_change(request, record, "The customer was written to.")

    if is_done(form, act):
        messages.success(request, SENT)
        return HttpResponseRedirect(back)
    return show_form(
        model_admin,
        request,
        record,
        form,
        title=_("Send Email"),
        submit=_("Send Email"),
        back=back,
        question=question,
    )
