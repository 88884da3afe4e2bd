"""customers/…: addresses one by one, and what programs ask before they write (docs/rest-sales.md).

Nobody signs in with a customer of the bridge, so accounts need no confirmation and no password.
"""

from orderflow_bridge.access.rights import CUSTOMER_GROUPS, CUSTOMERS, CUSTOMERS_VIEW
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.customers.models import GENERAL, Customer
from orderflow_bridge.customers.services import is_free, remove_address, with_address
from orderflow_bridge.documents.customers import (
    CUSTOMER_ADDRESS,
    CUSTOMER_GROUP,
    customer_group,
    customer_list,
)
from orderflow_bridge.documents.records import Document, Kind, ints, record, texts
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.cart_choices import cart_of_customer
from orderflow_bridge.stores.models import Store
from orderflow_bridge.stores.selectors import store_by_code

_EMAIL = record(
    "CustomerEmailBody", texts("customer_email"), ints("website_id"), required="customer_email"
)


class _DefaultAddressView(RestView):
    def _default(self, customer_id: int, name: str) -> Document | None:
        for address in _document(customer_id).get("addresses", []):
            if address.get(name):
                found: Document = address
                return found
        return None


class BillingAddressView(_DefaultAddressView):
    """Where a customer is billed (customerAccountManagementV1)."""

    @operation(right=CUSTOMERS_VIEW, returns=Kind.ANY)
    def get(self, call: Call, customer_id: int) -> Document | None:
        """Read the default billing address; `[]` if there is none."""
        return self._default(customer_id, "default_billing")


class ShippingAddressView(_DefaultAddressView):
    """Where a customer's goods go (customerAccountManagementV1)."""

    @operation(right=CUSTOMERS_VIEW, returns=Kind.ANY)
    def get(self, call: Call, customer_id: int) -> Document | None:
        """Read the default shipping address; `[]` if there is none."""
        return self._default(customer_id, "default_shipping")


class AddressView(RestView):
    """One address of a customer (customerAddressRepositoryV1)."""

    @operation(right=CUSTOMERS_VIEW, returns=CUSTOMER_ADDRESS)
    def get(self, call: Call, address_id: int) -> Document:
        """Read an address."""
        for customer in customer_list(with_address(address_id)):
            for address in customer.get("addresses", []):
                if address["id"] == address_id:
                    found: Document = address
                    return found
        raise NoSuchEntity.field("addressId", address_id)


class GoneAddressView(RestView):
    """An address that goes (customerAddressRepositoryV1)."""

    @operation(right=CUSTOMERS, returns=Kind.FLAG)
    def delete(self, call: Call, address_id: int) -> bool:
        """Take an address of a customer away."""
        remove_address(address_id)
        return True


class EmailAvailableView(RestView):
    """Whether an e-mail address is free (customerAccountManagementV1)."""

    @operation(right=CUSTOMERS_VIEW, takes=_EMAIL, returns=Kind.FLAG)
    def post(self, call: Call) -> bool:
        """Tell whether no customer of the website has this e-mail address."""
        store = store_by_code(call.store)
        website_id = call.body.get("website_id") or (store.website_id if store else 0)
        return is_free(website_id, call.body["customer_email"])


class ReadonlyView(RestView):
    """Whether a customer can be changed (customerAccountManagementV1)."""

    @operation(right=CUSTOMERS_VIEW, returns=Kind.FLAG)
    def get(self, call: Call, customer_id: int) -> bool:
        """Tell that a customer can be changed: false."""
        _document(customer_id)
        return False


class ConfirmationView(RestView):
    """Whether a customer has confirmed the account (customerAccountManagementV1)."""

    @operation(right=CUSTOMERS_VIEW, returns=Kind.TEXT)
    def get(self, call: Call, customer_id: int) -> str:
        """Tell that no confirmation is needed."""
        _document(customer_id)
        return "account_confirmation_not_required"


class CustomerCartView(RestView):
    """The cart of a customer (quoteCartManagementV1)."""

    @operation(right=CUSTOMERS, returns=Kind.INT)
    def post(self, call: Call, customer_id: int) -> int:
        """Make a cart for a customer, or find the one that is open; its id."""
        return cart_of_customer(customer_id, store_by_code(call.store))


class DefaultGroupView(RestView):
    """The group of new customers (customerGroupManagementV1)."""

    @operation(right=CUSTOMER_GROUPS, returns=CUSTOMER_GROUP)
    def get(self, call: Call) -> Document:
        """Read the group that a customer is in of whom nothing is said."""
        return customer_group(GENERAL)


class DefaultGroupOfStoreView(RestView):
    """The group of new customers of a store view (customerGroupManagementV1)."""

    @operation(right=CUSTOMER_GROUPS, returns=CUSTOMER_GROUP)
    def get(self, call: Call, store_id: int) -> Document:
        """Read it; it is the same in every store view."""
        if not Store.objects.filter(pk=store_id).exists():
            raise NoSuchEntity.field("storeId", store_id)
        return customer_group(GENERAL)


class GroupReadonlyView(RestView):
    """Whether a group can be taken away (customerGroupManagementV1)."""

    @operation(right=CUSTOMER_GROUPS, returns=Kind.FLAG)
    def get(self, call: Call, group_id: int) -> bool:
        """Tell whether a group is one that every shop has: guests' and the default one."""
        customer_group(group_id)
        return group_id in (0, GENERAL)


def _document(customer_id: int) -> Document:
    found = customer_list(Customer.objects.filter(pk=customer_id))
    if not found:
        raise NoSuchEntity.field("customerId", customer_id)
    return found[0]


routes = [
    Route("customers/<customer_id>/billingAddress", BillingAddressView),
    Route("customers/<customer_id>/shippingAddress", ShippingAddressView),
    Route("customers/addresses/<address_id>", AddressView),
    Route("addresses/<address_id>", GoneAddressView),
    Route("customers/isEmailAvailable", EmailAvailableView),
    Route("customers/<customer_id>/permissions/readonly", ReadonlyView),
    Route("customers/<customer_id>/confirm", ConfirmationView),
    Route("customers/<customer_id>/carts", CustomerCartView),
    Route("customerGroups/default", DefaultGroupView),
    Route("customerGroups/default/<store_id>", DefaultGroupOfStoreView),
    Route("customerGroups/<group_id>/permissions", GroupReadonlyView),
]
