"""The form of a cart that a person fills."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from orderflow_bridge.common.fields import PlainDecimalField
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.console.form_versions import Difference
from orderflow_bridge.order_desk.admin.edit_pages import ADDRESS, of_address
from orderflow_bridge.order_desk.admin.forms import OpenedDeskForm
from orderflow_bridge.order_desk.checkout import Basket
from orderflow_bridge.sales.checkout import PAYMENT_METHODS, SHIPPING_METHODS, parent_rows
from orderflow_bridge.sales.models import Quote, QuoteAddress

_FURTHER = range(1, 4)
_ROWS = "rows"


class CartForm(OpenedDeskForm):
    """A cart: its rows, further SKUs, addresses, and how it is sent and paid."""

    def __init__(self, cart: Quote, data: Any = None) -> None:
        self.cart = cart
        self.rows = parent_rows(cart.items.order_by("pk"))
        super().__init__(data if data is None else self._with_new_rows(data))
        for row in self.rows:
            self.fields[f"qty_{row.pk}"] = PlainDecimalField(
                label=_("Qty of %(sku)s") % {"sku": row.sku},
                min_value=0,
                decimal_places=4,
                initial=row.qty,
            )
        for number in _FURTHER:
            self.fields[f"sku_{number}"] = forms.CharField(label=f"SKU {number}", required=False)
            self.fields[f"units_{number}"] = PlainDecimalField(
                label=_("Qty %(number)s") % {"number": number}, required=False, decimal_places=4
            )
        self.fields["customer_email"] = forms.CharField(
            label=_("Customer Email"), required=False, initial=cart.customer_email
        )
        there = {each.address_type: each for each in cart.addresses.all()}
        self.kinds = list(QuoteAddress.Type)
        for kind in self.kinds:
            for name, label in ADDRESS.items():
                widget = forms.Textarea({"rows": 2}) if name == "street" else forms.TextInput()
                initial = getattr(there.get(kind), name, "")
                self.fields[f"{kind}_{name}"] = forms.CharField(
                    label=label, required=False, initial=initial, widget=widget
                )
        self.fields["is_same"] = forms.BooleanField(
            label=_("Same As Billing Address"),
            required=False,
            initial=QuoteAddress.Type.SHIPPING not in there,
        )
        methods = [(each.code, f"{each.label} ({each.amount})") for each in SHIPPING_METHODS]
        self.fields["shipping_method"] = forms.ChoiceField(
            label=_("Shipping Method"),
            choices=[("", _("Please choose")), *methods],
            required=False,
            initial=cart.shipping_method,
        )
        self.fields["payment_method"] = forms.ChoiceField(
            label=_("Payment Method"),
            choices=[(code, _(title)) for code, title in PAYMENT_METHODS.items()],
            initial="checkmo",
        )
        self.fields["po_number"] = forms.CharField(
            label=_("Purchase Order Number"), required=False, max_length=64
        )

    def _with_new_rows(self, data: Any) -> Any:
        """Show rows that somebody else has put in meanwhile as they are."""
        there = {f"qty_{row.pk}": plain(row.qty) for row in self.rows}
        filled = data.copy()
        filled.update({name: qty for name, qty in there.items() if name not in data})
        return filled

    def stands(self) -> Mapping[str, Any]:
        """Compare the rows as well, which come and go."""
        return {**super().stands(), _ROWS: [f"{row.pk}" for row in self.rows]}

    def difference(self, name: str) -> Difference:
        """Say which rows there are now, and which address a field belongs to."""
        if name == _ROWS:
            now = ", ".join(row.sku for row in self.rows)
            return Difference(_("Items"), _("as when you opened the page"), now)
        return of_address(super().difference(name), name)

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """What is shown below the rows."""
        further = [self[f"{name}_{each}"] for each in _FURTHER for name in ("sku", "units")]
        billing, shipping = ([self[f"{kind}_{name}"] for name in ADDRESS] for kind in self.kinds)
        ways = [self[name] for name in ("shipping_method", "payment_method", "po_number")]
        return [
            (_("Add Products by SKU"), further),
            (_("Account Information"), [self["customer_email"]]),
            (_("Billing Address"), billing),
            (_("Shipping Address"), [self["is_same"], *shipping]),
            (_("Shipping & Payment"), ways),
        ]

    @property
    def basket(self) -> Basket:
        """What a valid form wants the cart to hold; a quantity that is not given is one."""
        values = self.cleaned_data
        billing, shipping = (
            {name: values[f"{kind}_{name}"] for name in ADDRESS} for kind in self.kinds
        )
        for address in (billing, shipping):
            address["street"] = "\n".join(address["street"].splitlines())
        return Basket(
            customer_email=values["customer_email"],
            quantities={row.pk: values[f"qty_{row.pk}"] for row in self.rows},
            further=[
                (values[f"sku_{each}"], values[f"units_{each}"] or Decimal(1))
                for each in _FURTHER
                if values[f"sku_{each}"]
            ],
            billing=billing,
            shipping={} if values["is_same"] else shipping,
            shipping_method=values["shipping_method"],
        )
