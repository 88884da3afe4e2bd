"""The page that edits an order's addresses and shipping method, with a look at what it does."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.form_versions import READ, Difference, who_changed
from orderflow_bridge.console.pages import Button, Section, Table, admin_url, folded, table
from orderflow_bridge.order_desk.admin.desk_pages import (
    BLIND,
    order_page,
    posted,
    refuse,
    sees_people,
    show_form,
)
from orderflow_bridge.order_desk.admin.forms import OpenedDeskForm
from orderflow_bridge.order_desk.editing import (
    Edit,
    edit_order,
    preview_edit,
    seen_of,
    why_not_editable,
)
from orderflow_bridge.sales.models import Order, OrderAddress

MAY_EDIT = "sales.edit_order"
UNCHANGED = gettext_lazy("Nothing was changed: the order stands like that already.")
ADDRESS = {
    "firstname": gettext_lazy("First Name"),
    "lastname": gettext_lazy("Last Name"),
    "company": gettext_lazy("Company"),
    "street": gettext_lazy("Street Address"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("State/Province"),
    "postcode": gettext_lazy("Zip/Postal Code"),
    "country_id": gettext_lazy("Country (two letters)"),
    "telephone": gettext_lazy("Phone Number"),
    "email": gettext_lazy("Email"),
}
ADDRESSES = {
    OrderAddress.Type.BILLING: gettext_lazy("Billing Address"),
    OrderAddress.Type.SHIPPING: gettext_lazy("Shipping Address"),
}


class EditForm(OpenedDeskForm):
    """Both addresses of an order and how it is sent; what may stand there its service judges."""

    def __init__(self, order: Order, data: Any = None) -> None:
        super().__init__(data)
        self.seen = seen_of(order)
        found = order.addresses.all()
        if data is not None:
            # Read anew: what was changed before the number was made must not be overlooked.
            found = OrderAddress.objects.filter(order=order)
        self.addresses = {each.address_type: each for each in found}
        for kind in OrderAddress.Type:
            if address := self.addresses.get(kind):
                self._add_address(kind, address)
        for name, label in (
            ("shipping_method", _("Shipping Method (code)")),
            ("shipping_description", _("Shipping Method (as people read it)")),
        ):
            initial = getattr(order, name)
            self.fields[name] = forms.CharField(label=label, required=False, initial=initial)

    def _add_address(self, kind: OrderAddress.Type, address: OrderAddress) -> None:
        for name, label in ADDRESS.items():
            widget = forms.Textarea({"rows": 2}) if name == "street" else forms.TextInput()
            self.fields[f"{kind}_{name}"] = forms.CharField(
                label=label, required=False, initial=getattr(address, name), widget=widget
            )

    def difference(self, name: str) -> Difference:
        """Say which address it is, too."""
        return of_address(super().difference(name), name)

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Each address by itself."""
        addresses = [
            (str(ADDRESSES[kind]), [self[f"{kind}_{name}"] for name in ADDRESS])
            for kind in OrderAddress.Type
            if kind in self.addresses
        ]
        method = [self["shipping_method"], self["shipping_description"]]
        return [*addresses, (_("Shipping Method"), method)]

    @property
    def edit(self) -> Edit:
        """What a valid form asks for."""
        values = self.cleaned_data
        return Edit(
            addresses={
                kind: {name: self._value(kind, name) for name in ADDRESS}
                for kind in OrderAddress.Type
                if kind in self.addresses
            },
            shipping_method=values["shipping_method"],
            shipping_description=values["shipping_description"],
        )

    def _value(self, kind: OrderAddress.Type, name: str) -> Any:
        value: str = self.cleaned_data[f"{kind}_{name}"]
        return value.splitlines() if name == "street" else value


def of_address(difference: Difference, name: str) -> Difference:
    """Name the address that a field belongs to, as two have the same labels."""
    title = next((text for kind, text in ADDRESSES.items() if name.startswith(f"{kind}_")), None)
    return replace(difference, label=f"{title}: {difference.label}") if title else difference


def edit_button(request: HttpRequest, order: Order) -> Button | None:
    """Lead to the form, whoever may edit; the page says where it is too late."""
    if not (request.user.has_perm(MAY_EDIT) and sees_people(request)):
        return None
    return Button(_("Edit"), admin_url("sales_order_edit", order.pk), "edit")


def edit_view(model_admin: RecordAdmin, request: HttpRequest, order: Order) -> HttpResponse:
    """Show the form (GET), show what it would change (POST "preview"), or change it (POST)."""
    if not sees_people(request):
        return refuse(request, order, BLIND)
    form, preview = EditForm(order, posted(request)), []
    if form.is_bound and form.is_valid() and form.is_as_opened():
        seen = form.seen
        try:
            if "preview" in request.POST:
                preview = _preview(order, form.edit, seen)
            else:
                is_changed = edit_order(order.pk, form.edit, seen=seen)
                return _edited(model_admin, request, order, is_changed=is_changed)
        except BridgeError as error:
            form.add_error(None, str(error))
    if form.version.differences:
        form.version.who = who_changed(order, request.POST.get(READ))
    if not form.is_bound and (why := why_not_editable(order)):
        return refuse(request, order, why)
    return show_form(
        model_admin,
        request,
        order,
        form,
        title=_("Edit Order #%(number)s") % {"number": order.increment_id},
        submit=_("Save"),
        back=order_page(order.pk),
        second=("preview", _("Preview")),
        preview=preview,
    )


def _edited(
    model_admin: RecordAdmin, request: HttpRequest, order: Order, *, is_changed: bool
) -> HttpResponse:
    if is_changed:
        model_admin.log_change(request, order, "Addresses or shipping method were changed.")
        messages.success(request, _("You saved the order."))
    else:
        messages.info(request, UNCHANGED)
    return HttpResponseRedirect(order_page(order.pk))


def _preview(order: Order, edit: Edit, seen: int) -> list[Section]:
    """Show what OrderFlow would see, and the whole documents folded."""
    found = preview_edit(order.pk, edit, seen=seen)
    content = Table(
        (_("Field"), _("Now"), _("Then")), found.changes, empty=UNCHANGED, note=found.outcome
    )
    texts = ((_("Now"), found.before), (_("Then"), found.after))
    whole = Table((_("Document"),), [(folded(_("Show it"), *texts),)])
    return [
        table("preview", _("What OrderFlow will see"), content),
        table("whole", _("Both documents"), whole),
    ]
