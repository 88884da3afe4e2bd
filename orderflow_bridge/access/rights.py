"""The rights of web services users, under Magento's resource names (docs/contract/rest.md).

A right is a Django permission, so that roles (groups) are put together in the admin as usual. In
code it is named as `user.has_perm` expects it: "access.orderflow_import". Where Magento has one
resource for reading and writing, there are two rights here, which are refused under its name.
"""

from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils.translation import gettext_noop as _

ORDERFLOW_IMPORT = "access.orderflow_import"
PRODUCTS_VIEW = "access.products_view"
CATALOG_PRODUCTS = "access.catalog_products"
IMAGES_VIEW = "access.images_view"
CATALOG_IMAGES = "access.catalog_images"
CATALOG_ATTRIBUTES = "access.catalog_attributes"
ATTRIBUTES_EDIT = "access.attributes_edit"
ATTRIBUTE_SETS = "access.attribute_sets"
ATTRIBUTE_SETS_EDIT = "access.sets_edit"
CATEGORIES_VIEW = "access.categories_view"
CATEGORIES = "access.categories"
PRICES_VIEW = "access.prices_view"
PRICES = "access.prices"
STOCK_ITEMS_VIEW = "access.stock_items_view"
CATALOG_INVENTORY = "access.catalog_inventory"
PRODUCT_STOCK = "access.product_stock"
ORDERS_VIEW = "access.orders_view"
ORDERS_CREATE = "access.orders_create"
ORDERS_SAVE = "access.orders_save"
ORDERS_CANCEL = "access.orders_cancel"
ORDERS_HOLD = "access.orders_hold"
ORDERS_UNHOLD = "access.orders_unhold"
ORDERS_EMAILS = "access.orders_emails"
ORDERS_COMMENT = "access.orders_comment"
ORDERS_SHIP = "access.orders_ship"
ORDERS_REFUND = "access.orders_refund"
INVOICES_VIEW = "access.invoices_view"
ORDERS_INVOICE = "access.orders_invoice"
CREDIT_MEMOS_VIEW = "access.credit_memos_view"
CREDIT_MEMOS = "access.credit_memos"
TRANSACTIONS = "access.transactions"
SHIPMENTS_VIEW = "access.shipments_view"
SHIPMENTS = "access.shipments"
QUOTES_VIEW = "access.quotes_view"
QUOTES = "access.quotes"
CUSTOMERS_VIEW = "access.customers_view"
CUSTOMERS = "access.customers"
CUSTOMER_GROUPS = "access.customer_groups"
SOURCES_VIEW = "access.sources_view"
SOURCES_EDIT = "access.sources_edit"
SOURCE_ITEMS = "access.source_items"
STOCKS_VIEW = "access.stocks_view"
STOCKS_EDIT = "access.stocks_edit"
STOCKS_DELETE = "access.stocks_delete"
STOCK_LINKS_VIEW = "access.stock_links_view"
STOCKS_LINK = "access.stocks_link"
SALABLE_QUANTITIES = "access.salable_quantities"
STORES = "access.stores"
TAXES = "access.taxes"
BULK_OPERATIONS = "access.bulk_operations"
# Rights of the admin that REST asks for, too. Any right at all opens Magento's admin; what is shown
# there depends on which.
ANY_RIGHT = "any"
PROBLEMS_SETTLE = "problems.settle_problem"
# Of the admin, SOAP and REST alike (access/people.py). Alone it opens nothing.
SEE_PEOPLE = "sales.see_people"


class Right(NamedTuple):
    """One right: its name in code, what operators read, and Magento's resource."""

    name: str
    title: str
    resource: str

    @property
    def codename(self) -> str:
        """The permission's name within this app."""
        return self.name.removeprefix("access.")


RIGHTS = (
    Right(ORDERFLOW_IMPORT, _("OrderFlow Import"), "RealtimeDespatch_OrderFlow::orderflow_import"),
    Right(PRODUCTS_VIEW, _("View products"), "Magento_Catalog::products"),
    Right(CATALOG_PRODUCTS, _("Edit products"), "Magento_Catalog::products"),
    Right(IMAGES_VIEW, _("View product images"), "Magento_Catalog::catalog"),
    Right(CATALOG_IMAGES, _("Edit product images"), "Magento_Catalog::catalog"),
    Right(
        CATALOG_ATTRIBUTES, _("View product attributes"), "Magento_Catalog::attributes_attributes"
    ),
    Right(ATTRIBUTES_EDIT, _("Edit product attributes"), "Magento_Catalog::attributes_attributes"),
    Right(ATTRIBUTE_SETS, _("View attribute sets"), "Magento_Catalog::sets"),
    Right(ATTRIBUTE_SETS_EDIT, _("Edit attribute sets"), "Magento_Catalog::sets"),
    Right(CATEGORIES_VIEW, _("View categories"), "Magento_Catalog::categories"),
    Right(CATEGORIES, _("Edit categories"), "Magento_Catalog::categories"),
    Right(PRICES_VIEW, _("View product prices"), "Magento_Catalog::catalog"),
    Right(PRICES, _("Edit product prices"), "Magento_Catalog::catalog"),
    Right(STOCK_ITEMS_VIEW, _("View stock items"), "Magento_Catalog::catalog_inventory"),
    Right(CATALOG_INVENTORY, _("Edit stock items"), "Magento_Catalog::catalog_inventory"),
    Right(PRODUCT_STOCK, _("View stock in products"), "Magento_CatalogInventory::cataloginventory"),
    Right(ORDERS_VIEW, _("View orders"), "Magento_Sales::actions_view"),
    Right(ORDERS_CREATE, _("Create orders"), "Magento_Sales::create"),
    Right(ORDERS_SAVE, _("Save orders"), "Magento_Sales::api_actions"),
    Right(ORDERS_CANCEL, _("Cancel orders"), "Magento_Sales::cancel"),
    Right(ORDERS_HOLD, _("Hold orders"), "Magento_Sales::hold"),
    Right(ORDERS_UNHOLD, _("Unhold orders"), "Magento_Sales::unhold"),
    Right(ORDERS_EMAILS, _("Send order e-mails"), "Magento_Sales::emails"),
    Right(ORDERS_COMMENT, _("Comment on orders"), "Magento_Sales::comment"),
    Right(ORDERS_SHIP, _("Ship orders"), "Magento_Sales::ship"),
    Right(ORDERS_REFUND, _("Refund orders"), "Magento_Sales::creditmemo"),
    Right(INVOICES_VIEW, _("View invoices"), "Magento_Sales::invoice"),
    Right(ORDERS_INVOICE, _("Invoice orders"), "Magento_Sales::invoice"),
    Right(CREDIT_MEMOS_VIEW, _("View credit memos"), "Magento_Sales::sales_creditmemo"),
    Right(CREDIT_MEMOS, _("Edit credit memos"), "Magento_Sales::sales_creditmemo"),
    Right(TRANSACTIONS, _("View transactions"), "Magento_Sales::transactions_fetch"),
    Right(SHIPMENTS_VIEW, _("View shipments"), "Magento_Sales::shipment"),
    Right(SHIPMENTS, _("Edit shipments"), "Magento_Sales::shipment"),
    Right(QUOTES_VIEW, _("View quotes"), "Magento_Cart::manage"),
    Right(QUOTES, _("Edit quotes"), "Magento_Cart::manage"),
    Right(CUSTOMERS_VIEW, _("View customers"), "Magento_Customer::customer"),
    Right(CUSTOMERS, _("Edit customers"), "Magento_Customer::customer"),
    Right(CUSTOMER_GROUPS, _("View customer groups"), "Magento_Customer::group"),
    Right(SOURCES_VIEW, _("View sources"), "Magento_InventoryApi::source"),
    Right(SOURCES_EDIT, _("Edit sources"), "Magento_InventoryApi::source_edit"),
    Right(SOURCE_ITEMS, _("Edit source items"), "Magento_InventoryApi::stock_source_item_assign"),
    Right(STOCKS_VIEW, _("View stocks"), "Magento_InventoryApi::stock"),
    Right(STOCKS_EDIT, _("Edit stocks"), "Magento_InventoryApi::stock_edit"),
    Right(STOCKS_DELETE, _("Delete stocks"), "Magento_InventoryApi::stock_delete"),
    Right(
        STOCK_LINKS_VIEW,
        _("View stock links"),
        "Magento_InventoryApi::stock_source_link",
    ),
    Right(STOCKS_LINK, _("Link stocks and sources"), "Magento_InventoryApi::stock_source_link"),
    Right(SALABLE_QUANTITIES, _("View salable quantities"), "Magento_InventorySalesApi::stock"),
    Right(STORES, _("View stores"), "Magento_Backend::store"),
    Right(TAXES, _("View taxes"), "Magento_Tax::manage_tax"),
    Right(
        BULK_OPERATIONS,
        _("View the status of bulk calls"),
        "Magento_AsynchronousOperations::system_magento_logging_bulk_operations",
    ),
)

_RESOURCES = {right.name: right.resource for right in RIGHTS}
_READING = frozenset(right.name for right in RIGHTS if right.title.startswith("View "))
_OF_THE_ADMIN = {
    ANY_RIGHT: "Magento_Backend::admin",
    PROBLEMS_SETTLE: "RealtimeDespatch_OrderFlow::problems",
}


def add_resource(right: str, resource: str) -> None:
    """Let a plugin's right, a permission of one of its models, open its REST routes.

    Refusals show `resource`, as Magento's modules name theirs: "Agency_GiftWrap::wraps".
    """
    _RESOURCES[right] = resource


def resource_of(right: str) -> str:
    """Return Magento's resource for the name of a right, as refusals show it.

    Raises KeyError for a name that is not in the table.
    """
    return (_RESOURCES | _OF_THE_ADMIN)[right]


def opens_admin(user: User) -> bool:
    """Tell whether a user may sign in to the admin: with any right but those of SOAP and REST."""
    return user.is_superuser or not user.get_all_permissions() <= {*_RESOURCES, SEE_PEOPLE}


def is_reading(right: str) -> bool:
    """Tell whether a right lets somebody look and do nothing else."""
    return right.partition(".")[2].startswith("view_") or right in _READING
