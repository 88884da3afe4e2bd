"""A despatch on its way into the tables, and what it makes of its order; in memory only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from orderflow_bridge.carriers.links import tracking_link
from orderflow_bridge.carriers.selectors import Carrier, link_of
from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.outbox.mail.services import is_address
from orderflow_bridge.sales import states
from orderflow_bridge.sales.despatch_allocation import Units
from orderflow_bridge.sales.models import Order, OrderItem, Shipment, ShipmentTrack
from orderflow_bridge.sales.states import assembled, parts_of

_LONGEST_TITLE = 255
_LONGEST_CODE = 32
_LARGEST = 10**8


@dataclass(frozen=True)
class NewTrack:
    """A parcel that can be followed; the title is the courier's name and service."""

    track_number: str
    title: str = ""
    carrier_code: str = "custom"
    description: str = ""
    qty: Decimal | None = None
    weight: Decimal | None = None
    link: str = ""


def check_tracks(new_tracks: Iterable[NewTrack]) -> None:
    """Raise OrderRefused for a tracking number that is missing, or a code that is too long."""
    for new_track in new_tracks:
        if not new_track.track_number.strip():
            raise OrderRefused("Please enter a tracking number.")
        if len(new_track.carrier_code) > _LONGEST_CODE:
            raise OrderRefused(f"A carrier code is longer than {_LONGEST_CODE} characters.")
        for name in ("qty", "weight"):
            if not 0 <= (getattr(new_track, name) or 0) < _LARGEST:
                raise OrderRefused(f"The {name} of a track is below 0 or too large.")


def track_of(new_track: NewTrack, shipment: Shipment) -> ShipmentTrack:
    """Return a parcel as the track of a shipment, not saved; a long title is kept whole."""
    whole_title = new_track.title if len(new_track.title) > _LONGEST_TITLE else ""
    return ShipmentTrack(
        shipment=shipment,
        track_number=new_track.track_number,
        title=new_track.title[:_LONGEST_TITLE],
        description="\n".join(filter(None, (new_track.description, whole_title))),
        carrier_code=new_track.carrier_code,
        qty=new_track.qty,
        weight=new_track.weight,
        tracking_link=new_track.link,
    )


def linked(new_track: NewTrack, order: Order) -> NewTrack:
    """Return a parcel that somebody else than OrderFlow names, with the link of its carrier."""
    number, code = new_track.track_number, new_track.carrier_code
    return replace(new_track, link=link_of(order.website_id, code, number, order.increment_id))


@dataclass(frozen=True)
class Booking:
    """A despatch that has been judged good: what to book on which rows, and whom to tell.

    Every unit names its source. `identity` is the message's, remembered so that it ships once; ""
    for a shipment made by hand, whose `new_tracks` each have a title of their own. `courier` and
    `service` are the message's words, `carrier` what they are in the shop, if mapped. `status` is
    the order's once the booking is carried out; `shipment_ids` are known once it is written.
    """

    order: Order
    rows: Sequence[OrderItem]
    units: tuple[Units, ...]
    identity: str = ""
    request_id: int | None = None
    traceparent: str = ""
    tracking_numbers: tuple[str, ...] = ()
    title: str = ""
    courier: str = ""
    service: str = ""
    carrier: Carrier | None = None
    new_tracks: tuple[NewTrack, ...] = ()
    comment: str = ""
    notify: bool = False
    show_comment: bool = False
    despatched_at: datetime | None = None
    status: str = ""
    status_changed: bool = False
    shipment_ids: tuple[int, ...] = ()

    @property
    def recipient(self) -> str:
        """The address to write to; "" when the customer is not to be told or cannot be."""
        address = self.order.customer_email
        return address if self.notify and is_address(address) else ""

    @property
    def all_tracks(self) -> list[NewTrack]:
        """Every parcel, those of a message under the message's title."""
        return [*map(self._named, self.tracking_numbers), *self.new_tracks]

    def _named(self, number: str) -> NewTrack:
        carrier = self.carrier
        if carrier is None:
            return NewTrack(number, self.title)
        link = tracking_link(carrier.link, number, self.order.increment_id)
        return NewTrack(number, self.title, carrier.code, link=link)

    @property
    def source_codes(self) -> list[str]:
        """The sources the goods left from, each once, as first named: one shipment for each."""
        return list(dict.fromkeys(units.source_code for units in self.units))


def parents_of(booking: Booking) -> list[OrderItem]:
    """Return the rows that follow the parts of theirs that a booking books by themselves."""
    followed = {units.row.parent_item_id for units in booking.units if units.row.parent_item_id}
    return [row for row in booking.rows if row.pk in followed and not row.ship_separately]


def carry_out(
    booking: Booking, defaults: Mapping[str, str], *, has_open_invoice: bool = False
) -> Booking:
    """Book the units on the order in memory; return the booking with the status it led to.

    `defaults` are the default statuses of the states.
    """
    parents = parents_of(booking)
    parts = {row.pk: parts_of(booking.rows, row) for row in parents}
    assembled_before = {row.pk: assembled(row, parts[row.pk]) for row in parents}
    for units in booking.units:
        units.row.qty_shipped += units.qty
    for row in parents:
        row.qty_shipped += assembled(row, parts[row.pk]) - assembled_before[row.pk]
    order = booking.order
    before = order.status
    state = states.state_after_booking(order, booking.rows, has_open_invoice=has_open_invoice)
    if state != order.state:
        order.state, order.status = state, defaults[state]
    return replace(booking, status=order.status, status_changed=order.status != before)
