"""Which couriers despatches named, and which shipping methods orders have: for the shipping map."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from orderflow_bridge.carriers.terms import Seen
from orderflow_bridge.sales.models import Despatch, Order


def couriers_since(since: datetime) -> list[Seen]:
    """Return couriers and services of the despatches booked since a time; one statement."""
    named = Despatch.objects.filter(created_at__gte=since).exclude(courier="", service="")
    return _seen(named, "order__website_id", "courier", "service")


def methods_since(since: datetime) -> list[Seen]:
    """Return the shipping methods of the orders placed since a time; one statement."""
    orders = Order.objects.filter(created_at__gte=since, is_virtual=False)
    named = orders.exclude(shipping_method="")
    return _seen(named, "website_id", "shipping_method", "shipping_description")


def _seen(rows: "QuerySet[Any]", *names: str) -> list[Seen]:
    counted: Iterable[Any] = (
        rows.order_by().values_list(*names).annotate(count=Count("pk"), last_at=Max("created_at"))
    )
    return [Seen(*each) for each in counted]
