"""Quantities as programs print them, at the real addresses, applied by the job."""

from decimal import Decimal

import pytest
from django.test import Client

from orderflow_bridge.common.choices import Result
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_order, make_product
from tests.soapapi.departing import DIALECTS, counted, despatched

pytestmark = pytest.mark.django_db

SPELT = [
    ("5", "5"),
    ("5.0000", "5"),
    ("5.00000", "5"),
    ("5.000000000000", "5"),
    ("1.50000000", "1.5"),
    ("-3.00000", "-3"),
    ("0.000000", "0"),
    ("0000000000012.5", "12.5"),
    (" 5.00000 ", "5"),
    (f"5.{'0' * 200}", "5"),
]
NO_QUANTITY = ["1E+3", "1e3", "abc", "5.00001", "1,000", "5.", ".5", "NaN", "123456789", "٣.٠"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(("text", "quantity"), SPELT)
def test_zeros_around_a_figure_say_nothing(
    client: Client, token: str, text: str, quantity: str, dialect: str
) -> None:
    product = make_product("A")

    line = counted(client, token, "A", text, dialect=dialect)

    assert (line.result, line.units_received) == (Result.SUCCESS, Decimal(quantity))
    expected = max(Decimal(quantity), Decimal(0))
    assert SourceItem.objects.get(product=product).quantity == expected


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", NO_QUANTITY)
def test_what_is_no_plain_number_fails_and_leaves_the_stock(
    client: Client, token: str, text: str, dialect: str
) -> None:
    make_product("A")

    line = counted(client, token, "A", text, dialect=dialect)

    assert line.message == f'Quantity "{text}" is not valid.'
    assert not SourceItem.objects.filter(quantity__gt=0).exists()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_zeros_behind_despatched_units_say_nothing(
    client: Client, token: str, dialect: str
) -> None:
    order = make_order(items=[("A", 5)], increment_id="000000005")

    line = despatched(client, token, "000000005", ("A", "5.00000"), dialect=dialect)

    order.refresh_from_db()
    assert (line.result, order.state) == (Result.SUCCESS, "complete")
    assert order.shipments.get().total_qty == 5


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["1E+3", "abc", "5.00001", "-1.00000"])
def test_despatched_units_that_are_no_plain_number_fail(
    client: Client, token: str, text: str, dialect: str
) -> None:
    order = make_order(items=[("A", 5)], increment_id="000000005")

    line = despatched(client, token, "000000005", ("A", text), dialect=dialect)

    assert line.message == (
        f'Order 000000005 not shipped - The quantity "{text}" of product SKU "A" cannot be shipped.'
    )
    assert not order.shipments.exists()
