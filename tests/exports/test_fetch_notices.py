"""What OrderFlow was not told, and learns by fetching the order."""

import pytest
from django.db import transaction

from exports.fetching import fetch_order, mark_exported_by_reference
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.configuration.sections import OrderExport
from orderflow_bridge.sales.models import Order, OrderAddress
from orderflow_bridge.sales.notifications import tell_of_change
from orderflow_bridge.sales.selectors import lock_order
from orderflow_bridge.sales.services import hold, unhold
from tests.exports.fetching import ORDERFLOW, READS, configure
from tests.factories import make_address, make_order, make_product, make_store, make_website

pytestmark = pytest.mark.django_db

EDITED = "a row was changed."
ON_HOLD = "OrderFlow was not told: the order was put on hold."


@pytest.fixture
def order() -> Order:
    website = make_website()
    configure(OrderExport, website, is_enabled=True, exportable_status=("processing",))
    order = make_order(
        store=make_store(website),
        items=[(make_product(), 1)],
        orderflow_export_status=ExportStatus.QUEUED,
    )
    make_address(order, address_type=OrderAddress.Type.SHIPPING)
    return order


def edit(order: Order) -> None:
    with transaction.atomic():
        tell_of_change(lock_order(order.pk).order, EDITED)


def notice(order: Order) -> str:
    order.refresh_from_db()
    return order.orderflow_notice


def test_a_fetch_brings_what_was_changed_and_so_clears_the_notice(order: Order) -> None:
    edit(order)
    assert notice(order)

    fetch_order(order.pk, caller=ORDERFLOW)

    assert notice(order) == ""


def test_a_release_is_seen_by_a_fetch(order: Order) -> None:
    hold(order.pk)
    unhold(order.pk)

    fetch_order(order.pk, caller=ORDERFLOW)

    assert notice(order) == ""


def test_a_hold_is_not_cured_by_a_fetch(order: Order) -> None:
    hold(order.pk)

    fetch_order(order.pk, caller=ORDERFLOW)

    assert notice(order) == ON_HOLD


def test_what_is_left_of_a_later_edit_is_the_hold(order: Order) -> None:
    hold(order.pk)
    edit(order)

    fetch_order(order.pk, caller=ORDERFLOW)

    assert notice(order) == ON_HOLD


def test_a_notice_of_another_kind_stays(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(orderflow_notice="Please check it.")

    fetch_order(order.pk, caller=ORDERFLOW)

    assert notice(order) == "Please check it."


def test_somebody_elses_read_clears_nothing(order: Order) -> None:
    edit(order)

    fetch_order(order.pk, caller=Caller(2, "someone", READS))

    assert notice(order).endswith(EDITED)


def test_saying_that_it_has_the_order_is_not_reading_it(order: Order) -> None:
    edit(order)

    mark_exported_by_reference(Entity.ORDER, order.increment_id, body=b"", received_by="orderflow")

    assert notice(order).endswith(EDITED)
