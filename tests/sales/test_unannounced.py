"""Holding, changing and deleting an order that OrderFlow has is visible as such."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.sales.models import DeletedOrder, Order
from orderflow_bridge.sales.notifications import LONGEST_NOTICE, tell_of_change
from orderflow_bridge.sales.selectors import lock_order
from orderflow_bridge.sales.services import delete, hold, unhold
from tests.factories import make_address, make_order

pytestmark = pytest.mark.django_db

FETCHED = datetime(2026, 3, 1, tzinfo=UTC)


def make_known_order(status: str = "Exported", **values) -> Order:
    return make_order(items=[("A", 1)], orderflow_export_status=status, **values)


def edit(order: Order, *, what: str) -> bool:
    with transaction.atomic():
        return tell_of_change(lock_order(order.pk).order, what)


def notice(order: Order) -> str:
    order.refresh_from_db()
    return order.orderflow_notice


def comments(order: Order) -> list[str]:
    found = order.status_histories.order_by("id").values_list("comment", flat=True)
    return [comment for comment in found if comment]


@pytest.mark.parametrize("status", ["Queued", "Exported"])
def test_a_hold_of_an_order_orderflow_has_is_noted(status: str) -> None:
    order = make_known_order(status)

    hold(order.pk)

    assert notice(order) == "OrderFlow was not told: the order was put on hold."
    assert comments(order) == [notice(order)]


def test_a_release_from_hold_is_noted_too() -> None:
    order = make_known_order()
    hold(order.pk)

    unhold(order.pk)

    assert notice(order) == "OrderFlow was not told: the order was released from its hold."
    assert len(comments(order)) == 2


def test_an_order_that_failed_after_it_was_fetched_is_one_orderflow_has() -> None:
    order = make_known_order("Failed", orderflow_export_date=FETCHED)

    hold(order.pk)

    assert notice(order)


@pytest.mark.parametrize(
    ("status", "fetched"),
    [("Pending", None), ("Failed", None), ("Cancelled", None), ("Cancelled", FETCHED)],
)
def test_nothing_is_noted_on_an_order_orderflow_does_not_have(
    status: str, fetched: datetime | None
) -> None:
    order = make_known_order(status, orderflow_export_date=fetched)

    hold(order.pk)
    is_noted = edit(order, what="an item was added.")

    assert not is_noted
    assert (notice(order), comments(order)) == ("", [])


def test_an_edit_is_noted_with_its_words() -> None:
    order = make_known_order()

    assert edit(order, what="an item was added.")
    assert notice(order) == "OrderFlow was not told: an item was added."


def test_a_long_notice_is_cut_and_the_comment_is_not() -> None:
    order = make_known_order()

    edit(order, what="x" * 600)

    assert len(notice(order)) == LONGEST_NOTICE
    assert comments(order)[0].endswith("x" * 600)


def test_a_deleted_order_that_orderflow_has_leaves_its_number_status_and_culprit() -> None:
    order = make_known_order("Queued", increment_id="000000042")
    make_address(order)

    remains = delete(order.pk, by="boss")

    assert not Order.objects.exists()
    assert remains == DeletedOrder.objects.get()
    assert (remains.increment_id, remains.orderflow_export_status, remains.deleted_by) == (
        "000000042",
        "Queued",
        "boss",
    )
    assert remains.deleted_at


def test_a_deleted_order_that_orderflow_never_saw_leaves_nothing() -> None:
    order = make_known_order("Pending")

    assert delete(order.pk, by="boss") is None
    assert not Order.objects.exists()
    assert not DeletedOrder.objects.exists()


def test_an_unknown_order_cannot_be_deleted() -> None:
    with pytest.raises(ActionNotAvailable):
        delete(0, by="boss")
