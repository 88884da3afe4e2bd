"""Customers, and what programs ask before they write."""

from tests.restapi.cases.case import (
    Family,
    Step,
    delete,
    get,
    has,
    missing,
    post,
    put,
    refused,
)
from tests.restapi.cases.inventory import fill

_NO_SUCH = "No such entity with %fieldName = %fieldValue"
_ADDRESS = {
    "firstname": "A",
    "lastname": "B",
    "city": "Leeds",
    "country_id": "GB",
    "postcode": "LS1",
    "street": ["Main Street 1"],
    "telephone": "1",
    "default_billing": True,
}
_PERSON = {"email": "new@example.com", "firstname": "N", "lastname": "W"}
_LEEDS = {"sourceItems": [{"sku": "A", "source_code": "leeds", "quantity": 7, "status": 1}]}
_IN_LEEDS = [Step("item", "POST", "inventory/source-items", _LEEDS)]
_LOW = {
    "sourceItemConfigurations": [{"sku": "A", "source_code": "default", "notify_stock_qty": 5.6}]
}
_SOURCE = {
    "source_code": "york",
    "name": "York",
    "enabled": True,
    "country_id": "GB",
    "postcode": "YO1",
}
_ROUTE = "Request does not match any route."


CASES = (
    get(
        "a customer",
        "customers/{customer}",
        {"email": "a@example.com", "addresses": [{"city": "Leeds"}]},
    ),
    missing("no such customer", "GET", "customers/999", _NO_SUCH),
    post(
        "a new customer",
        "customers",
        {"customer": _PERSON, "password": "Secret-123"},
        {"id": int, "email": "new@example.com"},
        differs="needs a token with *Edit customers*; Magento lets everybody register",
    ),
    refused(
        "an e-mail twice",
        "POST",
        "customers",
        "A customer with the same email address already exists",
        {"customer": _PERSON | {"email": "a@example.com"}},
    ),
    refused(
        "a customer without a name",
        "POST",
        "customers",
        '"%fieldName" is required.',
        {"customer": _PERSON | {"firstname": ""}},
    ),
    refused("no e-mail", "POST", "customers", "", {"customer": _PERSON | {"email": "nobody"}}),
    put(
        "a customer's name",
        "customers/{customer}",
        {"customer": {"lastname": "C"}},
        {"lastname": "C", "firstname": "A"},
    ),
    missing(
        "the name of nobody", "PUT", "customers/999", _NO_SUCH, {"customer": {"lastname": "C"}}
    ),
    delete("a customer away", "customers/{customer}"),
    missing("delete nobody", "DELETE", "customers/999", _NO_SUCH),
    get(
        "where it is billed",
        "customers/{customer}/billingAddress",
        {"city": "Leeds", "default_billing": True},
    ),
    get("where nothing is sent", "customers/{customer}/shippingAddress", []),
    get("an address", "customers/addresses/{address}", {"id": "{address}", "postcode": "LS1"}),
    missing("no such address", "GET", "customers/addresses/9999", _NO_SUCH),
    delete(
        "an address away", "addresses/{address}", read=("customers/{customer}", {"addresses": []})
    ),
    missing("delete no such address", "DELETE", "addresses/9999", _NO_SUCH),
    post(
        "an e-mail that is taken",
        "customers/isEmailAvailable",
        {"customerEmail": "A@example.com", "websiteId": "{website}"},
        False,
    ),
    post(
        "an e-mail that is free",
        "customers/isEmailAvailable",
        {"customerEmail": "z@example.com", "websiteId": "{website}"},
        True,
    ),
    get("whether it can be changed", "customers/{customer}/permissions/readonly", False),
    get(
        "whether it is confirmed",
        "customers/{customer}/confirm",
        "account_confirmation_not_required",
    ),
    get(
        "a group",
        "customerGroups/1",
        {"code": "General", "tax_class_id": 3, "tax_class_name": "Retail Customer"},
    ),
    missing("no such group", "GET", "customerGroups/9999", _NO_SUCH),
    get("the group of the new", "customerGroups/default", {"id": 1, "code": "General"}),
    get("the group of the new in a store", "customerGroups/default/{store}", {"id": 1}),
    get("whether a group stays", "customerGroups/0/permissions", True),
    get("whether another one goes", "customerGroups/3/permissions", False),
    get("a tax class", "taxClasses/2", {"class_name": "Taxable Goods", "class_type": "PRODUCT"}),
    missing("no such tax class", "GET", "taxClasses/99", _NO_SUCH),
    get(
        "tax rates",
        "taxRates/search?searchCriteria",
        {"items": [], "total_count": 0},
        differs="there are none: the bridge works out no taxes; Magento brings two along",
    ),
    missing("no such tax rate", "GET", "taxRates/99", _NO_SUCH),
    get("websites", "store/websites", has({"id": 0, "code": "admin"})),
    get("store views", "store/storeViews", has({"id": "{store}", "website_id": "{website}"})),
    get("groups of store views", "store/storeGroups", has({"website_id": "{website}"})),
    get(
        "settings of store views",
        "store/storeConfigs",
        has({"id": "{store}", "base_currency_code": str}),
    ),
    get("countries", "directory/countries", has({"id": "DE", "three_letter_abbreviation": "DEU"})),
    get(
        "a country",
        "directory/countries/US",
        {"available_regions": has({"code": "MI", "name": "Michigan"})},
    ),
    missing("no such country", "GET", "directory/countries/XX", "The country isn't available."),
    get("a currency", "directory/currency", {"base_currency_code": "USD", "exchange_rates": list}),
    get("modules", "modules", has("Magento_Catalog", "Magento_Sales")),
    *(
        missing(f"outside: {path}", method, path, _ROUTE)
        for method, path in (
            ("GET", "cmsPage/search"),
            ("GET", "salesRules/search"),
            ("GET", "coupons/search"),
            ("GET", "taxRules/search"),
            ("GET", "search"),
            ("GET", "customers/me"),
            ("GET", "carts/mine"),
            ("GET", "products/A/downloadable-links"),
            ("GET", "nowhere"),
            ("DELETE", "store/websites"),
        )
    ),
)
FAMILY = Family("customers", fill, CASES)
