"""After the cleaning an old message is still an old message."""

import pytest

from imports.models import Import, ImportLine
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.jobs.cleaning import clean_logs
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Shipment
from tests.factories import make_order, make_product, make_request, make_source
from tests.imports.despatches import stored_despatch
from tests.jobs.cleaning.samples import MIDNIGHT, NOW

pytestmark = pytest.mark.django_db(transaction=True)

DESPATCH = stored_despatch("000000005", ("24-MB01", 1))


def forget_history():
    """Make everything processed so far old, and clean."""
    Request.objects.update(created_at=MIDNIGHT)
    Import.objects.update(created_at=MIDNIGHT)
    ImportLine.objects.all().delete()
    clean_logs(now=NOW)
    assert not Request.objects.exists()
    assert not Import.objects.exists()


def stock_message(number, quantity, sequence):
    """Deliver a stock message and apply it; return its line's result."""
    make_request(message_id=number, lines=[["24-MB01", quantity, None, sequence, None]])
    process_imports(Entity.INVENTORY)
    return ImportLine.objects.latest("id").result


def test_a_stock_message_delivered_again_after_the_cleaning_is_not_applied_again():
    make_source()
    make_product("24-MB01")
    stock_message(70, "95", "506")
    stock_message(71, "90", "507")
    forget_history()

    assert stock_message(71, "90", "507") == Result.DUPLICATE
    assert stock_message(70, "95", "506") == Result.SUPERSEDED
    assert SourceItem.objects.get().quantity == 90


def test_a_despatch_message_delivered_again_after_the_cleaning_ships_nothing_more():
    make_source()
    make_order(items=[("24-MB01", 2)], increment_id="000000005")
    make_request(entity=Entity.SHIPMENT, message_id=38, lines=[DESPATCH])
    process_imports(Entity.SHIPMENT)
    forget_history()

    make_request(entity=Entity.SHIPMENT, message_id=38, lines=[DESPATCH])
    process_imports(Entity.SHIPMENT)

    assert Shipment.objects.count() == 1
    assert ImportLine.objects.latest("id").result == Result.DUPLICATE
