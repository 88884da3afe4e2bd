"""The admin's name, colours and menu (django-unfold). Settings read this file: no models here."""

import re
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from orderflow_bridge.console.reader import may_open

# Title of the group; then title, icon, app label, model name of its pages. Without a model name the
# entry stands for all pages of the app; its address is the one named after the app.
MENU: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "Watch",
        (
            ("Problems", "report", "problems", "problem"),
            ("Self-test", "fact_check", "watch", "selftest"),
        ),
    ),
    (
        "Catalog",
        (
            ("Products", "inventory_2", "catalog", "product"),
            ("Categories", "account_tree", "catalog", "category"),
            ("Attribute Sets", "list_alt", "catalog", "attributeset"),
        ),
    ),
    (
        "Sales",
        (
            ("Find", "manage_search", "timeline", "timeline"),
            ("Orders", "receipt_long", "sales", "order"),
            ("Shipments", "local_shipping", "sales", "shipment"),
            ("Invoices", "request_quote", "sales", "invoice"),
            ("Credit Memos", "undo", "sales", "creditmemo"),
            ("Quotes", "shopping_cart", "sales", "quote"),
            ("Deleted Orders", "delete_history", "sales", "deletedorder"),
        ),
    ),
    (
        "Inventory",
        (
            ("Stock", "shelves", "inventory", "sourceitem"),
            ("Sources", "warehouse", "inventory", "source"),
            ("Stocks", "layers", "inventory", "stock"),
            ("Reservations", "bookmark", "inventory", "reservation"),
            ("Comparisons", "compare_arrows", "watch", "stockcomparison"),
            ("Differences", "difference", "watch", "stockdifference"),
            ("OrderFlow Sites", "pin_drop", "watch", "sitesource"),
        ),
    ),
    (
        "OrderFlow Imports",
        (
            ("Inventory", "move_to_inbox", "imports", "inventoryimport"),
            ("Shipments", "package_2", "imports", "shipmentimport"),
            ("Requests", "mail", "imports", "importrequest"),
            ("Mass Changes", "front_hand", "imports", "masschange"),
            ("Lines", "format_list_bulleted", "imports", "importline"),
            ("Waiting SKUs", "hourglass_top", "imports", "waitingsku"),
            ("SKU Aliases", "swap_horiz", "imports", "skualias"),
        ),
    ),
    (
        "OrderFlow Exports",
        (
            ("Products", "outbox", "exports", "productexport"),
            ("Orders", "output", "exports", "orderexport"),
            ("Requests", "outgoing_mail", "exports", "exportrequest"),
            ("Lines", "format_list_bulleted", "exports", "exportline"),
            ("Waiting Products", "hourglass_top", "exports", "waitingproduct"),
            ("Waiting Orders", "hourglass_top", "exports", "waitingorder"),
            ("Export Catalogue", "cloud_upload", "exports", "catalogueexport"),
            ("Endpoints", "lan", "exports", "endpointstate"),
        ),
    ),
    (
        "Data",
        (
            ("Files", "upload_file", "file_transfer", "fileimport"),
            ("Bulk Calls", "dynamic_feed", "bulk", "bulk"),
        ),
    ),
    (
        "Stores",
        (
            ("Configuration", "tune", "configuration", ""),
            ("Export Rules", "rule", "rules", "exportrule"),
            ("Safety Stock", "shield", "rules", "safetystock"),
            ("Websites", "language", "stores", "website"),
            ("Stores", "storefront", "stores", "storegroup"),
            ("Store Views", "visibility", "stores", "store"),
            ("Order Statuses", "label", "stores", "orderstatus"),
            ("Couriers", "local_shipping", "carriers", "mappedcourier"),
            ("Shipping Methods", "conveyor_belt", "carriers", "mappedmethod"),
        ),
    ),
    (
        "Induction",
        (
            ("Connect OrderFlow", "cable", "induction", "connection"),
            ("Go Live", "rocket_launch", "induction", "launch"),
        ),
    ),
    (
        "System",
        (
            ("Job Runs", "schedule", "scheduler", "jobrun"),
            ("Pauses", "pause_circle", "exchange", "pause"),
            ("E-mails", "send", "mail", "outgoingmail"),
            ("Webhooks", "webhook", "webhooks", "webhookevent"),
            ("Plugins", "extension", "plugins", "hookuse"),
            ("Back-ups", "backup", "dashboard", "backup"),
            ("Problem Routes", "notifications_active", "problems", "problemroute"),
            ("Chat Messages", "forum", "problems", "chatmessage"),
            ("Users", "person", "auth", "user"),
            ("Roles", "group", "auth", "group"),
            ("Integrations", "hub", "integrations", "integration"),
            ("Access Tokens", "key", "access", "accesstoken"),
            ("Failed Sign-ins", "lock", "access", "failedsignin"),
            ("Support", "support_agent", "support", "support"),
            ("Version", "info", "version", ""),
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
            groups.append({"title": title, "collapsible": True, "items": items})
    return groups


def icon(request: HttpRequest) -> str:
    """Return the address of our icon."""
    return static("bridge/icon.svg")


def stylesheet(request: HttpRequest) -> str:
    """Return the address of our style sheet."""
    return static("bridge/bridge.css")


def frame_stylesheet(request: HttpRequest) -> str:
    """Return the address of the style sheet of what stands around every page."""
    return static("bridge/frame.css")


def records_stylesheet(request: HttpRequest) -> str:
    """Return the address of the style sheet of record pages."""
    return static("bridge/records.css")


def account_stylesheet(request: HttpRequest) -> str:
    """Return the address of the style sheet of the account pages."""
    return static("bridge/account.css")


def keyboard_stylesheet(request: HttpRequest) -> str:
    """Return the address of the style sheet of buttons and of the visible focus."""
    return static("bridge/keyboard.css")


def select2_names(request: HttpRequest) -> str:
    """Return the address of the script that names the parts of select2."""
    return static("bridge/select2_names.js")


def account_links(request: HttpRequest) -> list[dict[str, str]]:
    """Return the user menu's links."""
    return [
        {"title": "Your account", "link": reverse("account")},
        {"title": "Change password", "link": reverse("admin:password_change")},
    ]


def files_stylesheet(request: HttpRequest) -> str:
    """Return the address of the style sheet of files in and out."""
    return static("bridge/files.css")


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
    return {"title": title, "icon": symbol, "link": url, "active": request.path.startswith(url)}


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
    "SITE_SUBHEADER": "Shop and warehouse, in step",
    "SITE_URL": None,
    "ENVIRONMENT": "orderflow_bridge.exchange.banner.label",
    "ENVIRONMENT_TITLE_PREFIX": "orderflow_bridge.exchange.banner.title_prefix",
    "SITE_ICON": icon,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "STYLES": [
        stylesheet,
        frame_stylesheet,
        records_stylesheet,
        account_stylesheet,
        keyboard_stylesheet,
        files_stylesheet,
    ],
    "SCRIPTS": [select2_names],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "DASHBOARD_CALLBACK": "orderflow_bridge.monitoring.page.dashboard",
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .018 195)",
            "100": "oklch(94.5% .038 195)",
            "200": "oklch(89% .068 195)",
            "300": "oklch(81% .098 195)",
            "400": "oklch(70% .11 195)",
            "500": "oklch(64% .108 200)",
            "600": "oklch(49% .09 205)",
            "700": "oklch(42% .077 208)",
            "800": "oklch(36% .064 210)",
            "900": "oklch(31% .054 212)",
            "950": "oklch(23% .042 215)",
        },
    },
    "ACCOUNT": {"navigation": account_links},
    "LOGIN": {"form": "orderflow_bridge.access.forms.SignInForm"},
    "COMMAND": {"search_callback": "orderflow_bridge.timeline.search.commands"},
    "SIDEBAR": {"show_search": True, "navigation": navigation},
}
