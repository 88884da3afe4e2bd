"""What requeueing and closing would change: done by the real thing, looked at, undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports.admin.previews import preview_recovery, preview_requeue
from exports.models import Export
from exports.selectors import EXPORT_STATES
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.exports.shop import make_due_orders, make_due_products, make_shop
from tests.snapshots import snapshot

pytestmark = pytest.mark.django_db


def given_up(rows):
    rows.update(
        orderflow_export_status=ExportStatus.FAILED,
        orderflow_due_at=None,
        orderflow_attempts=5,
        orderflow_last_error="OrderFlow refused it.",
    )


def test_a_requeue_is_previewed_with_the_export_state_before_and_after(orderflow):
    make_due_products(make_shop(orderflow), 1)
    given_up(ProductWebsite.objects.all())

    (change,) = preview_requeue(Entity.PRODUCT, ProductWebsite.objects.all()).changes

    assert change.before.orderflow_export_status == ExportStatus.FAILED
    assert change.after.orderflow_export_status == ExportStatus.PENDING
    assert change.before.orderflow_due_at is None
    assert change.after.orderflow_due_at is not None


@pytest.mark.parametrize("entity", [Entity.PRODUCT, Entity.ORDER])
def test_a_preview_leaves_no_trace(orderflow, entity):
    website = make_shop(orderflow)
    make_due_products(website, 2)
    make_due_orders(website, 2)
    rows = EXPORT_STATES[entity]._default_manager.all()
    given_up(rows)
    before = snapshot()

    preview = preview_requeue(entity, rows)

    assert len(preview.changes) == 2
    assert snapshot() == before


def test_what_orderflow_has_got_would_not_change(orderflow):
    make_due_orders(make_shop(orderflow), 1)
    Order.objects.update(orderflow_export_status=ExportStatus.EXPORTED)

    assert preview_requeue(Entity.ORDER, Order.objects.all()).changes == []


def test_closing_a_dead_runs_request_is_previewed_line_by_line(orderflow):
    website = make_shop(orderflow)
    (product,) = make_due_products(website, 1)
    request = Request.objects.create(
        type=RequestType.EXPORT,
        entity=Entity.PRODUCT,
        operation=Operation.CREATE,
        message_id="abc",
        website=website,
        lines=[{"sku": product.sku}],
        line_count=1,
        claimed_until=timezone.now() - timedelta(minutes=1),
    )
    before = snapshot()

    (line,) = preview_recovery(request).lines

    assert line.reference == product.sku
    assert "The run stopped" in line.reason
    assert snapshot() == before
    assert not Export.objects.exists()
