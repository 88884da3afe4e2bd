"""Despatch messages that cannot be booked: all or nothing, each with its reason by name."""

from typing import Any

import pytest

from orderflow_bridge.common.choices import Result
from tests.factories import (
    make_order,
    make_source,
)
from tests.imports.despatches import (
    a_claim,
    a_despatch,
    an_order,
    nothing_shipped,
    ship,
    stored_despatch,
    texts,
)

pytestmark = pytest.mark.django_db

NOT_SHIPPED = "Order 000000005 not shipped - "


@pytest.mark.parametrize(
    ("items", "values", "reason"),
    [
        ([("X", 1)], {}, 'Order Item with SKU: "X" does not exist.'),
        ([("A", 1), ("X", 1)], {}, 'Order Item with SKU: "X" does not exist.'),
        ([("", 1)], {}, 'Order Item with SKU: "" does not exist.'),
        (
            [("B", 1), ("A", 3)],
            {},
            "The quantity to ship must not be greater than the unshipped quantity"
            ' for product SKU "A".',
        ),
        ([("A", "abc")], {}, 'The quantity "abc" of product SKU "A" cannot be shipped.'),
        ([("A", "")], {}, 'The quantity "" of product SKU "A" cannot be shipped.'),
        ([("A", "-1")], {}, 'The quantity "-1" of product SKU "A" cannot be shipped.'),
        ([("A", "1e3")], {}, 'The quantity "1e3" of product SKU "A" cannot be shipped.'),
        ([("A", 0)], {}, "You can't create a shipment without products."),
        ([("A", 1, "mars")], {}, 'Source "mars" does not exist.'),
    ],
)
def test_a_message_that_does_not_fit_fails_by_name_and_changes_nothing(
    items: list[Any], values: dict[str, Any], reason: str
) -> None:
    order = an_order(("A", 2), ("B", 1))

    lines = ship(a_despatch(38, order, *items, email="1", **values))

    assert texts(lines) == [NOT_SHIPPED + reason]
    assert lines[0].parent.failures == 1
    assert nothing_shipped()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("holded", "it is on hold"),
        ("payment_review", "its payment is under review"),
        ("canceled", "it is canceled"),
    ],
)
def test_an_order_in_the_wrong_state_is_not_shipped(state: str, why: str) -> None:
    order = an_order(state=state, status=state)

    lines = ship(a_despatch(38, order, ("A", 1)))

    assert texts(lines) == [f"{NOT_SHIPPED}Order 000000005 cannot be shipped: {why}."]
    assert nothing_shipped()


def test_an_order_that_is_all_shipped_is_not_shipped_again() -> None:
    order = an_order()
    ship(a_despatch(38, order))

    lines = ship(a_despatch(39, order))

    assert texts(lines) == [
        f"{NOT_SHIPPED}Order 000000005 cannot be shipped: nothing in it is left to ship."
    ]


def test_an_unknown_order_has_a_text_of_its_own() -> None:
    lines = ship(a_despatch(38, "000000099", ("A", 1)))

    assert texts(lines) == ["Order 000000099 not shipped - Order 000000099 does not exist."]
    assert lines[0].reference == "000000099"


@pytest.mark.parametrize("number", [None, ""])
def test_a_message_without_an_order_fails_with_an_empty_reference(number: str | None) -> None:
    [line] = ship(a_claim("38", stored_despatch("x", orderIncrementId=number)))

    assert (line.result, line.reference) == (Result.FAILURE, "")


def test_one_bad_source_stops_the_whole_message() -> None:
    make_source("eu")

    [line] = ship(a_despatch(38, an_order(), ("A", 1, "eu"), ("A", 2, "eu")))

    assert line.result == Result.FAILURE
    assert nothing_shipped()


def test_a_bad_message_does_not_hold_up_the_others() -> None:
    first, second = an_order(), make_order(items=[("A", 1)])

    lines = ship(a_despatch(1, first, ("X", 1)), a_claim("2"), a_despatch(3, second))

    assert [line.result for line in lines] == [Result.FAILURE, Result.FAILURE, Result.SUCCESS]


def _without(name: str) -> dict[str, Any]:
    line = stored_despatch("000000005", ("A", 1))
    del line[name]
    return line


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "Order  not shipped - The stored message is not a despatch."),
        (["text"], "Order  not shipped - The stored message is not a despatch."),
        ([None], "Order  not shipped - The stored message is not a despatch."),
        ([{}], 'Order  not shipped - The stored message has no "orderIncrementId".'),
        ([_without("tracks")], NOT_SHIPPED + 'The stored message has no "tracks".'),
        ([_without("skuQtys")], NOT_SHIPPED + 'The stored message has no "skuQtys".'),
        (
            [stored_despatch("000000005", comment=["a"])],
            NOT_SHIPPED + '"comment" is not a text.',
        ),
        (
            [stored_despatch("000000005", skuQtys="A")],
            NOT_SHIPPED + '"skuQty" is not a list of entries.',
        ),
        (
            [stored_despatch("000000005", tracks=["x"])],
            NOT_SHIPPED + '"tracks" is not a list of entries.',
        ),
    ],
)
def test_a_malformed_message_fails_alone(lines: list[Any], reason: str) -> None:
    an_order()

    assert texts(ship(a_claim("38", *lines))) == [reason]
    assert nothing_shipped()


def test_a_very_long_reason_is_cut() -> None:
    [line] = ship(a_despatch(38, an_order(), ("X" * 600, 1)))

    assert len(line.reason) == 500
