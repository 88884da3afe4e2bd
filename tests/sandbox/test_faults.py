"""Misbehaviour: which call it hits, what the shop makes of it, and that it can be repeated."""

import pytest

from orderflow_bridge.client import OrderFlowError
from orderflow_bridge.sandbox.faults import BadRates, Faults, Kind, fate

PRODUCTS = "remotewarehouse/product/update.xml"
RATES = {Kind.BROKEN.value: 20, Kind.EMPTY.value: 30}


def test_the_same_seed_gives_the_same_fates():
    first = [fate(7, PRODUCTS, nth, RATES) for nth in range(200)]

    assert first == [fate(7, PRODUCTS, nth, RATES) for nth in range(200)]
    assert first != [fate(8, PRODUCTS, nth, RATES) for nth in range(200)]


def test_rates_are_kept_in_the_long_run():
    fates = [fate(1, PRODUCTS, nth, RATES) for nth in range(5_000)]

    assert fates.count(Kind.BROKEN.value) == pytest.approx(1_000, rel=0.1)
    assert fates.count(Kind.EMPTY.value) == pytest.approx(1_500, rel=0.1)
    assert fates.count(None) == pytest.approx(2_500, rel=0.1)


def test_calls_elsewhere_do_not_change_an_endpoints_fates():
    alone, mixed = Faults(seed=3), Faults(seed=3)
    for faults in (alone, mixed):
        faults.set_rates(PRODUCTS, RATES)
    expected = [alone.next_fate(PRODUCTS) for _ in range(50)]

    found = [(mixed.next_fate("pushes"), mixed.next_fate(PRODUCTS))[1] for _ in range(50)]

    assert found == expected


@pytest.mark.parametrize("rates", [{"500": -1}, {"500": 60, "503": 41}])
def test_rates_below_zero_or_above_a_hundred_are_refused(rates):
    with pytest.raises(BadRates, match="Product notifications"):
        Faults().set_rates(PRODUCTS, rates)


@pytest.mark.parametrize(
    ("kind", "reason", "is_carried_out"),
    [
        (Kind.TIME_OUT, "no answer within", True),
        (Kind.UNAUTHORISED, "refused the login", False),
        (Kind.THROTTLED, "429 Too Many Requests", False),
        (Kind.BROKEN, "500 Internal Server Error", False),
        (Kind.UNAVAILABLE, "503 Service Unavailable", False),
        (Kind.ERROR_PAGE, "web page: OrderFlow Error", False),
        (Kind.LOGIN_PAGE, "web page: Sign in", False),
        (Kind.TRUNCATED, "is not XML", True),
        (Kind.DRIPPING, "took longer than", True),
        (Kind.EMPTY, "empty body", True),
        (Kind.EXCEPTION, "the lorry is late", False),
        (Kind.NO_OPERATION, "'no_operation' for product", False),
    ],
)
def test_the_shop_sees_each_kind_for_what_it_is(running, kind, reason, is_carried_out):
    faults = running.sandbox.memory.faults
    faults.hang_seconds, faults.slow_seconds = 2.5, 8
    faults.set_rates(PRODUCTS, {kind.value: 100})

    with running.shop() as shop, pytest.raises(OrderFlowError) as failed:
        shop.notify_product_modified("24-MB01")

    assert reason in str(failed.value)
    assert bool(running.warehouse.errands) is is_carried_out
    assert kind in running.last().note


def test_a_slow_answer_is_still_an_answer(running):
    faults = running.sandbox.memory.faults
    faults.slow_seconds = 0.1
    faults.set_rates(PRODUCTS, {Kind.SLOW.value: 100})

    with running.shop() as shop:
        assert shop.notify_product_modified("24-MB01").seconds >= 0.1


def test_other_endpoints_go_on_working(running):
    running.sandbox.memory.faults.set_rates(PRODUCTS, {Kind.BROKEN.value: 100})

    with running.shop() as shop:
        assert shop.notify_order_created(entity_id=1, increment_id="000000001").status == 200
