"""Whatever is pushed, decided and interrupted in whatever order: the stock is as the rules say.

The model is a dictionary: a figure counts if it is newer than what was applied, and not discarded.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.inventory.mass_changes import held_mass_change
from imports.mass_change_decisions import apply_change, discard_change, undo_change
from imports.models import Import, ImportLine, MassChange, StockWatch
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.request_queue.claiming import claim_requests
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import held_requests
from tests.imports.mass import configure, make_shop, push
from tests.imports.stock import process, stock

pytestmark = pytest.mark.django_db

COUNT, FULL = 10, 7


@dataclass
class Model:
    """What the shop must look like: quantity and mark of each SKU, and what waits."""

    quantities: list[int] = field(default_factory=lambda: [FULL] * COUNT)
    marks: list[int] = field(default_factory=lambda: [1] * COUNT)

    def apply(self, numbers: list[int], quantity: int, sequence_id: int) -> None:
        for number in numbers:
            if sequence_id > self.marks[number]:
                self.quantities[number], self.marks[number] = quantity, sequence_id


PUSHES = st.tuples(
    st.just("push"),
    st.lists(st.integers(0, COUNT - 1), min_size=1, max_size=COUNT, unique=True),
    st.sampled_from([0, 0, 5]),
)
ACTS = st.sampled_from(["process", "process one", "crash", "apply", "discard", "undo"])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.one_of(PUSHES, ACTS.map(lambda act: (act,))), max_size=14))
def test_any_course_of_pushes_and_decisions_ends_in_the_right_stock(
    steps: list[tuple[Any, ...]],
) -> None:
    for table in (ImportLine, Import, MassChange, StockWatch, Request, SourceItem, Problem):
        table.objects.all().delete()
    skus = make_shop(COUNT)
    configure(mass_change_at_least=4, mass_change_share=40)
    model, waiting = Model(), {}
    for number, step in enumerate(steps, start=2):
        if step[0] == "push":
            _, numbers, quantity = step
            request = push([skus[each] for each in numbers], quantity, number)
            waiting[request.pk] = (numbers, quantity, number)
        else:
            _act(step[0], model, waiting)
        _nothing_but_what_was_applied(model, waiting)

    while held_mass_change() or waiting:
        _act("apply", model, waiting)
        _act("process", model, waiting)
        _nothing_but_what_was_applied(model, waiting)
    assert not Problem.objects.filter(resolved_at=None).exists()


def _act(act: str, model: Model, waiting: dict[int, tuple[list[int], int, int]]) -> None:
    change = held_mass_change()
    if act == "process":
        process()
    elif act == "process one":
        process(limit=1)
    elif act == "crash":
        # A worker takes messages and is never heard of again.
        claims = claim_requests(type=RequestType.IMPORT, entity=Entity.INVENTORY, limit=2)
        Request.objects.filter(pk__in=[claim.id for claim in claims]).update(claimed_until=None)
    elif act == "apply" and change:
        apply_change(change, by="alice")
    elif act == "discard" and change:
        discard_change(change, by="alice")
        for request_id in change.request_ids:
            del waiting[request_id]
    elif act == "undo" and change:
        before = list(model.quantities)
        try:
            undone = undo_change(change, by="alice")
        except ActionNotAvailable:
            return
        for each in undone.put_back:
            number = int(each.product.sku.removeprefix("P-"))
            assert before[number] <= 0 < each.quantity
            model.quantities[number] = int(each.quantity)


def _nothing_but_what_was_applied(
    model: Model, waiting: dict[int, tuple[list[int], int, int]]
) -> None:
    """Follow what has been processed since, and compare the shop with the model."""
    done = Request.objects.filter(pk__in=waiting, processed_at__isnull=False)
    for request_id in done.order_by("message_number", "id").values_list("pk", flat=True):
        model.apply(*waiting.pop(request_id))
    assert {key[0]: (value[0], value[2]) for key, value in stock().items()} == {
        f"P-{number}": (quantity, mark)
        for number, (quantity, mark) in enumerate(zip(model.quantities, model.marks, strict=True))
    }
    held = set(held_requests().values_list("pk", flat=True))
    change = held_mass_change()
    assert held == (set(change.request_ids) if change else set())
    assert Problem.objects.filter(resolved_at=None).count() == int(change is not None)
