"""Rows of the shipping map, made as the admin's form makes them."""

from typing import Any

from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.carriers.services import save_row

LINK = "https://track.dpd.example/parcels/{number}?order={order}"


def map_courier(courier: str = "DPD", service: str = "", **values: Any) -> MappedCourier:
    """Map a courier to the carrier “dpd” with a link, unless other values are given."""
    defaults = {"carrier_code": "dpd", "title": "DPD {service}", "link": LINK}
    row = MappedCourier(courier=courier, service=service, **{**defaults, **values})
    row.full_clean()
    save_row(row)
    return row


def map_method(method: str, **values: Any) -> MappedMethod:
    """Map a shipping method."""
    row = MappedMethod(method=method, **values)
    row.full_clean()
    save_row(row)
    return row
