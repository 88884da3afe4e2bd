"""OrderFlow servers are served side by side: one that drips delays nobody else."""

import threading

import pytest
from django.db import connections

from exports.cron import export_orders_create, export_products_create
from orderflow_bridge.common.exceptions import JobNotReady
from orderflow_bridge.configuration.sections import Api, ExportMode
from orderflow_bridge.configuration.services import write_settings
from tests.configuration.storing import store
from tests.exports.shop import lines, make_due_orders, make_due_products, make_shop, row, told
from tests.fakes import Answer, FakeOrderFlow, Heard

pytestmark = pytest.mark.django_db

PATIENT = {"read_timeout": 30, "total_timeout": 30, "parallel_calls": 1}


class Holding(FakeOrderFlow):
    """Answers nothing before `release` is set, or half a minute is over."""

    def __init__(self, release: threading.Event) -> None:
        super().__init__()
        self._release = release
        self.has_waited_in_vain = False

    def answer(self, handler) -> None:
        self.has_waited_in_vain |= not self._release.wait(25)
        super().answer(handler)


class Releasing(FakeOrderFlow):
    """Releases the other once it has heard `count` calls."""

    def __init__(self, release: threading.Event, count: int) -> None:
        super().__init__()
        self._release, self._count = release, count

    def choose(self, heard: Heard) -> Answer:
        if len(self.heard) >= self._count:
            self._release.set()
        return super().choose(heard)


@pytest.fixture
def release():
    return threading.Event()


@pytest.fixture
def slow(release):
    with Holding(release).running() as fake:
        yield fake


@pytest.mark.parametrize("mode", [ExportMode.NOTIFY, ExportMode.PUSH])
def test_a_server_that_takes_its_time_delays_nobody_else(slow, release, mode):
    with Releasing(release, 3).running() as quick:
        first = make_shop(slow, api=PATIENT, products={"mode": mode})
        second = make_shop(quick, api=PATIENT)
        make_due_products(first, 2)
        others = make_due_products(second, 3)

        summary = export_products_create()

    assert not slow.has_waited_in_vain, "the quick server was called after the slow one only"
    assert {row(each, second).orderflow_export_status for each in others} == {"Queued"}
    assert summary.startswith("5 products: ")
    assert len(lines()) == 5


def test_what_the_quick_one_answered_is_settled_while_the_slow_one_is_awaited(slow, release):
    with Releasing(release, 2).running() as quick:
        make_due_orders(make_shop(slow, api=PATIENT), 1)
        make_due_orders(make_shop(quick, api=PATIENT, orders={"batch_size": 2}), 2)

        assert export_orders_create() == "3 orders: 3 successes, 0 failures."

    # One call at a time: the second was made because the first had been answered.
    assert not slow.has_waited_in_vain
    assert quick.most_at_once == 1


def test_websites_that_share_a_server_take_turns(orderflow):
    first = make_shop(orderflow, api=PATIENT)
    second = make_shop(orderflow, channel="trade", api=PATIENT)
    orders = [*make_due_orders(first, 3), *make_due_orders(second, 3)]
    orderflow.answers = [Answer(delay=0.05) for _ in orders]

    export_orders_create()

    assert orderflow.most_at_once == 1
    assert len(told(orderflow)) == 6


def test_no_thread_but_the_runs_own_opens_the_database(orderflow, other_orderflow):
    make_due_orders(make_shop(orderflow), 4)
    make_due_orders(make_shop(other_orderflow, orders={"mode": ExportMode.PUSH}), 4)
    seen = []
    mine = threading.get_ident()
    for fake in (orderflow, other_orderflow):
        fake.choose = lambda heard: seen.append(threading.get_ident()) or Answer()

    export_orders_create()

    assert seen
    assert mine not in seen
    assert not [each for each in threading.enumerate() if each.name.startswith(("export", "push"))]
    assert connections["default"].in_atomic_block  # the test's own transaction saw everything
    assert len(lines()) == 8


def test_a_server_without_settings_does_not_hold_up_the_others(orderflow):
    unset, good = make_shop(orderflow), make_shop(orderflow)
    write_settings(Api, {"endpoint": "http://127.0.0.1:9/", "username": None}, website=unset)
    make_due_orders(unset, 1)
    make_due_orders(good, 1)

    summary = export_orders_create()

    assert summary.startswith("1 orders: 1 successes, 0 failures. Username is not set")


def test_certificates_that_have_gone_are_named_and_nothing_is_claimed(orderflow, tmp_path):
    path = tmp_path / "company.pem"
    path.write_text("gone bad")
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1)
    # Past the check on saving: the file has changed since.
    store(Api, website, ca_certificates=str(path))

    with pytest.raises(JobNotReady, match=r"company\.pem"):
        export_orders_create()

    order.refresh_from_db()
    assert order.orderflow_export_status == "Pending"
    assert order.orderflow_attempts == 0
    assert orderflow.heard == []
