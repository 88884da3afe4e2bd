"""Introduce the sandbox and the bridge to each other: the shop's settings, and an API user.

The only file here that knows the bridge's tables. It runs once, before the sandbox opens.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import Q

from orderflow_bridge.access.rights import (
    ORDERFLOW_IMPORT,
    ORDERS_VIEW,
    PRODUCT_STOCK,
    PRODUCTS_VIEW,
    SEE_PEOPLE,
    STORES,
)
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus, OrderState
from orderflow_bridge.configuration.sections import Api, OrderExport
from orderflow_bridge.configuration.selectors import api, order_export
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sandbox.orderflow_api import Account

API_USER = "sandbox"
RIGHTS = (ORDERFLOW_IMPORT, PRODUCTS_VIEW, PRODUCT_STOCK, ORDERS_VIEW, STORES, SEE_PEOPLE)
MOST_HAD = 50
EXPORTABLE = ("pending", "processing")


@dataclass(frozen=True)
class Introduction:
    """How each calls the other; `is_configured` is False where another OrderFlow is set already.

    `had` is what OrderFlow has got already, as the shop sees it: "product" or "order", and a name.
    """

    account: Account
    username: str
    password: str = field(repr=False)
    is_configured: bool
    had: tuple[tuple[str, str], ...] = ()


@transaction.atomic
def connect(account: Account, *, endpoint: str) -> Introduction:
    """Point the shop's API settings at the sandbox and give it an API user with a new password.

    Settings that name another OrderFlow are left alone. Where the order export has no statuses
    yet, pending and processing orders become exportable, so that there is something to see.
    """
    settings = api()
    is_ours = not settings.endpoint or settings.username == account.username
    if is_ours:
        write_settings(
            Api,
            {
                "endpoint": endpoint,
                "username": account.username,
                "password": account.password,
                "organisation": account.organisation,
                "channel": account.channel,
            },
        )
        if not order_export().exportable_status:
            write_settings(OrderExport, {"exportable_status": EXPORTABLE})
    had = tuple(what_is_there()) if is_ours else ()
    return Introduction(account, API_USER, _renew_user(), is_ours, had)


def what_is_there() -> Iterator[tuple[str, str]]:
    """Yield the newest products and open orders that the shop believes OrderFlow to have."""
    exported = {"orderflow_export_status": ExportStatus.EXPORTED}
    products = Product.objects.filter(**exported).order_by("-pk")[:MOST_HAD]
    orders = Order.objects.filter(**exported, state__in=(OrderState.NEW, OrderState.PROCESSING))
    yield from (("product", sku) for sku in products.values_list("sku", flat=True))
    numbers = orders.order_by("-pk").values_list("increment_id", flat=True)
    yield from (("order", number) for number in numbers[:MOST_HAD])


def _renew_user() -> str:
    """Make the API user if it is not there, give it its rights and a new password; return that."""
    password = secrets.token_urlsafe(18)
    user, _ = User.objects.get_or_create(
        username=API_USER, defaults={"first_name": "Sandbox", "last_name": "OrderFlow"}
    )
    user.set_password(password)
    user.save()
    chosen = Q()
    for right in RIGHTS:
        app_label, _, codename = right.partition(".")
        chosen |= Q(content_type__app_label=app_label, codename=codename)
    user.user_permissions.set(Permission.objects.filter(chosen))
    return password
