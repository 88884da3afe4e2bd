"""Writing customers: from what a shop says of them, and from their first order.

An order of somebody with an account makes the customer if there is none with its e-mail address on
its website. What is known already is not changed by an order: the shop's own word counts more.

Placing an order holds locks on stock, perhaps for many orders of a bulk call, so it must not wait
for another one that makes the same customer: who finds that going on leaves it to the other.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, QuerySet, TextField
from django.db.models.functions import Cast, Lower

from orderflow_bridge.common.exceptions import CustomerRefused, NoSuchEntity
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.stores.models import Website

_ATTEMPTS = 3
_LONGEST = 255
_LARGEST_ID = 2**31 - 1
# Ids of customers whose orders bring none begin here.
FIRST_OF_ORDERS = 1_000_000_000
_ADVISORY_SPACE = 731_402
_NAMED = ("email", "firstname", "lastname")


def save_customer(values: Mapping[str, Any], customer_id: int | None = None) -> Customer:
    """Create a customer, or change what is given of the one with this id.

    `values` are by the columns' names; `extra` is added to what is there, `addresses` are all of
    them. Raises NoSuchEntity, and CustomerRefused in Magento's words for an address of e-mail that
    another customer of the website has, and for what is missing or does not fit.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _save(values, customer_id)
        except IntegrityError:  # somebody else has taken the id or the e-mail address meanwhile
            continue
    return _save(values, customer_id)


def note_buyer(
    website_id: int,
    values: Mapping[str, Any],
    *,
    order_id: int,
    shops_id: int | None,
    store_id: int,
) -> None:
    """Keep who has placed an order, unless there is such a customer already.

    `values` as `save_customer` takes them; `shops_id` is the customer's id in the shop, which is
    taken over if it is free; else the order's own id gives one. Without an e-mail address there is
    nothing to keep.
    """
    email = str(values.get("email") or "")
    if not email or _with_email(website_id, email).exists():
        return
    is_free = shops_id and not Customer.objects.filter(pk=shops_id).exists()
    pk = shops_id if is_free else FIRST_OF_ORDERS + order_id
    names = {name: values.get(name) or "-" for name in ("firstname", "lastname")}
    wanted = dict(values) | names | {"id": pk, "website_id": website_id, "store_id": store_id}
    try:
        with transaction.atomic():
            if _is_alone(f"customer {pk}", f"customer {website_id} {email.lower()}"):
                _insert(wanted)
    except (IntegrityError, CustomerRefused):
        return  # another order of the same buyer was faster, or the order's word is no use


def _is_alone(*names: str) -> bool:
    """Tell whether no other transaction is at these names, and keep others off until the end.

    SQLite has one writer at a time, who always is.
    """
    if connection.vendor != "postgresql":
        return True
    keys = [crc32(name.encode()) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(pg_try_advisory_xact_lock(%s, key)) FROM unnest(%s::int[]) AS key",
            [_ADVISORY_SPACE, [key - 2**31 for key in keys]],
        )
        return bool(cursor.fetchone()[0])


def remove_customer(customer_id: int) -> None:
    """Forget a customer; the orders keep what they say. Raises NoSuchEntity."""
    deleted, _ = Customer.objects.filter(pk=customer_id).delete()
    if not deleted:
        raise NoSuchEntity.field("customerId", customer_id)


def is_free(website_id: int, email: str) -> bool:
    """Tell whether no customer of a website has this e-mail address."""
    return not _with_email(website_id, email).exists()


def with_address(address_id: int) -> QuerySet[Customer]:
    """Return the customers who may have the address with this id: all are read through for it."""
    text = Cast("addresses", TextField())
    return Customer.objects.alias(text=text).filter(text__contains=f'"id": {address_id}')


@transaction.atomic
def remove_address(address_id: int) -> None:
    """Take an address of a customer away. Raises NoSuchEntity."""
    for customer in with_address(address_id).select_for_update():
        left = [each for each in customer.addresses if each.get("id") != address_id]
        if len(left) < len(customer.addresses):
            customer.addresses = left
            customer.save(update_fields=("addresses", "updated_at"))
            return
    raise NoSuchEntity.field("addressId", address_id)


@transaction.atomic
def _save(values: Mapping[str, Any], customer_id: int | None) -> Customer:
    if customer_id is None:
        return _insert(values)
    customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        raise NoSuchEntity.field("customerId", customer_id)
    _fill(customer, values)
    customer.save()
    return customer


def _insert(values: Mapping[str, Any]) -> Customer:
    customer = Customer(pk=values.get("id") or _next_id(), website_id=values["website_id"])
    _fill(customer, values)
    customer.save(force_insert=True)
    return customer


def _with_email(website_id: int, email: str) -> "QuerySet[Customer]":
    customers = Customer.objects.annotate(folded=Lower("email"))
    return customers.filter(website=website_id, folded=email.lower())


def _next_id() -> int:
    given = Customer.objects.filter(pk__lt=FIRST_OF_ORDERS)
    highest: int = given.aggregate(highest=Max("pk"))["highest"] or 0
    return highest + 1


def _fill(customer: Customer, values: Mapping[str, Any]) -> None:
    for name in ("store_id", "group_id", "website_id", *_NAMED):
        if values.get(name) is not None:
            setattr(customer, name, values[name])
    _check(customer)
    customer.extra = customer.extra | (values.get("extra") or {})
    if values.get("addresses") is not None:
        customer.addresses = numbered(values["addresses"], customer)


def numbered(addresses: Sequence[Mapping[str, Any]], customer: Customer) -> list[dict[str, Any]]:
    """Return addresses with ids: their own, if the customer has them, else new ones."""
    known = {each.get("id") for each in customer.addresses}
    highest = max((pk for pk in known if isinstance(pk, int)), default=customer.pk * 100)
    found = []
    for each in addresses:
        address_id = each.get("id")
        if address_id not in known or address_id is None:
            highest += 1
            address_id = highest
        found.append({**each, "id": address_id})
    return found


def _check(customer: Customer) -> None:
    for name in _NAMED:
        text = getattr(customer, name)
        if not text:
            raise CustomerRefused(
                '"%fieldName" is required. Enter and try again.', {"fieldName": name}
            )
        if len(text) > _LONGEST or "\0" in text:
            raise _invalid(name, text)
    try:
        validate_email(customer.email)
    except ValidationError:
        raise _invalid("email", customer.email) from None
    if not 0 < customer.pk <= _LARGEST_ID:
        raise _invalid("id", customer.pk)
    if not 0 <= customer.group_id <= _LARGEST_ID:
        raise _invalid("group_id", customer.group_id)
    if not Website.objects.filter(pk=customer.website_id).exists():
        raise _invalid("website_id", customer.website_id)
    if _with_email(customer.website_id, customer.email).exclude(pk=customer.pk).exists():
        raise CustomerRefused(
            "A customer with the same email address already exists in an associated website."
        )


def _invalid(name: str, value: Any) -> CustomerRefused:
    return CustomerRefused(
        'Invalid value of "%value" provided for the %fieldName field.',
        {"fieldName": name, "value": str(value)[:100]},
    )
