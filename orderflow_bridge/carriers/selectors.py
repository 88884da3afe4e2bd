"""What the shipping map says: of a despatch's courier, and of an order's shipping method.

The map is read at once and remembered for some seconds; where it is not switched on, not at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from orderflow_bridge.carriers.links import tracking_link
from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.carriers.terms import (
    ANY,
    COURIERS,
    METHODS,
    Seen,
    courier_term,
    method_term,
    seen_since,
)
from orderflow_bridge.common.memory import Memory
from orderflow_bridge.configuration.selectors import general, order_export, shipment_import
from orderflow_bridge.stores.models import Website

COUNTED = timedelta(days=30)
map_read = Memory(seconds=5.0)
forget = map_read.forget
_PLACES = re.compile(r"\{(courier|service)\}")
_Scoped = dict[tuple[int | None, str], Any]


@dataclass(frozen=True)
class Carrier:
    """The shop's carrier of a despatch; `link` is a template."""

    code: str
    title: str
    link: str


def carrier_of(website_id: int, courier: str, service: str) -> Carrier | None:
    """Return what a despatch's courier and service are in the shop; None if nobody has mapped them.

    The service's own row comes before that of all services, a website's before that of all.
    """
    if not shipment_import().map_couriers:
        return None
    known = _couriers()
    for term in dict.fromkeys((courier_term(courier, service), courier_term(courier))):
        if row := _found(known, website_id, term):
            words = {"courier": courier.strip(), "service": service.strip()}
            title = row.title or " ".join(filter(None, words.values()))
            title = _PLACES.sub(lambda place: words[place[1]], title)  # noqa: B023
            return Carrier(row.carrier_code, " ".join(title.split()), row.link)
    return None


def link_of(website_id: int, carrier_code: str, number: str, order: str) -> str:
    """Return the tracking link of a carrier that a person or a shop named by its code, or "".

    Carriers whose rows have several links say nothing of one that is named by its code alone.
    """
    if carrier_code == "custom" or not shipment_import().map_couriers:
        return ""
    for scope in (website_id, None):
        links = {
            row.link
            for (website, _), row in _couriers().items()
            if website == scope and row.link and row.carrier_code.lower() == carrier_code.lower()
        }
        if links:
            return tracking_link(links.pop(), number, order) if len(links) == 1 else ""
    return ""


def delivery_terms(website: Website, method: str, *, ordered_at: datetime) -> dict[str, Any]:
    """Return what an order's shipping method asks of OrderFlow, by the keys of a shipment.

    Empty where the map is off or does not know the method; keys without a value are left out. Days
    count from the purchase date in the shop's time zone. A method's own row comes before those with
    a star, a longer beginning before a shorter, a website's before that of all.
    """
    if not order_export(website).map_shipping_methods or not method.strip():
        return {}
    known = _methods()
    for term in _terms_of(method):
        row: MappedMethod | None = _found(known, website.pk, term)
        if row is not None:
            return _terms(row, ordered_at)
    return {}


def unmapped_couriers() -> list[Seen]:
    """Return the couriers of the last 30 days' despatches that no row stands for."""
    known = _couriers()
    return [
        seen
        for seen in seen_since(COURIERS, timezone.now() - COUNTED)
        if not any(
            _found(known, seen.website_id, term)
            for term in (courier_term(seen.word, seen.detail), courier_term(seen.word))
        )
    ]


def unmapped_methods() -> list[Seen]:
    """Return the shipping methods of the last 30 days' orders that no row stands for."""
    known = _methods()
    return [
        seen
        for seen in seen_since(METHODS, timezone.now() - COUNTED)
        if not any(_found(known, seen.website_id, term) for term in _terms_of(seen.word))
    ]


def _couriers() -> _Scoped:
    return _rows(MappedCourier)


def _methods() -> _Scoped:
    return _rows(MappedMethod)


def _rows(model: type[MappedCourier] | type[MappedMethod]) -> _Scoped:
    known: _Scoped | None = map_read.get(model)
    if known is None:
        known = {(row.website_id, row.term): row for row in model._default_manager.order_by()}
        map_read.keep(model, known)
    return known


def _found(known: _Scoped, website_id: int, term: str) -> Any:
    return known.get((website_id, term)) or known.get((None, term))


def _terms_of(method: str) -> Iterator[str]:
    """Yield the terms that stand for a method, the nearest first."""
    term = method_term(method)
    yield term
    yield from (f"{term[:length]}{ANY}" for length in range(len(term), -1, -1))


def _terms(row: MappedMethod, ordered_at: datetime) -> dict[str, Any]:
    day = ordered_at.astimezone(ZoneInfo(general().timezone)).date()
    terms: Sequence[tuple[str, Any]] = (
        ("earliestShipDate", row.date_after(day, row.ship_days)),
        ("priority", row.priority),
        ("priorityName", row.priority_name),
        ("courier", row.courier),
        ("deliverySuggestionCode", row.suggestion_code),
        ("deliverySuggestionName", row.suggestion_name),
        ("requiredDeliveryDate", row.date_after(day, row.delivery_days)),
    )
    return {key: value for key, value in terms if value not in (None, "")}
