"""A batch of despatches costs the same number of statements, whatever its size."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from imports.inventory.unknown_skus import sku_aliases
from imports.shipments import apply_shipments
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.selectors import (
    email,
    forget,
    general,
    inventory_import,
    shipment_import,
)
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.request_queue.services import Claim
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.order_statuses import default_statuses
from tests.factories import make_configurable_item, make_order, make_source, make_store
from tests.imports.despatches import a_despatch
from tests.outbox.webhooks.shop import make_receiver

pytestmark = pytest.mark.django_db

SIZES = (1, 10, 50)


def messages(count: int, lines: int) -> Iterator[Claim]:
    """Yield one message per order, with everything a message can bring, over two store views."""
    stores = [make_store(), make_store()]
    for number in range(count):
        skus = [f"S-{line}" for line in range(lines)]
        order = make_order(items=[(sku, 2) for sku in skus], store=stores[number % 2])
        make_configurable_item(order, "CONF", 1)
        yield a_despatch(
            number,
            order,
            *((sku, 1, "eu") for sku in skus),
            ("CONF", 1),
            email="1",
            includeComment="1",
            comment="On its way",
            trackingNumber=f"T{number}",
        )


def statements(count: int, lines: int = 2) -> int:
    """Count the statements of one batch; what rarely changes is remembered, as in a worker."""
    claims = list(messages(count, lines))
    forget()  # its websites are new
    for website in Website.objects.all():
        email(website)
    general()
    inventory_import()
    shipment_import()
    default_statuses()
    sku_aliases()
    listening_to(Kind.SHIPMENT_CREATED)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        imports = apply_shipments(claims)
    assert {report.successes for report in imports} == {1}
    return len(captured)


def test_a_batch_costs_the_same_statements_whatever_its_size() -> None:
    make_source("eu")
    counts = {size: statements(size) for size in SIZES}

    assert len(set(counts.values())) == 1, counts
    assert counts[1] <= 18


def test_long_messages_cost_no_more_statements_than_short_ones() -> None:
    make_source("eu")

    assert statements(20, lines=15) == statements(20, lines=1)


def test_with_several_sources_a_batch_costs_the_same_statements_too() -> None:
    make_source("eu")
    write_settings(InventoryImport, {"multi_source_enabled": True})
    statements(1)  # makes the source items, which were missing
    counts = {size: statements(size) for size in SIZES}

    assert len(set(counts.values())) == 1, counts
    assert counts[1] <= 25


def test_telling_shops_of_their_shipments_costs_one_statement_more() -> None:
    make_source("eu")
    before = statements(5)
    make_receiver()

    assert statements(5) == statements(20) == before + 1
    assert WebhookEvent.objects.count() == 25 * 2  # each order leaves from two sources
