"""What plugins hear of, when it is committed; and that one that fails keeps nobody from hearing."""

from dataclasses import asdict

import pytest
from django.db import transaction

from exports.cron import export_products_create
from exports.fetching import mark_exported_by_reference
from imports.inbox import accept_inventory, accept_shipment
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.plugins.models import HookFailure
from orderflow_bridge.problems.kinds import JOB_FAILED
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems
from tests.exports.shop import make_due_products, make_shop
from tests.factories import make_order, make_product, make_source
from tests.imports.despatches import stored_despatch
from tests.plugins.switching import switched_on

pytestmark = pytest.mark.django_db(transaction=True)


class Listener:
    """Keeps what it is told, under the hooks' names."""

    def __init__(self):
        self.heard = []

    @property
    def hooks(self):
        return {
            "message_accepted": lambda message: self.note("message_accepted", [message]),
            "batch_applied": lambda messages: self.note("batch_applied", messages),
            "shipments_booked": lambda shipments: self.note("shipments_booked", shipments),
            "exports_settled": lambda exports: self.note("exports_settled", exports),
            "problems_opened": lambda problems: self.note("problems_opened", problems),
            "problems_ended": lambda problems: self.note("problems_ended", problems),
        }

    def note(self, hook, told):
        self.heard += [(hook, asdict(each)) for each in told]

    def of(self, hook, *members):
        return [tuple(one[name] for name in members) for each, one in self.heard if each == hook]


def failing(hooks):
    """Return functions for the same hooks that always raise."""

    def fail():
        raise OSError("gone")

    return dict.fromkeys(hooks, fail)


def accept(message_id, *quantities):
    sequences = [(sku, "7", None) for sku, _, _ in quantities]
    accept_inventory(
        quantities=quantities,
        sequences=sequences,
        message_id=message_id,
        body=b"<x/>",
        received_by="orderflow",
    )


def test_a_plugin_hears_of_a_message_and_of_its_batch_and_of_the_problems_it_brings():
    make_source()
    make_product("A")
    listener = Listener()

    with switched_on(ears=listener.hooks):
        accept("71", ("A", "5", None), ("nowhere", "5", None))
        process_imports(Entity.INVENTORY)

    assert listener.of("message_accepted", "entity", "message_id", "lines", "received_by") == [
        ("inventory", "71", 2, "orderflow")
    ]
    assert listener.of("batch_applied", "entity", "message_id", "successes", "failures") == [
        ("inventory", "71", 1, 1)
    ]
    assert listener.of("problems_opened", "kind", "subject", "severity") == [
        ("unknown_sku", "nowhere", "warning")
    ]


def test_a_problem_that_goes_on_is_told_once_and_its_end_too():
    listener = Listener()

    with switched_on(ears=listener.hooks):
        for _ in range(2):
            raise_problems([Finding(JOB_FAILED, "Watch", "The job failed.")])
        end_problems(JOB_FAILED)
        end_problems(JOB_FAILED)

    problem = Problem.objects.get()
    assert listener.of("problems_opened", "problem_id") == [(problem.pk,)]
    assert listener.of("problems_ended", "problem_id", "ended_at") == [
        (problem.pk, problem.resolved_at)
    ]


def test_what_is_rolled_back_is_not_told():
    listener = Listener()

    with switched_on(ears=listener.hooks), transaction.atomic():
        raise_problems([Finding(JOB_FAILED, "Watch", "The job failed.")])
        accept("71", ("A", "5", None))
        transaction.set_rollback(True)

    assert listener.heard == []


def test_a_plugin_hears_of_shipments():
    make_source()
    order = make_order(items=[("A", 2)])
    listener = Listener()

    with switched_on(ears=listener.hooks):
        accept_shipment(
            despatch=stored_despatch(order, ("A", 2)),
            message_id="72",
            body=b"<x/>",
            received_by="orderflow",
        )
        process_imports(Entity.SHIPMENT)

    [(number, quantity)] = listener.of("shipments_booked", "order_number", "quantity")
    assert (number, quantity) == (order.increment_id, 2)


def test_a_plugin_hears_of_what_was_announced_and_of_what_was_marked(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    listener = Listener()

    with switched_on(ears=listener.hooks):
        export_products_create()
        mark_exported_by_reference(Entity.PRODUCT, product.sku, body=b"", received_by="orderflow")
        mark_exported_by_reference(Entity.PRODUCT, "nowhere", body=b"", received_by="orderflow")

    assert listener.of("exports_settled", "entity", "reference", "outcome") == [
        ("product", product.sku, "announced"),
        ("product", product.sku, "exported"),
        ("product", "nowhere", "failed"),
    ]


def test_a_plugin_that_fails_over_all_it_hears_keeps_nothing_from_happening_and_nobody_from_it():
    make_source()
    make_product("A")
    listener = Listener()

    with switched_on(deaf=failing(listener.hooks), ears=listener.hooks):
        accept("71", ("A", "5", None), ("nowhere", "5", None))
        done = process_imports(Entity.INVENTORY)
        end_problems(Problem.objects.get(kind="unknown_sku").known_kind)

    assert done.successes == 1
    assert {hook for hook, _ in listener.heard} == {
        "message_accepted", "batch_applied", "problems_opened", "problems_ended",
    }  # fmt: skip
    failures = HookFailure.objects.filter(plugin="deaf").values_list("hook", "text")
    assert {hook for hook, _ in failures} == {hook for hook, _ in listener.heard}
    assert {text for _, text in failures} == {"OSError: gone"}
