"""What is chosen for a cart beside its rows and addresses: whose it is, how it is paid."""

from django.db import transaction

from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.sales.carts import lock_open, open_cart
from orderflow_bridge.sales.checkout import payment_methods, totals_of
from orderflow_bridge.sales.models import Quote
from orderflow_bridge.stores.models import Store

_REFUSED = "The customer can't be assigned to the cart because the "
_LONGEST_NUMBER = 64


@transaction.atomic
def assign_customer(quote_id: int, customer_id: int, store_id: int | None = None) -> None:
    """Give a cart to a customer, once; it takes over the e-mail address.

    Raises NoSuchEntity, and OrderRefused in Magento's words: for another website's customer or
    store view, a cart that is somebody's, a customer who has a cart that is open.
    """
    quote = lock_open(quote_id)
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise NoSuchEntity.field("customerId", customer_id)
    is_elsewhere = store_id is not None and store_id != quote.store_id
    if is_elsewhere or customer.website_id != quote.store.website_id:
        raise OrderRefused(f"{_REFUSED}customer belongs to a different store.")
    if quote.customer_id is not None:
        raise OrderRefused(f"{_REFUSED}cart isn't anonymous.")
    if Quote.objects.filter(customer_id=customer_id, is_active=True).exists():
        raise OrderRefused(f"{_REFUSED}customer already has an active cart.")
    quote.customer_id = customer_id
    quote.customer_email = customer.email[: Quote._meta.get_field("customer_email").max_length]
    quote.save(update_fields=("customer_id", "customer_email"))


@transaction.atomic
def cart_of_customer(customer_id: int, store: Store | None) -> int:
    """Return the id of a customer's open cart, a new one in a store view if there is none.

    Raises NoSuchEntity, and OrderRefused without a store view of the customer's website.
    """
    customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        raise NoSuchEntity.field("customerId", customer_id)
    there = Quote.objects.filter(customer_id=customer_id, is_active=True).first()
    if there is not None:
        return there.pk
    if store is None or store.website_id != customer.website_id:
        store = Store.objects.filter(website=customer.website_id).order_by("pk").first()
    if store is None:
        raise OrderRefused("There is no store view yet.")
    email = customer.email[: Quote._meta.get_field("customer_email").max_length]
    quote = open_cart(store, customer_email=email)
    quote.customer_id = customer_id
    quote.save(update_fields=("customer_id",))
    return quote.pk


@transaction.atomic
def choose_payment(quote_id: int, method: str, po_number: str = "") -> None:
    """Say how a cart is to be paid. Raises NoSuchEntity, and OrderRefused for no such way."""
    quote = lock_open(quote_id)
    totals = totals_of(list(quote.items.all()), quote.shipping_method)
    if method not in payment_methods(totals):
        raise OrderRefused("The requested Payment Method is not available.")
    if len(po_number) > _LONGEST_NUMBER:
        raise OrderRefused(f"A purchase order number has at most {_LONGEST_NUMBER} characters.")
    quote.payment = {"method": method} | ({"po_number": po_number} if po_number else {})
    quote.save(update_fields=("payment",))
