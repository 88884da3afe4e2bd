"""What docs/webhooks.md promises, whatever happens in whatever order, to each receiver."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.outbox.webhooks.delivery import claim, connected, deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.receivers import pause_receiver, resume_receiver, written
from orderflow_bridge.outbox.webhooks.services import replay
from tests.factories import make_product, make_source, make_website
from tests.fakes import Answer
from tests.imports.stock import queue
from tests.outbox.webhooks.shop import Shop, listen, write_event

PAST = "2020-01-01T00:00:00Z"
SKUS = ("MUG", "CUP")
STEP = st.one_of(
    st.tuples(st.just("order"), st.sampled_from(("5", "6"))),
    st.tuples(st.just("stock"), st.sampled_from(SKUS)),
    st.tuples(st.just("deliver"), st.lists(st.sampled_from((200, 200, 500, 0)), max_size=3)),
    st.tuples(st.just("crash"), st.integers(0, 1)),
    st.tuples(st.just("pause"), st.integers(0, 1)),
    st.tuples(st.just("resume"), st.integers(0, 1)),
    st.tuples(st.just("replay"), st.integers(0, 1)),
)


class Story:
    """A shop with two receivers, to which things happen."""

    def __init__(self, shops: tuple[Shop, Shop]) -> None:
        self.shops = shops
        for table in (WebhookEvent, WebhookReceiver, SourceItem):
            table.objects.all().delete()
        written()
        website = make_website()
        self.receivers = [
            listen(shop, website, name=name, max_attempts=99, parallel_calls=2)
            for shop, name in zip(shops, ("ERP", "BI"), strict=True)
        ]
        for shop in shops:
            shop.heard.clear()
            shop.answers = []
        for sku in SKUS:
            product = make_product(f"{sku}-{website.pk}")
            product.websites.add(website)
        self.website = website
        self.number = 0
        self.orders: dict[str, list[int]] = {}
        self.newest: dict[str, int] = {}
        self.was_replayed = False

    def do(self, what: str, how: Any) -> None:
        self.number += 1
        getattr(self, what)(how)

    def order(self, reference: str) -> None:
        write_event(self.receivers[0], reference, {"order": reference, "number": self.number})
        self.orders.setdefault(reference, []).append(self.number)

    def stock(self, sku: str) -> None:
        self.newest[f"{sku}-{self.website.pk}"] = self.number
        queue((f"{sku}-{self.website.pk}", self.number, self.number))
        process_imports(Entity.INVENTORY)

    def deliver(self, answers: list[int]) -> None:
        self.shops[0].answers = [
            Answer(status=each) if each else Answer(reset=True) for each in answers
        ]
        deliver_webhooks()
        self.make_due()

    def crash(self, place: int) -> None:
        """Let a worker die after it has posted, before it wrote that down."""
        receiver = self.receivers[place]
        claimed = claim(receiver.pk, limit=2, lease=timedelta(0))
        with connected(receiver, until=float("inf")) as line:
            list(line.post_all(claimed))
        self.make_due()

    def pause(self, place: int) -> None:
        pause_receiver(self.receivers[place], why="A test.", by="anna")

    def resume(self, place: int) -> None:
        resume_receiver(self.receivers[place])

    def replay(self, place: int) -> None:
        self.was_replayed |= bool(
            replay(WebhookEvent.objects.filter(receiver=self.receivers[place]))
        )

    def make_due(self) -> None:
        WebhookEvent.objects.filter(status="waiting").update(due_at=PAST)

    def end(self) -> None:
        for place, shop in enumerate(self.shops):
            shop.answers = []
            self.resume(place)
        for _ in range(2):
            self.make_due()
            deliver_webhooks()


@pytest.fixture
def ground(db: None, shop: Shop, other_shop: Shop) -> tuple[Shop, Shop]:
    make_source()
    return shop, other_shop


@given(steps=st.lists(STEP, min_size=4, max_size=14))
@example(steps=[("stock", "MUG"), ("crash", 0), ("stock", "MUG"), ("deliver", [])])
@example(steps=[("stock", "MUG"), ("deliver", []), ("replay", 0), ("stock", "MUG"), ("crash", 0)])
@example(steps=[("order", "5"), ("order", "5"), ("crash", 0), ("deliver", [200, 500])])
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_each_receiver_gets_all_in_order_and_the_newest_stock(
    ground: tuple[Shop, Shop], steps: list[tuple[str, Any]]
) -> None:
    story = Story(ground)
    for what, how in steps:
        story.do(what, how)
    story.end()

    assert not WebhookEvent.objects.filter(status__in=("waiting", "given_up")).exists()
    for shop, receiver in zip(ground, story.receivers, strict=True):
        told = [body["data"] for body in shop.told()]
        for reference, numbers in story.orders.items():
            heard = [each["number"] for each in told if each.get("order") == reference]
            assert set(heard) == set(numbers), "every event came"
            assert story.was_replayed or heard == sorted(heard), "in its order"
        for sku, newest in story.newest.items():
            figures = [each["sequence_id"] for each in told if each.get("sku") == sku]
            assert figures == sorted(figures), "no older figure after a newer one"
            assert figures[-1] == newest
        ids = set(shop.ids())
        known = WebhookEvent.objects.filter(receiver=receiver)
        settled = set(known.filter(status="delivered").values_list("event_id", flat=True))
        assert settled <= ids
        assert known.filter(kind=Kind.ORDER_EXPORTED).count() == sum(
            map(len, story.orders.values())
        )
