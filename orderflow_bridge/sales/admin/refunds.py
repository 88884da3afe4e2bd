"""The new-credit-memo page of an order (reference.md F137)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from orderflow_bridge.common.admin import PlainDecimalField, RecordAdmin
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.pages import Button, admin_url, money, unbroken, units
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import CreditMemo, Order, OrderItem
from orderflow_bridge.sales.refunding import (
    Refund,
    refund_order,
    refundable_amount,
    refundable_shipping,
)

MAY_REFUND = "sales.refund_order"
_AMOUNTS = ("shipping_amount", "adjustment_positive", "adjustment_negative")


class RefundForm(forms.Form):
    """Units per row, amounts and a comment. The initial values refund everything."""

    shipping_amount = forms.DecimalField(label="Refund Shipping", required=False, min_value=0)
    adjustment_positive = forms.DecimalField(
        label="Adjustment Refund", required=False, min_value=0, initial=0
    )
    adjustment_negative = forms.DecimalField(
        label="Adjustment Fee", required=False, min_value=0, initial=0
    )
    comment = forms.CharField(
        label="Credit Memo Comments", required=False, widget=forms.Textarea({"rows": 3})
    )
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
                label=f"Qty to refund of {row.sku}",
                required=False,
                min_value=0,
                max_value=states.to_refund(row),
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
            seen_creditmemos=values["seen"],
        )


@dataclass(frozen=True)
class _Line:
    """A row of the order on the form: its cells, and the field for the units."""

    cells: tuple[tuple[str, Any], ...]
    field: BoundField


class RefundAdmin(RecordAdmin):
    """Puts "Credit Memo" on an order's page. Rooms upstairs add their part to the two hooks."""

    def make_refund(self, order: Order, refund: Refund) -> CreditMemo:
        """Refund; the room `inventory` adds the stock's part."""
        return refund_order(order.pk, refund)

    def refund_notice(self, order: Order) -> dict[str, Any]:
        """Return title, notes and link of the notice; the room `exports` knows OrderFlow's."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = path(
            "<path:object_id>/creditmemo/",
            self._wrapped(self.creditmemo_view, right=MAY_REFUND),
            name=self._url_name("creditmemo"),
        )
        return [view, *super().get_urls()]

    def buttons(self, request: HttpRequest, record: Order) -> list[Button]:
        """Offer a credit memo while something can be refunded."""
        offered = super().buttons(request, record)
        can_refund = states.can_refund(record, list(record.items.all()))
        if can_refund and request.user.has_perm(MAY_REFUND):
            url = admin_url(self._url_name("creditmemo"), record.pk)
            offered.append(Button("Credit Memo", url, "undo"))
        return offered

    def creditmemo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the form (GET), or refund (POST)."""
        order = self._find(request, object_id)
        if order is None:
            return self._gone(request)
        rows = list(order.items.all())
        if not states.can_refund(order, rows):
            messages.error(request, "The order does not allow a credit memo to be created.")
            return HttpResponseRedirect(admin_url(self._url_name("change"), order.pk))
        data = request.POST if request.method == "POST" else None
        form = RefundForm(order, states.refundable_rows(rows), data)
        if form.is_bound and form.is_valid() and (memo := self._refund(request, order, form)):
            return HttpResponseRedirect(admin_url("sales_creditmemo_change", memo.pk))
        context = {
            **self._context(request, order),
            "title": f"New Credit Memo for Order #{order.increment_id}",
            "form": form,
            "lines": _lines(order, form),
            "notice": self.refund_notice(order),
            "most": money(refundable_amount(order), order.order_currency_code),
            "back": admin_url(self._url_name("change"), order.pk),
        }
        return TemplateResponse(request, "bridge/new_creditmemo.html", context)

    def _refund(self, request: HttpRequest, order: Order, form: RefundForm) -> CreditMemo | None:
        """Refund and say so; or add the reason why not to the form."""
        try:
            memo = self.make_refund(order, form.refund())
        except BridgeError as error:
            form.add_error(None, str(error))
            return None
        self.log_change(request, order, f"Credit memo {memo.increment_id} was made.")
        messages.success(request, "You created the credit memo.")
        return memo


def _field(row: OrderItem) -> str:
    return f"qty_{row.pk}"


def _lines(order: Order, form: RefundForm) -> list[_Line]:
    currency = order.order_currency_code
    return [
        _Line(
            (
                ("Product", row.name),
                ("SKU", unbroken(row.sku)),
                ("Price", money(row.price, currency)),
                ("Ordered", units(row.qty_ordered)),
                ("Invoiced", units(row.qty_invoiced)),
                ("Shipped", units(row.qty_shipped)),
                ("Refunded", units(row.qty_refunded)),
            ),
            form[_field(row)],
        )
        for row in form.rows
    ]
