"""What must hold once everything has come to rest."""

import json
from typing import Any

from tests.hosts.installation import Installation
from tests.hosts.sending import SKUS, OrderFlow
from tests.supervisor.servers import wait_until

# The leases of what was killed run out, as they do by themselves after some minutes.
EXPIRE = """
from orderflow_bridge.request_queue.models import Request
waiting = Request.objects.filter(processed_at=None)
waiting.update(claimed_until=None, retry_at=None)
print(waiting.count())
"""
COUNT = """
import json
from collections import Counter
from imports.models import ImportLine
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Shipment
done = ImportLine.objects.filter(result=1, parent__entity=1).values_list("reference", "sequence_id")
print(json.dumps({
    "messages": sorted(set(map(int, Request.objects.filter(entity=1)
                               .values_list("message_id", flat=True)))),
    "twice": [pair for pair, count in Counter(done).items() if count > 1],
    "shipments": Counter(Shipment.objects.values_list("order__increment_id", flat=True)),
    "stock": {sku: int(quantity) for sku, quantity in SourceItem.objects.values_list(
        "product__sku", "quantity").filter(product__sku__in=%r)},
}))
"""


def settled(installation: Installation) -> dict[str, Any]:
    """Let the workers apply what is left, and return what is in the database then."""
    wait_until(lambda: installation.ask(EXPIRE).strip() == "0", seconds=180)
    found: dict[str, Any] = json.loads(installation.ask(COUNT % (SKUS,)))
    return found


def assert_exact(found: dict[str, Any], sent: OrderFlow) -> None:
    """Every acknowledged message is there, and its effect once."""
    assert len(sent.stock) >= 16
    assert sent.despatched
    assert sent.stock - set(found["messages"]) == set()
    assert found["twice"] == []
    assert [found["shipments"].get(order) for order in sent.despatched] == [1] * len(
        sent.despatched
    )
    highest = {sku: max(n for n in found["messages"] if SKUS[n % 3] == sku) for sku in SKUS}
    assert found["stock"] == highest
