"""customers, customerGroups: who buys with an account (docs/rest-sales.md, "Customers")."""

from typing import Any

from orderflow_bridge.access.rights import CUSTOMER_GROUPS, CUSTOMERS, CUSTOMERS_VIEW
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.customers.services import remove_customer, save_customer
from orderflow_bridge.documents.customers import (
    CUSTOMER,
    CUSTOMER_COLUMNS,
    CUSTOMER_GROUP,
    customer_group,
    customer_group_list,
    customer_list,
    customer_values,
)
from orderflow_bridge.documents.listed import listed
from orderflow_bridge.documents.records import Document, Kind, given, record
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.stores.selectors import store_by_code

_CUSTOMERS = results_of(CUSTOMER, "CustomerDataCustomerSearchResultsInterface")
_GROUPS = results_of(CUSTOMER_GROUP, "CustomerDataGroupSearchResultsInterface")
_BODY = record("CustomerBody", {"customer": given(CUSTOMER)}, required="customer")


class NewCustomerView(RestView):
    """New customers (customerAccountManagementV1)."""

    @operation(right=CUSTOMERS, takes=_BODY, returns=CUSTOMER)
    def post(self, call: Call) -> Document:
        """Create a customer. A `password` beside it is not kept: nobody signs in here."""
        values = customer_values(call.body["customer"])
        store = store_by_code(call.store)
        if values.get("website_id") is None:
            values["website_id"] = store.website_id if store else 0
        if values.get("store_id") is None and store:
            values["store_id"] = store.pk
        return _document(save_customer(values))


class CustomerSearchView(RestView):
    """Customers (customerCustomerRepositoryV1)."""

    @operation(right=CUSTOMERS_VIEW, is_search=True, returns=_CUSTOMERS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search customers."""
        page = call.page(Customer.objects.all(), CUSTOMER_COLUMNS)
        return page.answer(customer_list(page.rows))


class CustomerView(RestView):
    """One customer (customerCustomerRepositoryV1)."""

    @operation(right=CUSTOMERS_VIEW, returns=CUSTOMER)
    def get(self, call: Call, customer_id: int) -> Document:
        """Read a customer."""
        customer = Customer.objects.filter(pk=customer_id).first()
        if customer is None:
            raise NoSuchEntity.field("customerId", customer_id)
        return _document(customer)

    @operation(right=CUSTOMERS, takes=_BODY, returns=CUSTOMER)
    def put(self, call: Call, customer_id: int) -> Document:
        """Change what is given of a customer; addresses, if there are any, are all of them."""
        return _document(save_customer(customer_values(call.body["customer"]), customer_id))

    @operation(right=CUSTOMERS, returns=Kind.FLAG)
    def delete(self, call: Call, customer_id: int) -> bool:
        """Forget a customer; orders keep what they say."""
        remove_customer(customer_id)
        return True


class CustomerGroupsView(RestView):
    """Customer groups (customerGroupRepositoryV1)."""

    @operation(right=CUSTOMER_GROUPS, is_search=True, returns=_GROUPS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search the groups: Magento's, and those that customers are in."""
        most_rows = web_services().max_items
        return listed(customer_group_list(), CUSTOMER_GROUP, call.criteria(), most_rows=most_rows)


class CustomerGroupView(RestView):
    """One customer group (customerGroupRepositoryV1)."""

    @operation(right=CUSTOMER_GROUPS, returns=CUSTOMER_GROUP)
    def get(self, call: Call, group_id: int) -> Document:
        """Read a group."""
        return customer_group(group_id)


def _document(customer: Customer) -> Document:
    return customer_list([customer])[0]


routes = [
    Route("customers", NewCustomerView),
    Route("customers/search", CustomerSearchView),
    Route("customers/<customer_id>", CustomerView),
    Route("customerGroups/search", CustomerGroupsView),
    Route("customerGroups/<group_id>", CustomerGroupView),
]
