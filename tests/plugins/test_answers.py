"""Whatever a plugin answers: it can be used, or it is a failure with the plugin's name."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exports.plugin_values import with_order_values
from imports.inventory.adjusting import LARGEST, adjusted
from orderflow_bridge.client.documents import OrderDocument, orders_document
from orderflow_bridge.common.exceptions import PluginFailed
from orderflow_bridge.plugins.hooks import load_plugins
from orderflow_bridge.sales.models import Order
from tests.plugins.switching import switched_on

# What a call costs is not written inside a test's transaction.
pytestmark = pytest.mark.django_db

ORDS = (3, 5)
HUGE = 10**5_000  # cannot even be written down
numbers = st.one_of(
    st.integers(),
    st.integers(-(10**9), 10**9),
    st.decimals(),
    st.floats(),
    st.just(HUGE),
    st.just(Decimal("1E+400000")),
)
values = st.one_of(st.none(), st.booleans(), st.text(), numbers, st.lists(st.integers()))
keys = st.one_of(st.sampled_from(ORDS), st.integers(), st.text(), st.booleans(), st.none())
answers = st.one_of(st.dictionaries(keys, values), values)
lines = [(ord, f"SKU-{ord}", "default", 10, 10, 0) for ord in ORDS]


def made(call: Callable[..., Any], *arguments: Any) -> Any:
    """Return what is made of a plugin's answer, or the failure that it is."""
    try:
        return call(*arguments)
    except PluginFailed as error:
        return error


@given(answer=answers)
@example(answer={3: HUGE})
@example(answer={3: [HUGE]})
@example(answer={HUGE: Decimal(1)})
def test_a_quantity_that_a_plugin_answers_can_be_stored(answer: Any) -> None:
    with switched_on(odd={"adjust_quantities": lambda: answer}):
        found = made(adjusted, lines)

    if isinstance(found, PluginFailed):
        assert "The plugin odd failed in adjust_quantities" in str(found)
        return
    assert {each.ord for each in found} <= set(ORDS)
    for each in found:
        assert abs(each.units) <= LARGEST
        assert each.units == each.units.quantize(Decimal("0.0001"))


@given(answer=answers)
@example(answer={"weight": HUGE})
@example(answer={"weight": Decimal("1E+40")})
@example(answer={HUGE: "x"})
def test_a_value_that_a_plugin_answers_is_one_line_of_the_document(answer: Any) -> None:
    order: Any = Order(increment_id="000000005")
    before = {"status": "processing"}
    with switched_on(odd={"order_document_values": lambda: answer}):
        fields = made(with_order_values, order, order, before)

    if isinstance(fields, PluginFailed):
        assert "The plugin odd failed in order_document_values" in str(fields)
        return
    document = orders_document([OrderDocument("000000005", fields)]).decode()
    untouched = orders_document([OrderDocument("000000005", before)]).decode()
    most = len(answer) if isinstance(answer, dict) else 0
    assert document.count("\n") <= untouched.count("\n") + most


def test_a_mapping_that_raises_when_it_is_read_is_a_failure_of_its_plugin() -> None:
    class Trap(dict[int, Decimal]):
        def keys(self) -> Any:
            raise RuntimeError("gotcha")

        def __iter__(self) -> Any:
            raise RuntimeError("gotcha")

    with (
        switched_on(odd={"adjust_quantities": lambda: Trap({3: Decimal(1)})}),
        pytest.raises(PluginFailed, match="gotcha"),
    ):
        adjusted(lines)
    load_plugins(())
