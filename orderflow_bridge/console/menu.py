"""The admin's name, colours and menu (django-unfold). Settings read this file: no models here."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.common.translation import gettext_noop as _
from orderflow_bridge.console.reader import may_open

# The names are English, and plugins and roles go by them; `navigation` has the reader's language.
# Title of the group; then title, icon, app label, model name of its pages. Without a model name the
# entry stands for all pages of the app; its address is the one named after the app.
MENU: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        _("Watch"),
        (
            (_("Problems"), "report", "problems", "problem"),
            (_("Self-test"), "fact_check", "watch", "selftest"),
        ),
    ),
    (
        _("Catalog"),
        (
            (_("Products"), "inventory_2", "catalog", "product"),
            (_("Categories"), "account_tree", "catalog", "category"),
            (_("Attribute Sets"), "list_alt", "catalog", "attributeset"),
        ),
    ),
    (
        _("Sales"),
        (
            (_("Find"), "manage_search", "timeline", "timeline"),
            (_("Orders"), "receipt_long", "sales", "order"),
            (_("Shipments"), "local_shipping", "sales", "shipment"),
            (_("Invoices"), "request_quote", "sales", "invoice"),
            (_("Credit Memos"), "undo", "sales", "creditmemo"),
            (_("Quotes"), "shopping_cart", "sales", "quote"),
            (_("Deleted Orders"), "delete_history", "sales", "deletedorder"),
        ),
    ),
    (_("Customers"), ((_("All Customers"), "group", "customers", "customer"),)),
    (
        _("Inventory"),
        (
            (_("Stock"), "shelves", "inventory", "sourceitem"),
            (_("Sources"), "warehouse", "inventory", "source"),
            (_("Stocks"), "layers", "inventory", "stock"),
            (_("Reservations"), "bookmark", "inventory", "reservation"),
            (_("Comparisons"), "compare_arrows", "watch", "stockcomparison"),
            (_("Differences"), "difference", "watch", "stockdifference"),
            (_("OrderFlow Sites"), "pin_drop", "watch", "sitesource"),
        ),
    ),
    (
        _("OrderFlow Imports"),
        (
            (_("Inventory"), "move_to_inbox", "imports", "inventoryimport"),
            (_("Shipments"), "package_2", "imports", "shipmentimport"),
            (_("Requests"), "mail", "imports", "importrequest"),
            (_("Mass Changes"), "front_hand", "imports", "masschange"),
            (_("Lines"), "format_list_bulleted", "imports", "importline"),
            (_("Waiting SKUs"), "hourglass_top", "imports", "waitingsku"),
            (_("SKU Aliases"), "swap_horiz", "imports", "skualias"),
        ),
    ),
    (
        _("OrderFlow Exports"),
        (
            (_("Products"), "outbox", "exports", "productexport"),
            (_("Orders"), "output", "exports", "orderexport"),
            (_("Requests"), "outgoing_mail", "exports", "exportrequest"),
            (_("Lines"), "format_list_bulleted", "exports", "exportline"),
            (_("Waiting Products"), "hourglass_top", "exports", "waitingproduct"),
            (_("Waiting Orders"), "hourglass_top", "exports", "waitingorder"),
            (_("Export Catalogue"), "cloud_upload", "exports", "catalogueexport"),
            (_("Endpoints"), "lan", "exports", "endpointstate"),
        ),
    ),
    (
        _("Data"),
        (
            (_("Files"), "upload_file", "file_transfer", "fileimport"),
            (_("Exported Lists"), "download", "file_transfer", "listexport"),
            (_("Bulk Calls"), "dynamic_feed", "bulk", "bulk"),
        ),
    ),
    (
        _("Stores"),
        (
            (_("Configuration"), "tune", "configuration", ""),
            (_("Export Rules"), "rule", "rules", "exportrule"),
            (_("Safety Stock"), "shield", "rules", "safetystock"),
            (_("Websites"), "language", "stores", "website"),
            (_("Stores"), "storefront", "stores", "storegroup"),
            (_("Store Views"), "visibility", "stores", "store"),
            (_("Order Statuses"), "label", "stores", "orderstatus"),
            (_("Couriers"), "local_shipping", "carriers", "mappedcourier"),
            (_("Shipping Methods"), "conveyor_belt", "carriers", "mappedmethod"),
        ),
    ),
    (
        _("Induction"),
        (
            (_("Connect OrderFlow"), "cable", "induction", "connection"),
            (_("Go Live"), "rocket_launch", "induction", "launch"),
        ),
    ),
    (
        _("System"),
        (
            (_("Job Runs"), "schedule", "scheduler", "jobrun"),
            (_("Pauses"), "pause_circle", "exchange", "pause"),
            (_("E-mails"), "send", "mail", "outgoingmail"),
            (_("Webhooks"), "webhook", "webhooks", "webhookevent"),
            (_("Webhook Receivers"), "podcasts", "webhooks", "webhookreceiver"),
            (_("Plugins"), "extension", "plugins", "hookuse"),
            (_("Back-ups"), "backup", "dashboard", "backup"),
            (_("Problem Routes"), "notifications_active", "problems", "problemroute"),
            (_("Chat Messages"), "forum", "problems", "chatmessage"),
            (_("Users"), "person", "auth", "user"),
            (_("Roles"), "group", "auth", "group"),
            (_("Integrations"), "hub", "integrations", "integration"),
            (_("Access Tokens"), "key", "access", "accesstoken"),
            (_("Failed Sign-ins"), "lock", "access", "failedsignin"),
            (_("Support"), "support_agent", "support", "support"),
            (_("Version"), "info", "version", ""),
        ),
    ),
)

_added: list[tuple[str, tuple[str, str, str, str]]] = []


def add_menu_entry(group: str, title: str, icon: str, app_label: str, model_name: str = "") -> None:
    """Add a plugin's page to the menu, behind the others of its group; a new group comes last."""
    _added.append((group, (title, icon, app_label, model_name)))


def menu() -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """Return the menu with what plugins have added."""
    groups = {title: list(pages) for title, pages in MENU}
    for group, page in _added:
        groups.setdefault(group, []).append(page)
    return list(groups.items())


# What every template may ask for.
CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "orderflow_bridge.monitoring.context.notices",
    "orderflow_bridge.support.version_page.foot",
]

# Pages without a right: whoever may sign in to the admin may open them.
_OPEN = ("version",)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the menu: only pages that exist and that the user may see."""
    groups = []
    for title, pages in menu():
        items = [item for page in pages if (item := _item(request, *page))]
        if items:
            groups.append({"title": gettext(title), "collapsible": True, "items": items})
    return groups


def served(path: str) -> Callable[[HttpRequest], str]:
    """Return a function for the address of a static file: it is known when a page asks for it."""
    return lambda request: static(path)


def account_links(request: HttpRequest) -> list[dict[str, str]]:
    """Return the user menu's links."""
    return [
        {"title": gettext("Your account"), "link": reverse("account")},
        {"title": gettext("Change password"), "link": reverse("admin:password_change")},
    ]


def _item(
    request: HttpRequest, title: str, symbol: str, app_label: str, model_name: str
) -> dict[str, Any] | None:
    """Return a menu item, or None without the page or the right."""
    name = f"admin:{app_label}_{model_name}_changelist" if model_name else app_label
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    if not (may_open(name, url) if model_name else _may_see_some(request, app_label)):
        return None
    # A prefix is not enough: /stores/store/ is not /stores/storegroup/.
    return {
        "title": gettext(title),
        "icon": symbol,
        "link": url,
        "active": request.path.startswith(url),
    }


def _may_see_some(request: HttpRequest, app_label: str) -> bool:
    """Tell whether the user may see any page of an app."""
    if app_label in _OPEN:
        return True
    if request.user.is_superuser:
        return bool(request.user.is_active)
    held = request.user.get_all_permissions()
    return any(re.match(rf"{app_label}\.(view|change)_", each) for each in held)


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "OrderFlow Bridge",
    "SITE_HEADER": "OrderFlow Bridge",
    "SITE_SUBHEADER": gettext_lazy("Shop and warehouse, in step"),
    "SITE_URL": None,
    "ENVIRONMENT": "orderflow_bridge.exchange.banner.label",
    "ENVIRONMENT_TITLE_PREFIX": "orderflow_bridge.exchange.banner.title_prefix",
    "SITE_ICON": served("bridge/icon.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": served("bridge/icon.svg")}],
    "STYLES": [
        served("bridge/bridge.css"),
        served("bridge/frame.css"),
        served("bridge/records.css"),
        served("bridge/account.css"),
        served("bridge/keyboard.css"),
        served("bridge/files.css"),
        served("bridge/palette.css"),
        served("bridge/forms.css"),
        served("bridge/print.css"),
    ],
    "SCRIPTS": [
        served("bridge/texts.js"),
        served("bridge/palette.js"),
        served("bridge/keys.js"),
        served("bridge/live.js"),
        served("bridge/forms.js"),
        served("bridge/stored_secrets.js"),
        served("bridge/glossary.js"),
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "orderflow_bridge.monitoring.page.dashboard",
    "ACCOUNT": {"navigation": account_links},
    "LOGIN": {"form": "orderflow_bridge.access.forms.SignInForm"},
    "SIDEBAR": {"show_search": True, "navigation": navigation},
}
