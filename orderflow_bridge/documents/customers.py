"""Customers and their groups as documents (docs/rest-sales.md, "Customers")."""

from collections.abc import Iterable, Mapping
from typing import Any

from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.customers.groups import NAMES, group_code
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.kept_columns import NOTHING, kept_columns
from orderflow_bridge.documents.product_records import ATTRIBUTE
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    flags,
    ints,
    record,
    texts,
)
from orderflow_bridge.documents.search import Columns, columns_of

_REGION = record(
    "CustomerDataRegionInterface",
    texts("region_code region"),
    ints("region_id"),
)
CUSTOMER_ADDRESS = record(
    "CustomerDataAddressInterface",
    ints("id customer_id"),
    {"region": _REGION},
    ints("region_id"),
    texts("country_id"),
    {"street": Many(Kind.TEXT)},
    texts("company telephone fax postcode city firstname lastname"),
    texts("middlename prefix suffix vat_id"),
    flags("default_shipping default_billing"),
    {"custom_attributes": Many(ATTRIBUTE)},
)
CUSTOMER = record(
    "CustomerDataCustomerInterface",
    ints("id group_id"),
    texts("default_billing default_shipping confirmation created_at updated_at created_in dob"),
    texts("email firstname lastname middlename prefix suffix"),
    ints("gender store_id"),
    texts("taxvat"),
    ints("website_id"),
    {"addresses": Many(CUSTOMER_ADDRESS)},
    ints("disable_auto_group_change"),
    {
        "extension_attributes": record(
            "CustomerDataCustomerExtensionInterface", flags("is_subscribed")
        ),
        "custom_attributes": Many(ATTRIBUTE),
    },
    required="email firstname lastname",
)
CUSTOMER_GROUP = record(
    "CustomerDataGroupInterface",
    ints("id"),
    texts("code"),
    ints("tax_class_id"),
    texts("tax_class_name"),
    required="code",
)
_PLAIN: Columns = {
    **columns_of(Customer, entity_id="id"),
    "id": Column("id", ColumnKind.WHOLE),
}
_COLUMNS = ("email", "firstname", "lastname", "group_id", "store_id", "website_id")
# What has no column and is given back as it came.
_KEPT = (
    "confirmation", "created_in", "dob", "middlename", "prefix", "suffix", "gender", "taxvat",
    "disable_auto_group_change", "extension_attributes", "custom_attributes",
)  # fmt: skip
# What documents show of a customer of whom nothing was said.
_SHOWN = {"disable_auto_group_change": NOTHING}
CUSTOMER_COLUMNS: Columns = {
    **_PLAIN,
    **{
        name: each
        for name, each in kept_columns(CUSTOMER, _PLAIN, follows=_SHOWN).items()
        if name in _KEPT
    },
}
_TAX_CLASS = {"tax_class_id": 3, "tax_class_name": "Retail Customer"}


def customer_list(customers: Iterable[Customer]) -> list[Document]:
    """Return the documents of customers."""
    return [_document(each) for each in customers]


def _document(customer: Customer) -> Document:
    addresses = [
        dict(each) | {"customer_id": customer.pk}
        for each in customer.addresses
        if isinstance(each, Mapping)
    ]
    defaults = {
        name: str(each["id"])
        for name in ("default_billing", "default_shipping")
        for each in addresses
        if each.get(name)
    }
    return CUSTOMER.of(
        {"disable_auto_group_change": 0, "extension_attributes": {"is_subscribed": False}}
        | {name: customer.extra[name] for name in _KEPT if name in customer.extra}
        | {name: getattr(customer, name) for name in _COLUMNS}
        | defaults
        | {
            "id": customer.pk,
            "created_at": customer.created_at,
            "updated_at": customer.updated_at,
            "addresses": addresses,
        }
    )


def customer_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document asks for, as `save_customer` takes it; ids and times are passed over.

    Which addresses are the defaults is said by the addresses, or by `default_billing` and
    `default_shipping`, which name one by its id.
    """
    values = {name: document[name] for name in _COLUMNS if name in document}
    extra = {name: document[name] for name in _KEPT if name in document}
    values["extra"] = extra
    if document.get("addresses") is not None:
        values["addresses"] = [
            {name: value for name, value in each.items() if name != "customer_id"}
            | {
                name: True
                for name in ("default_billing", "default_shipping")
                if each.get("id") and document.get(name) == str(each["id"])
            }
            for each in document["addresses"]
        ]
    return values


def customer_group_list() -> list[Document]:
    """Return Magento's groups, and those that customers are in: one query."""
    named = Customer.objects.order_by().values_list("group_id", flat=True).distinct()
    return [
        CUSTOMER_GROUP.of({"id": pk, "code": group_code(pk)} | _TAX_CLASS)
        for pk in sorted({*NAMES, *named})
    ]


def customer_group(group_id: int) -> Document:
    """Return one of these groups. Raises NoSuchEntity."""
    for document in customer_group_list():
        if document["id"] == group_id:
            return document
    raise NoSuchEntity.field("id", group_id)
