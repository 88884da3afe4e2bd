"""The credit memos grid, the credit memo page, and the page of an order that makes a new one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.fields import PlainDecimalField
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.page_parts import PageParts, RecordView
from orderflow_bridge.console.pages import (
    Button,
    Card,
    Section,
    Table,
    admin_url,
    cards,
    link,
    money,
    sku_link,
    table,
    time_cell,
    unbroken,
    units,
)
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import CreditMemo, Order, OrderItem
from orderflow_bridge.sales.refunding import (
    Refund,
    refundable_amount,
    refundable_shipping,
)

MAY_REFUND = "sales.refund_order"
PAGE = "creditmemo"
MakeRefund = Callable[[int, Refund], CreditMemo]
_AMOUNTS = ("shipping_amount", "adjustment_positive", "adjustment_negative")


@admin.register(CreditMemo)
class CreditMemoAdmin(RecordAdmin):
    """Sales → Credit Memos. New ones are made on the order's page."""

    missing_text = gettext_lazy("This credit memo no longer exists.")
    list_display = ("increment_id", "state", "created", "order_link", "order_date", "refunded")
    list_display_links = ("increment_id",)
    list_select_related = ("order",)
    filters = (
        Choices(
            "state", gettext_lazy("Status"), choices=CreditMemo._meta.get_field("state").flatchoices
        ),
        DateRange("created_at", gettext_lazy("Created"), "created"),
    )
    search_fields = ("increment_id", "order__increment_id")
    search_help_text = gettext_lazy("Credit memo or order number")
    empty_title = gettext_lazy("No credit memos yet")
    empty_text = gettext_lazy(
        "Open an order that has been invoiced and choose Credit Memo to refund it."
    )

    def record_queryset(self, request: HttpRequest) -> QuerySet[CreditMemo]:
        """Read the order along."""
        return self.get_queryset(request).select_related("order")

    created = column(gettext_lazy("Created"), "created_at", time_cell)
    order_link = column(
        gettext_lazy("Order"),
        lambda memo: link(memo.order.increment_id, admin_url("sales_order_change", memo.order_id)),
        ordering="order__increment_id",
    )
    order_date = column(gettext_lazy("Order Date"), "order.created_at", time_cell)
    refunded = column(
        gettext_lazy("Refunded"),
        lambda memo: money(memo.grand_total, memo.order.order_currency_code),
        ordering="grand_total",
    )

    def record_title(self, record: CreditMemo) -> str:
        """Return "Credit Memo #000000003"."""
        return _("Credit Memo #%(number)s") % {"number": record.increment_id}

    def sections(self, request: HttpRequest, record: CreditMemo) -> list[Section]:
        """Return the memo, its rows and the remarks on it."""
        details = [
            (_("Credit Memo"), record.increment_id),
            (_("Order"), self.order_link(record)),
            (_("Order Date"), self.order_date(record)),
            (_("Created"), time_cell(record.created_at)),
            (_("Status"), record.get_state_display()),
            (_("Total Quantity"), units(record.total_qty)),
        ]
        totals = Card(_("Credit Memo Totals"), _totals(record))
        information = cards(
            "information", _("Information"), Card(_("Credit Memo"), details), totals
        )
        return [information, _items(record), _comments(record)]


def credit_memo_page(make_refund: MakeRefund) -> PageParts:
    """Return the button and the page that refund an order by `make_refund`.

    The room that knows what a refund means for stock adds them; others may add their notice.
    """
    view = RecordView(PAGE, partial(credit_memo_view, make_refund=make_refund), MAY_REFUND)
    return PageParts(buttons=(credit_memo_button,), views=(view,))


def credit_memo_button(request: HttpRequest, order: Order) -> Button | None:
    """Return the link to the page while something can be refunded, for whoever may."""
    can_refund = states.can_refund(order, list(order.items.all()))
    if not can_refund or not request.user.has_perm(MAY_REFUND):
        return None
    return Button(_("Credit Memo"), admin_url("sales_order_creditmemo", order.pk), "undo")


def credit_memo_view(
    model_admin: RecordAdmin, request: HttpRequest, order: Order, *, make_refund: MakeRefund
) -> HttpResponse:
    """Show the form (GET), or refund (POST)."""
    back = admin_url("sales_order_change", order.pk)
    rows = list(order.items.all())
    if not states.can_refund(order, rows):
        messages.error(request, _("The order does not allow a credit memo to be created."))
        return HttpResponseRedirect(back)
    data = request.POST if request.method == "POST" else None
    form = RefundForm(order, states.refundable_rows(rows), data)
    if form.is_bound and form.is_valid() and (memo := _refund(make_refund, order, form)):
        model_admin.log_change(request, order, f"Credit memo {memo.increment_id} was made.")
        messages.success(request, _("You created the credit memo."))
        return HttpResponseRedirect(admin_url("sales_creditmemo_change", memo.pk))
    context = {
        **model_admin.page_context(request, order),
        **model_admin.notices(PAGE, request, order),
        "title": _("New Credit Memo for Order #%(number)s") % {"number": order.increment_id},
        "form": form,
        "lines": _lines(order, form),
        "most": money(refundable_amount(order), order.order_currency_code),
        "back": back,
    }
    return TemplateResponse(request, "bridge/new_creditmemo.html", context)


class RefundForm(forms.Form):
    """Units per row, amounts and a comment. The initial values refund everything."""

    shipping_amount = forms.DecimalField(
        label=gettext_lazy("Refund Shipping"), required=False, min_value=0
    )
    adjustment_positive = forms.DecimalField(
        label=gettext_lazy("Adjustment Refund"), required=False, min_value=0, initial=0
    )
    adjustment_negative = forms.DecimalField(
        label=gettext_lazy("Adjustment Fee"), required=False, min_value=0, initial=0
    )
    comment = forms.CharField(
        label=gettext_lazy("Credit Memo Comments"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    notify = forms.BooleanField(label=gettext_lazy("Email Copy of Credit Memo"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, order: Order, rows: Sequence[OrderItem], data: Any = None) -> None:
        initial = {
            "shipping_amount": plain(refundable_shipping(order)),
            "seen": len(order.creditmemos.all()),
        }
        super().__init__(data, initial=initial)
        self.rows = rows
        for row in rows:
            self.fields[_field(row)] = PlainDecimalField(
                label=_("Qty to refund of %(sku)s") % {"sku": row.sku},
                required=False,
                min_value=0,
                decimal_places=4,
                initial=plain(states.to_refund(row)),
            )

    def refund(self) -> Refund:
        """Return what a valid form asks for; an empty field is zero."""
        values = self.cleaned_data
        return Refund(
            quantities={row.pk: values[_field(row)] or Decimal(0) for row in self.rows},
            **{name: values[name] or Decimal(0) for name in _AMOUNTS},
            comment=values["comment"].strip(),
            notify=values["notify"],
            seen_creditmemos=values["seen"],
        )


@dataclass(frozen=True)
class _Line:
    """A row of the order on the form: its cells, and the field for the units."""

    cells: tuple[tuple[str, Any], ...]
    field: BoundField


def _refund(make_refund: MakeRefund, order: Order, form: RefundForm) -> CreditMemo | None:
    """Refund; or add the reason why not to the form."""
    try:
        return make_refund(order.pk, form.refund())
    except BridgeError as error:
        form.add_error(None, str(error))
        return None


def _field(row: OrderItem) -> str:
    return f"qty_{row.pk}"


def _lines(order: Order, form: RefundForm) -> list[_Line]:
    currency = order.order_currency_code
    return [
        _Line(
            (
                (_("Product"), row.name),
                ("SKU", unbroken(row.sku)),
                (_("Price"), money(row.price, currency)),
                (_("Ordered"), units(row.qty_ordered)),
                (_("Invoiced"), units(row.qty_invoiced)),
                (_("Shipped"), units(row.qty_shipped)),
                (_("Refunded"), units(row.qty_refunded)),
            ),
            form[_field(row)],
        )
        for row in form.rows
    ]


def _totals(memo: CreditMemo) -> list[tuple[str, Any]]:
    amounts = (
        (_("Subtotal"), memo.subtotal),
        (_("Discount"), -memo.discount_amount),
        (_("Tax"), memo.tax_amount),
        (_("Shipping & Handling"), memo.shipping_amount),
        (_("Adjustment Refund"), memo.adjustment_positive),
        (_("Adjustment Fee"), memo.adjustment_negative),
        (_("Grand Total"), memo.grand_total),
    )
    return [(label, money(amount, memo.order.order_currency_code)) for label, amount in amounts]


def _items(memo: CreditMemo) -> Section:
    currency = memo.order.order_currency_code
    rows = [
        (
            item.name,
            sku_link(item.sku),
            money(item.price, currency),
            units(item.qty),
            money(item.row_total, currency),
            money(item.tax_amount, currency),
            money(item.discount_amount, currency),
        )
        for item in memo.items.order_by("id")
    ]
    columns = (
        _("Product"),
        "SKU",
        _("Price"),
        _("Qty Refunded"),
        _("Row Total"),
        _("Tax"),
        _("Discount"),
    )
    empty = _("No units were refunded, only an amount.")
    return table("items", _("Items Refunded"), Table(columns, rows, empty=empty))


def _comments(memo: CreditMemo) -> Section:
    rows = [(time_cell(one.created_at), one.comment) for one in memo.comments.order_by("id")]
    content = Table((_("Date"), _("Comment")), rows, empty=_("There are no comments."))
    return table("comments", _("Comments"), content)
