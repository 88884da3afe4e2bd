"""OrderFlow is asked how orders stand; one that it does not know is told, and announced again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from exports.fetching import fetch_order
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.exceptions import JobNotReady
from orderflow_bridge.configuration.sections import OrderExport, Reconciliation
from orderflow_bridge.jobs.runs import run_job
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.problems.kinds import UNKNOWN_ORDER
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.asking import (
    LONGEST_TEXT,
    OrdersNotAsked,
    ask_order,
    reconcile_orders,
)
from orderflow_bridge.watch.models import OrderAnswer
from orderflow_bridge.watch.services import watch
from tests.admin.conftest import boss
from tests.configuration.storing import store
from tests.factories import make_order, make_store, make_website
from tests.fakes import Answer, FakeOrderFlow
from tests.watch.warehouse import connect

__all__ = ("boss",)

pytestmark = pytest.mark.django_db

UNKNOWN = Answer(
    b"<response><exception>rtd.exceptions.MissingDataException: no such order</exception>"
    b"</response>"
)
DETAIL = Answer(b'<order externalReference="1" state="Picking"><note>caf\xc3\xa9</note></order>')


@pytest.fixture
def orderflow() -> Any:
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def website(orderflow: FakeOrderFlow) -> Website:
    website = make_website()
    connect(website, orderflow)
    store(OrderExport, website, is_enabled=True, exportable_status=("processing",))
    return website


def make_exported(website: Website, number: str, *, days: float = 5, **values: Any) -> Order:
    return make_order(
        items=[("MUG", 1)],
        store=website.stores.first() or make_store(website),
        increment_id=number,
        orderflow_export_status=ExportStatus.EXPORTED,
        orderflow_export_date=clock.now() - timedelta(days=days),
        **values,
    )


def asked(orderflow: FakeOrderFlow) -> list[str]:
    """Return the numbers of the orders OrderFlow was asked about."""
    return [
        each.path.partition("externalReference=")[2]
        for each in orderflow.heard
        if "order/detail.xml" in each.path
    ]


def page_of(client: Client, order: Order) -> str:
    return client.get(f"/admin/sales/order/{order.pk}/change/").content.decode()


def test_orders_that_orderflow_has_had_for_long_are_asked_for_longest_unasked_first(
    website: Website, orderflow: FakeOrderFlow
) -> None:
    store(Reconciliation, orders_batch_size=2, orders_after_hours=48)
    for number, days in (("A", 3), ("B", 5), ("C", 4), ("NEW", 1)):
        make_exported(website, number, days=days)
    make_exported(website, "DONE", state=Order.State.COMPLETE)
    make_order(items=[("MUG", 1)], store=website.stores.first(), increment_id="PENDING")
    shipped = make_exported(website, "SHIPPED")
    shipped.items.update(qty_shipped=1)

    assert reconcile_orders() == "2 orders asked for: 2 answered."
    assert asked(orderflow) == ["B", "C"]
    reconcile_orders()
    assert asked(orderflow) == ["B", "C", "A"]
    assert reconcile_orders() == "No order is due to be asked for."
    OrderAnswer.objects.filter(order__increment_id="C").update(
        tried_at=clock.now() - timedelta(days=2)
    )
    OrderAnswer.objects.filter(order__increment_id="A").update(
        tried_at=clock.now() - timedelta(days=1)
    )
    reconcile_orders()
    assert asked(orderflow)[3:] == ["C", "A"]


def test_an_unknown_order_is_a_problem_until_it_is_announced_and_fetched_again(
    website: Website, orderflow: FakeOrderFlow, boss: Client
) -> None:
    order = make_exported(website, "000000005")
    orderflow.answers = [UNKNOWN]
    assert reconcile_orders() == "1 order asked for: 1 unknown to OrderFlow."
    watch()
    problem = open_problems(UNKNOWN_ORDER).get()
    assert problem.subject == "000000005"
    assert problem.text.endswith("that it does not know it.")
    assert problem.website == website

    assert "Announce it again?" in boss.get(problem.url).content.decode()
    boss.post(problem.url)
    assert "order/update.xml" in orderflow.heard[-1].path
    watch()
    assert open_problems(UNKNOWN_ORDER).exists()

    fetch_order(order.pk, caller=Caller(1, "wms", frozenset({ORDERFLOW_IMPORT})))
    watch()
    assert not open_problems(UNKNOWN_ORDER).exists()
    assert "Announce Again" not in page_of(boss, order)


@pytest.mark.parametrize("end", ["known", "canceled", "deleted"])
def test_the_problem_ends_when_the_order_is_known_or_nothing_is_left_to_do(
    end: str, website: Website, orderflow: FakeOrderFlow
) -> None:
    order = make_exported(website, "000000005")
    orderflow.answers = [UNKNOWN, DETAIL]
    ask_order(order)
    watch()
    assert open_problems(UNKNOWN_ORDER).exists()

    if end == "known":
        ask_order(order)
    elif end == "canceled":
        Order.objects.update(state=Order.State.CANCELED)
    else:
        order.delete()
    watch()
    assert not open_problems(UNKNOWN_ORDER).exists()


def test_many_unknown_orders_are_told_as_one_beyond_fifty(website: Website) -> None:
    for number in range(52):
        order = make_exported(website, f"{number:09}")
        now = clock.now()
        OrderAnswer.objects.create(order=order, verdict="unknown", tried_at=now, answered_at=now)
    watch()

    problems = open_problems(UNKNOWN_ORDER)
    assert problems.count() == 51
    assert problems.get(subject="further orders").count == 2


def test_asking_by_hand_shows_the_answer_as_it_came_when_and_by_whom(
    website: Website, orderflow: FakeOrderFlow, boss: Client
) -> None:
    order = make_exported(website, "000000005", days=0)
    orderflow.answers = [DETAIL]
    url = f"/admin/sales/order/{order.pk}/ask/"
    assert url in page_of(boss, order)

    answer = boss.post(url, follow=True).content.decode()

    assert "OrderFlow has answered." in answer
    assert "&lt;note&gt;café&lt;/note&gt;" in answer
    assert " by boss</figcaption>" in answer
    assert "Announce Again" not in answer
    order.refresh_from_db()
    assert order.orderflow_export_status == ExportStatus.EXPORTED


def test_asking_by_hand_offers_to_announce_an_unknown_order_again(
    website: Website, orderflow: FakeOrderFlow, boss: Client
) -> None:
    order = make_exported(website, "000000005")
    orderflow.answers = [UNKNOWN]

    answer = boss.post(f"/admin/sales/order/{order.pk}/ask/", follow=True).content.decode()

    assert "OrderFlow does not know order 000000005. Announce it again." in answer
    assert f"/admin/sales/order/{order.pk}/announce/" in answer


def test_an_order_that_orderflow_was_never_told_of_is_not_asked_for(
    website: Website, boss: Client
) -> None:
    order = make_order(items=[("MUG", 1)], store=make_store(website))
    assert f"/admin/sales/order/{order.pk}/ask/" not in page_of(boss, order)


def test_an_orderflow_that_fails_is_asked_once_a_run_and_leaves_the_answer_alone(
    website: Website, orderflow: FakeOrderFlow, boss: Client
) -> None:
    first, second = (
        make_exported(website, number, days=day) for number, day in (("A", 9), ("B", 8))
    )
    orderflow.answers = [DETAIL, Answer(b"no", status=503), Answer(b"no", status=503)]
    ask_order(first, by="alice")
    OrderAnswer.objects.update(tried_at=clock.now() - timedelta(days=3))
    ask_order(second)
    OrderAnswer.objects.filter(order=second).update(tried_at=clock.now() - timedelta(days=2))

    with pytest.raises(OrdersNotAsked, match="order A: OrderFlow answered 503"):
        reconcile_orders()

    assert asked(orderflow) == ["A", "B", "A"]
    kept = OrderAnswer.objects.get(order=first)
    assert (kept.verdict, kept.asked_by) == ("answered", "alice")
    # So that one order cannot keep the others from being asked for.
    assert kept.tried_at > timezone.now() - timedelta(minutes=1)
    said = boss.post(f"/admin/sales/order/{second.pk}/ask/", follow=True).content.decode()
    assert "OrderFlow has answered." in said


def test_a_refusal_concludes_nothing(website: Website, orderflow: FakeOrderFlow) -> None:
    order = make_exported(website, "000000005")
    orderflow.answers = [Answer(b"<response><exception>busy \xff</exception></response>")]
    ask_order(order)
    watch()

    assert OrderAnswer.objects.get().verdict == "refused"
    assert not open_problems(UNKNOWN_ORDER).exists()


def test_a_long_answer_is_cut(website: Website, orderflow: FakeOrderFlow) -> None:
    orderflow.answers = [Answer(b"<order>" + b"x" * 2 * LONGEST_TEXT + b"</order>")]
    ask_order(make_exported(website, "000000005"))
    assert len(OrderAnswer.objects.get().text) == LONGEST_TEXT


def test_the_job_is_off_until_it_is_switched_on(website: Website, orderflow: FakeOrderFlow) -> None:
    job = next(each for each in JOBS if each.name == "orderflow_reconcile_orders")
    assert not job.is_enabled()
    store(Reconciliation, orders_are_asked_for=True)
    assert job.is_enabled()
    make_exported(website, "000000005")

    run = run_job(order_run(job, now=clock.now()).pk)
    assert (run.status, run.summary) == ("success", "1 order asked for: 1 answered.")


def test_without_an_orderflow_the_job_is_skipped() -> None:
    with pytest.raises(JobNotReady):
        reconcile_orders()
