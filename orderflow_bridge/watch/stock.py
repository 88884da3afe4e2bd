"""Stock that a person must look at: oversold products, and a mass change that is held.

A held mass change is told of for as long as nobody has decided on it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Max
from django.urls import reverse

from imports.inventory.mass_changes import finding_of, held_mass_change
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.worded import worded
from orderflow_bridge.inventory.models import Reservation, SourceItem
from orderflow_bridge.inventory.selectors import AS_CONFIGURED, availabilities, counted_products
from orderflow_bridge.problems.kinds import MASS_CHANGE, OVERSOLD
from orderflow_bridge.problems.services import (
    Finding,
    end_problems,
    open_problems,
    raise_problems,
    settle,
)
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.watch.models import recalled, remember
from orderflow_bridge.watch.wording import listed

# A shop of any size is gone through in slices; what was just promised is looked at at once.
SLICE = 10_000
NEW_PROMISES = 2_000
TOLD = 100
OTHERS = "further products"
_PLACE = "oversold"
_OPEN_STATES = (Order.State.NEW, Order.State.PROCESSING)
# Every unit at the enabled sources of a stock, with what is promised (negative) of it.
_UNITS = """
SELECT item.product_id, SUM(item.quantity) + COALESCE((
    SELECT SUM(reserved.quantity) FROM inventory_reservation reserved
    WHERE reserved.product_id = item.product_id AND reserved.stock_id = link.stock_id), 0) AS units
FROM inventory_sourceitem item
JOIN inventory_source source ON source.source_code = item.source_code AND source.enabled
JOIN inventory_stocksourcelink link ON link.source_id = item.source_code
WHERE {products}
GROUP BY item.product_id, link.stock_id
HAVING SUM(item.quantity) + COALESCE((
    SELECT SUM(reserved.quantity) FROM inventory_reservation reserved
    WHERE reserved.product_id = item.product_id AND reserved.stock_id = link.stock_id), 0) < 0
LIMIT 1000
"""


def look_for_oversold_products(now: datetime, *, at_once: int = SLICE) -> None:
    """Find products of which a stock has promised more than lies there and may be backordered.

    It looks at what was promised since the last look, at what it has told of, and at the next slice
    of all products; it ends when there is enough again.
    """
    told = set(open_problems(OVERSOLD).values_list("subject", flat=True))
    place = recalled(_PLACE, {"product": 0, "reservation": 0})
    newest = Reservation.objects.aggregate(pk=Max("pk"))["pk"] or 0
    since = max(place["reservation"], newest - NEW_PROMISES)
    promised = set(Reservation.objects.filter(pk__gt=since).values_list("product_id", flat=True))
    known = dict(Product.objects.filter(sku__in=told).values_list("pk", "sku"))
    last = _last_of_slice(place["product"], at_once)
    units = _in_slice(place["product"], last)
    units |= _of(sorted(promised | known.keys()))
    _tell(_oversold(units), known, told, now)
    if (last, newest) != (place["product"], place["reservation"]):
        remember(_PLACE, {"product": last, "reservation": newest}, at=now)


def look_for_held_mass_changes(now: datetime) -> None:
    """Raise anew what was resolved by hand; end what somebody has decided on."""
    change = held_mass_change()
    settle(MASS_CHANGE, [finding_of(change)] if change else [], now=now)


def _tell(
    oversold: dict[int, Decimal], known: dict[int, str], told: Collection[str], now: datetime
) -> None:
    """Raise what is oversold and end what is no longer, or whose product is gone."""
    names = dict(Product.objects.filter(pk__in=oversold).values_list("pk", "sku"))
    orders = _open_orders(names)
    here = [pk for pk in names if pk in known]
    room = max(TOLD - len(here), 0)
    fresh = [pk for pk in names if pk not in known]
    findings = [
        _finding(names[pk], pk, oversold[pk], orders.get(pk, [])) for pk in here + fresh[:room]
    ]
    if fresh[room:] or OTHERS in told:
        findings += _others(len(fresh[room:]), len(here))
    raise_problems(findings, now=now)
    subjects = {finding.subject for finding in findings}
    if gone := [subject for subject in told if subject not in subjects]:
        end_problems(OVERSOLD, gone, now=now)


def _others(count: int, told: int) -> list[Finding]:
    if not count and told < TOLD:
        return []
    return [
        Finding(
            OVERSOLD,
            OTHERS,
            worded("More than %(count)s products are oversold.", count=TOLD),
            worded("Have OrderFlow send its stock, or see whether a wrong one has been applied."),
            reverse("admin:inventory_sourceitem_changelist"),
            count=max(count, 1),
        )
    ]


def _finding(sku: str, product_id: int, units: Decimal, orders: Sequence[str]) -> Finding:
    values = {"sku": sku, "units": plain(-units)}
    return Finding(
        OVERSOLD,
        sku,
        worded(
            "SKU %(sku)s is oversold: %(units)s more promised than in stock; open orders:"
            " %(orders)s.",
            orders=listed(orders),
            **values,
        )
        if orders
        else worded("SKU %(sku)s is oversold: %(units)s more promised than in stock.", **values),
        worded("Get the goods in, or tell the customers of the newest orders."),
        reverse("admin:catalog_product_change", args=[product_id]),
        count=max(int(-units), 1),
        evidence={"orders": list(orders[:10])},
    )


def _open_orders(product_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the numbers of open orders of these products, newest first, some hundreds at most."""
    rows = OrderItem.objects.filter(
        product__in=product_ids, order__state__in=_OPEN_STATES
    ).order_by("-order_id")
    found: dict[int, list[str]] = {}
    for product, number in rows.values_list("product_id", "order__increment_id")[:300]:
        numbers = found.setdefault(product or 0, [])
        if number not in numbers:
            numbers.append(number)
    return found


def _oversold(units: dict[int, Decimal]) -> dict[int, Decimal]:
    """Return those that are counted at all and are below what their backorders allow."""
    counted, rules = counted_products(units), availabilities(units)
    return {
        pk: below
        for pk, below in units.items()
        if pk in counted and below < rules.get(pk, AS_CONFIGURED).floor
    }


def _in_slice(place: int, last: int) -> dict[int, Decimal]:
    return _below_zero("item.product_id > %s AND item.product_id <= %s", [place, last or 2**62])


def _of(product_ids: Sequence[int]) -> dict[int, Decimal]:
    if not product_ids:
        return {}
    marks = ", ".join(["%s"] * len(product_ids))
    return _below_zero(f"item.product_id IN ({marks})", product_ids)


def _last_of_slice(place: int, at_once: int) -> int:
    """Return the last product of the slice behind a place; 0 if it reaches the end."""
    rest = SourceItem.objects.filter(product__gt=place).order_by("product_id")
    return rest.values_list("product_id", flat=True)[at_once - 1 : at_once].first() or 0


def _below_zero(condition: str, values: Sequence[int]) -> dict[int, Decimal]:
    """Return the units of products that are below zero in some stock: the lowest."""
    with connection.cursor() as cursor:
        cursor.execute(_UNITS.format(products=condition), list(values))
        found: dict[int, Decimal] = {}
        for product_id, units in cursor.fetchall():
            found[product_id] = min(found.get(product_id, Decimal(0)), Decimal(str(units)))
    return found
