"""The types of Magento 2's OrderFlow services, under the names of Magento's WSDL.

`TNS` is one fixed name: in WSDLs it gives way to the address called, in replies to the caller's own
namespace. An application for every address would never be freed (docs/decisions/spyne.md).
"""

from typing import Any

from spyne import Array, Boolean, ComplexModel, Integer32, Unicode

TNS = "urn:orderflow:soap"

Text = Unicode(nillable=False)
RequiredText = Unicode(min_occurs=1, nillable=False)
Flag = Boolean(nillable=False)
Integer = Integer32(nillable=False)
RequiredInteger = Integer32(min_occurs=1, nillable=False)


def array_of(item: Any) -> Any:
    """Return Magento's array of a type: `ArrayOf…`, a sequence of `item`."""
    return Array(item, member_name="item", type_name=f"ArrayOf{item.get_type_name()}")


class QuantityItem(ComplexModel):
    """A quantity of one SKU, at one source if named."""

    __namespace__ = TNS
    __type_name__ = "RealtimeDespatchOrderFlowDataQuantityItemInterface"
    _type_info = [("sku", RequiredText), ("qty", RequiredText), ("source", Text)]


class SequenceItem(ComplexModel):
    """The sequence id of one SKU's quantity, and the latest order it takes into account."""

    __namespace__ = TNS
    __type_name__ = "RealtimeDespatchOrderFlowDataSequenceItemInterface"
    _type_info = [("sku", RequiredText), ("seq", RequiredText), ("lastOrderExported", Text)]


class TrackItem(ComplexModel):
    """A tracking number."""

    __namespace__ = TNS
    __type_name__ = "RealtimeDespatchOrderFlowDataTrackItemInterface"
    _type_info = [("trackingNumber", RequiredText)]


Quantities = array_of(QuantityItem)
Sequences = array_of(SequenceItem)
Tracks = array_of(TrackItem)
