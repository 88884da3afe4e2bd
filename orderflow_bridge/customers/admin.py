"""Customers → All Customers: who buys with an account, to be looked at (docs/records.md).

The shop's own word about a customer comes by REST. What a customer has ordered is added by the room
of orders.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, NumberRange, Text
from orderflow_bridge.console.pages import Card, Section, Table, cards, table, time_cell
from orderflow_bridge.customers.groups import group_choices, group_name
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.stores.models import Store
from orderflow_bridge.stores.selectors import website_choices

_RARER = (
    (gettext_lazy("Prefix"), "prefix"),
    (gettext_lazy("Middle Name"), "middlename"),
    (gettext_lazy("Suffix"), "suffix"),
    (gettext_lazy("Date of Birth"), "dob"),
    (gettext_lazy("Tax/VAT Number"), "taxvat"),
)


@admin.register(Customer)
class CustomerAdmin(RecordAdmin):
    """The list, and a page for each customer."""

    missing_text = gettext_lazy("This customer no longer exists.")
    list_display = ("number", "name", "email", "group", "website", "created", "changed")
    list_display_links = ("number",)
    list_select_related = ("website",)
    filters = (
        NumberRange("id", "ID"),
        Text("email", gettext_lazy("Email")),
        Text("lastname", gettext_lazy("Last Name")),
        Choices(
            "group_id",
            gettext_lazy("Group"),
            choices=group_choices,
        ),
        Choices("website", gettext_lazy("Website"), choices=website_choices),
        DateRange("created_at", gettext_lazy("Customer Since"), "created"),
        DateRange("updated_at", gettext_lazy("Last Changed"), "changed"),
    )
    search_fields = ("email", "firstname", "lastname")
    search_help_text = gettext_lazy("Name or e-mail")
    empty_title = gettext_lazy("No customers yet")
    empty_text = gettext_lazy(
        "Who orders with an account is kept as a customer; shops also bring theirs by REST"
        " (POST customers)."
    )

    number = column("ID", "pk", number_cell, ordering="id")
    name = column(gettext_lazy("Name"), lambda customer: _name(customer), ordering="lastname")
    group = column(
        gettext_lazy("Group"), lambda customer: group_name(customer.group_id), ordering="group_id"
    )
    created = column(gettext_lazy("Customer Since"), "created_at", time_cell)
    changed = column(gettext_lazy("Last Changed"), "updated_at", time_cell)

    def record_title(self, record: Customer) -> str:
        """Return "Customer 12"."""
        return _("Customer %(number)s") % {"number": record.pk}

    def sections(self, request: HttpRequest, record: Customer) -> list[Section]:
        """Return the customer and the addresses."""
        store = Store.objects.filter(pk=record.store_id).first()
        account = [
            (_("Name"), _name(record)),
            (_("Email"), record.email),
            (_("Group"), group_name(record.group_id)),
            (_("Website"), record.website.name),
            (_("Store View"), store.name if store else ""),
            (_("Customer Since"), time_cell(record.created_at)),
            (_("Last Changed"), time_cell(record.updated_at)),
        ]
        further = [(str(label), record.extra.get(name) or "") for label, name in _RARER]
        content = [Card(_("Account"), account)]
        if any(value for _, value in further):
            content.append(Card(_("Further"), further))
        rows = [_address(each) for each in record.addresses if isinstance(each, Mapping)]
        columns = (
            _("Name"),
            _("Company"),
            _("Street"),
            _("City"),
            _("Country"),
            _("Telephone"),
            _("Default for"),
        )
        return [
            cards("information", _("Information"), *content),
            table(
                "addresses",
                _("Addresses"),
                Table(columns, rows, empty=_("This customer has no addresses.")),
            ),
        ]


def _name(customer: Customer) -> str:
    return f"{customer.firstname} {customer.lastname}".strip()


def _address(address: Mapping[str, Any]) -> tuple[str, ...]:
    street = address.get("street")
    lines = street if isinstance(street, list) else [street or ""]
    place = (address.get("postcode"), address.get("city"))
    is_billed, is_shipped = address.get("default_billing"), address.get("default_shipping")
    shipping = _("shipping") if is_shipped else ""
    billing = _("billing and shipping") if is_shipped else _("billing")
    return (
        " ".join(str(address.get(each) or "") for each in ("firstname", "lastname")).strip(),
        str(address.get("company") or ""),
        ", ".join(str(line) for line in lines),
        " ".join(str(each) for each in place if each),
        str(address.get("country_id") or ""),
        str(address.get("telephone") or ""),
        billing if is_billed else shipping,
    )
