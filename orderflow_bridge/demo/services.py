"""Adding the demo data, once. Nothing that is there already is changed."""

import os
import secrets
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.demo.catalogue import add_catalogue
from orderflow_bridge.demo.orders import add_orders, add_quotes
from orderflow_bridge.demo.sales import VERONICA
from orderflow_bridge.demo.shop import add_shop
from orderflow_bridge.sales.models import Order

API_USER = "orderflow"
API_ROLE = "orderflow"
GUIDE_ORDER = "000000005"


class NotADemoShop(BridgeError):
    """The database holds orders of a real shop."""


@dataclass(frozen=True)
class Added:
    """What was added; `password` is the API user's, empty when the user was there before."""

    products: int
    orders: int
    quotes: int
    password: str


def is_there() -> bool:
    """Tell whether the demo data has been added before."""
    return Order.objects.filter(increment_id=GUIDE_ORDER, customer_email=VERONICA.email).exists()


def add_demo(*, force: bool = False) -> Added:
    """Add the demo data, all or nothing.

    Raises NotADemoShop where there are orders already, unless forced; then only what is missing
    is added.
    """
    if not force and Order.objects.exists():
        raise NotADemoShop(
            "This shop has orders of its own, so no demo data was added. Use --force to add it"
            " beside them."
        )
    with transaction.atomic():
        shop = add_shop()
        products = add_catalogue(shop)
        orders = add_orders(shop)
        quotes = add_quotes(shop)
        password = _add_api_user()
    return Added(len(products), len(orders), quotes, password)


def _add_api_user() -> str:
    """Add the user that OrderFlow signs in as, with the guide's role; return a new password."""
    role, _ = Group.objects.get_or_create(name=API_ROLE)
    app_label, _, codename = ORDERFLOW_IMPORT.partition(".")
    role.permissions.add(
        Permission.objects.get(content_type__app_label=app_label, codename=codename)
    )
    if User.objects.filter(username=API_USER).exists():
        return ""
    password = os.environ.get("BRIDGE_API_PASSWORD") or secrets.token_urlsafe(12)
    user = User.objects.create_user(
        API_USER, "orderflow@example.com", password, first_name="OrderFlow", last_name="API"
    )
    user.groups.add(role)
    return password
