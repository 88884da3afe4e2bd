"""Lines and despatches that fail are problems until what they wanted has come about."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.worded import Worded
from orderflow_bridge.configuration.selectors import sections_read
from orderflow_bridge.problems.kinds import DESPATCH_FAILED, STOCK_FAILED, UNKNOWN_SKU
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.sales.models import Order
from orderflow_bridge.watch.services import watch
from tests.factories import make_order, make_product, make_request, make_source, make_user
from tests.imports.despatches import a_despatch, an_order, ship
from tests.imports.stock import apply, process, queue, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _source() -> None:
    make_source()


def told(kind: Any = None) -> list[str]:
    """Return what is wrong, oldest first."""
    rows = Problem.objects.filter(resolved_at=None)
    return list(
        (rows.filter(kind=kind.name) if kind else rows)
        .order_by("id")
        .values_list("text", flat=True)
    )


def test_an_unknown_sku_is_one_problem_that_counts_its_lines() -> None:
    apply(("NO-SUCH-SKU", 5, 1), message_id=71)
    queued = queue(("no-such-sku", 7, 2), ("NO-SUCH-SKU", 8, 3), message_id=72)
    process()

    problem = open_problems(UNKNOWN_SKU).get()
    assert (problem.subject, problem.count) == ("NO-SUCH-SKU", 3)
    assert problem.text == "SKU NO-SUCH-SKU is unknown: OrderFlow counts 8 at source default."
    assert problem.evidence["request"] == queued.pk
    assert problem.evidence["sequence_id"] == 3


def test_an_unknown_sku_ends_when_the_product_is_made() -> None:
    apply(("Größe", 5, 1), ("OTHER", 5, 1))
    make_product("GRÖßE")
    watch()

    assert [problem.subject for problem in open_problems(UNKNOWN_SKU)] == ["OTHER"]
    assert Problem.objects.get(subject="Größe").resolved_at


def test_an_unknown_source_is_one_problem_until_it_exists() -> None:
    for sku in "AB":
        make_product(sku)
    apply(("A", 5, 1, "mars"), ("B", 6, 1, "mars"))

    problem = open_problems(STOCK_FAILED).get()
    assert (problem.subject, problem.count) == ("mars", 2)
    assert problem.text == 'Source "mars" does not exist: OrderFlow counts 6 of SKU B there.'

    watch()
    assert told() == [problem.text]
    make_source("mars")
    watch()
    assert not told()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (("A", "abc", 10), 'Quantity "abc" is not valid.'),
        (("A", 5, None), "Sequence ID is missing."),
        (("A", 5, "x"), 'Sequence ID "x" is not valid.'),
    ],
)
def test_an_unreadable_line_stands_until_a_newer_figure_is_applied(line: Any, text: str) -> None:
    make_product("A")
    apply(("A", 3, 9))
    apply(line)
    whole = f"OrderFlow's figure of SKU A at source default was not applied: {text}"
    watch()
    assert told() == [whole]

    apply(("A", 4, 8))
    watch()
    assert told() == [whole]

    apply(("A", 4, 11))
    watch()
    assert not told()


def test_the_same_fault_with_another_value_is_the_same_problem() -> None:
    make_product("A")
    apply(("A", "abc", 1))
    apply(("A", "def", 2))

    assert open_problems(STOCK_FAILED).get().count == 2


def test_a_type_that_holds_no_stock_stands_until_it_does() -> None:
    product = make_product("SET", type_id=Product.Type.BUNDLE)
    apply(("SET", 5, 1))
    watch()
    problem = open_problems(STOCK_FAILED).get()
    assert 'Product type "bundle" does not hold stock.' in problem.text
    assert f"/{product.pk}/" in problem.url

    Product.objects.update(type_id=Product.Type.SIMPLE)
    watch()
    assert not told()


def test_what_names_no_sku_ends_after_a_day_without_another() -> None:
    make_request(lines=[], message_id="71")
    make_request(lines=[stored("", 5, 1)], message_id="72")
    apply(("X" * 65, 5, 1))
    process()
    texts = [
        f"SKU {'X' * 65} is longer than 64 characters.",
        "Message 71 has no lines: nothing was imported.",
        "Message 72 has a line without a SKU, which was not applied.",
    ]
    watch()
    assert sorted(told()) == sorted(texts)

    watch(now=timezone.now() + timedelta(days=1, minutes=1))
    assert not open_problems(STOCK_FAILED).exists()


def statements(lines: int) -> int:
    make_product(f"GOOD-{lines}")
    request = queue(
        (f"GOOD-{lines}", 1, 1),
        *((f"{lines}-{number}", number, 1) for number in range(lines)),
        *((f"GOOD-{lines}", "abc", number) for number in range(lines)),
    )
    with CaptureQueriesContext(connection) as captured:
        process(ids=[request.pk])
    assert open_problems(UNKNOWN_SKU).filter(subject__startswith=f"{lines}-").count() == lines
    return len(captured)


def test_ten_failed_lines_cost_as_many_statements_as_ten_thousand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Settings and receivers are read anew every five seconds, which a slow machine counts.
    monkeypatch.setattr(sections_read, "seconds", 3_600.0)
    statements(1)
    assert statements(10) == statements(10_000)


def test_every_problem_of_a_line_leads_to_a_page(client: Any) -> None:
    make_product("A")
    make_product("SET", type_id=Product.Type.BUNDLE)
    apply(("A", "abc", 1), ("A", 1, 1, "mars"), ("SET", 1, 1), ("NOPE", 1, 1), ("", 1, 1))
    ship(a_despatch(38, "000000099", ("A", 1)))
    client.force_login(make_user("boss", is_superuser=True, is_staff=True))

    urls = list(Problem.objects.values_list("url", flat=True))

    assert len(urls) == 6
    assert {client.get(url).status_code for url in urls} == {200}
    assert all(Problem.objects.values_list("remedy", flat=True))


def test_a_despatch_that_fails_is_critical_and_tells_of_its_order_and_website() -> None:
    order = an_order()
    ship(a_despatch(38, order, ("A", 3)))

    problem = open_problems(DESPATCH_FAILED).get()
    assert problem.get_severity_display() == "Critical"
    assert (problem.subject, problem.website) == ("000000005", order.store.website)
    assert problem.text == (
        "Despatch 38 of order 000000005 was not booked: The quantity to ship must not be greater"
        ' than the unshipped quantity for product SKU "A".'
    )


def test_two_despatches_of_an_order_are_two_problems_and_a_repetition_is_none() -> None:
    order = an_order(state="holded", status="holded")
    for number in (38, 39, 38):
        ship(a_despatch(number, order, ("A", 1)))

    problems = open_problems(DESPATCH_FAILED).order_by("id")
    counts = [(problem.evidence["message_id"], problem.count) for problem in problems]
    assert counts == [("38", 2), ("39", 1)]


def test_a_despatch_ends_when_it_is_booked() -> None:
    order = an_order(state="holded", status="holded")
    ship(a_despatch(38, order, ("A", 1)), a_despatch(39, order, ("A", 1)))
    Order.objects.update(state="processing", status="processing")
    ship(a_despatch(38, order, ("A", 1)))
    watch()

    assert open_problems(DESPATCH_FAILED).get().evidence["message_id"] == "39"


def test_an_unknown_order_that_has_come_is_told_of_once() -> None:
    ship(a_despatch(38, "000000005", ("A", 3)))
    watch()
    assert "does not exist" in open_problems(DESPATCH_FAILED).get().text

    order = an_order()
    watch()
    assert open_problems(DESPATCH_FAILED).count() == 1
    ship(a_despatch(38, order, ("A", 3)))
    watch()
    assert "must not be greater" in open_problems(DESPATCH_FAILED).get().text


def test_a_shipment_by_hand_stands_for_the_only_failed_despatch() -> None:
    one, two = an_order(("A", 2)), make_order(items=[("A", 2)])
    ship(
        a_despatch(38, one, ("A", 3)),
        a_despatch(40, two, ("A", 3)),
        a_despatch(41, two, ("A", 4)),
    )
    for order in (one, two):
        order.shipments.create(increment_id=f"S{order.pk}")
    watch()
    assert set(open_problems(DESPATCH_FAILED).values_list("subject", flat=True)) == {
        two.increment_id
    }


def test_nothing_is_asked_of_the_problems_while_all_goes_well() -> None:
    make_product("A")
    order = make_order(items=[("A", 1)])
    queue(("A", 1, 1))
    with CaptureQueriesContext(connection) as captured:
        process()
        ship(a_despatch(1, order, ("A", 1)))

    assert order.shipments.exists()
    assert not [query for query in captured if "problems_" in query["sql"]]


def test_whatever_failed_is_told_in_the_readers_language_too() -> None:
    make_product("A")
    make_product("SET", type_id=Product.Type.BUNDLE)
    apply(("A", "abc", 1), ("A", 6, 2, "mars"), ("NO-SUCH-SKU", "7.5", 3), ("SET", 5, 4))
    make_request(lines=[], message_id="71")
    make_request(lines=[stored("", 5, 1)], message_id="72")
    apply(("X" * 65, 5, 1))
    process()

    problems = Problem.objects.all()

    assert len(problems) == 7
    for problem in problems:
        assert Worded(problem.wording["text"]) == problem.text
        assert Worded(problem.wording["remedy"]) == problem.remedy
    with translation.override("de"):
        assert problems.get(subject="mars").shown_text == (
            "Die Quelle „mars“ gibt es nicht: OrderFlow zählt dort 6 der SKU A."
        )
