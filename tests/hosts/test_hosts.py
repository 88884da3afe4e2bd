"""Eleven hosts, any of which loses its power or has a wrong clock while messages come in.

Nothing that was acknowledged is lost, nothing is applied twice, and both workers work.
"""

import base64
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from tests.hosts.exactness import assert_exact, settled
from tests.hosts.installation import (
    BRIDGES,
    SERVERS,
    WEB,
    WORKERS,
    Installation,
    installed,
    missing,
)
from tests.hosts.network import why_not
from tests.hosts.sending import ORDERED_SKU, OrderFlow
from tests.restapi.expectations_products import PICTURE
from tests.supervisor.servers import wait_until

ORDERS = 12
FIVE_MINUTES = 300
MESSAGES, LINES = 200, 200
# Each is in one message: two that are applied side by side have nothing to wait for.
MAKE_PRODUCTS = """
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.models import SourceItem
made = Product.objects.bulk_create(Product(sku=f"P{n}", name=f"Product {n}") for n in range(%d))
SourceItem.objects.bulk_create(SourceItem(product=each, source_id="default") for each in made)
"""
reason = why_not() or missing()
pytestmark = pytest.mark.skipif(bool(reason), reason=reason)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """All hosts, up and right."""
    with installed() as made:
        OrderFlow(made.url).send_stock(next(OrderFlow.numbers), [(ORDERED_SKU, 10**6)])
        wait_until(lambda: made.waiting() == 0, seconds=180)
        yield made


@pytest.fixture
def orderflow(installation: Installation) -> OrderFlow:
    """OrderFlow, which has a handful of orders to despatch."""
    sender = OrderFlow(installation.url)
    sender.place_orders(ORDERS)
    return sender


@pytest.mark.parametrize("name", [*BRIDGES, *SERVERS])
def test_a_host_that_loses_its_power_costs_nothing_that_was_acknowledged(
    installation: Installation, orderflow: OrderFlow, name: str
):
    host = installation.hosts[name]

    with orderflow.sending():
        orderflow.go_on()
        host.lose_power()
        time.sleep(4)
        host.boot()
        orderflow.go_on()

    assert_exact(settled(installation), orderflow)


@pytest.mark.parametrize("name", [*BRIDGES, "db", "pool"])
@pytest.mark.parametrize("seconds", [FIVE_MINUTES, -FIVE_MINUTES])
def test_a_clock_that_is_moved_by_five_minutes_stops_and_doubles_nothing(
    installation: Installation, orderflow: OrderFlow, name: str, seconds: int
):
    host = installation.hosts[name]

    with orderflow.sending():
        orderflow.go_on()
        host.move_clock(seconds)
        time.sleep(2)
        orderflow.go_on()
        host.move_clock(0)
        orderflow.go_on()

    assert_exact(settled(installation), orderflow)


def test_a_picture_that_one_web_host_took_is_served_by_the_other(installation: Installation):
    headers = {"Authorization": OrderFlow(installation.url).headers["Authorization"]}
    first, second = (f"http://{installation.hosts[name].address}:8000" for name in WEB)
    body = {"entry": {"media_type": "image", "content": PICTURE, "types": ["image"]}}
    over_tls = {**headers, "X-Forwarded-Proto": "https"}

    taken = requests.post(
        f"{first}/rest/V1/products/24-MB01/media", json=body, headers=over_tls, timeout=30
    )
    [entry, *_] = requests.get(
        f"{second}/rest/V1/products/24-MB01/media", headers=over_tls, timeout=30
    ).json()
    served = requests.get(
        f"{second}/media/catalog/product{entry['file']}", headers=over_tls, timeout=30
    )

    assert taken.status_code == 200, taken.text
    assert served.content == base64.b64decode(PICTURE["base64_encoded_data"])


def test_two_worker_hosts_share_a_push_and_one_takes_it_alone(installation: Installation):
    installation.ask(MAKE_PRODUCTS % (MESSAGES * LINES))
    installation.manage("config", "set", "orderflow_inventory_import/settings/batch_size", "10")
    orderflow = OrderFlow(installation.url)
    at_first = applied_by(installation)
    alone = seconds_for_a_push(installation, orderflow, WORKERS[:1])
    before = applied_by(installation)
    together = seconds_for_a_push(installation, orderflow, WORKERS)
    shares = {name: count - before[name] for name, count in applied_by(installation).items()}

    sys.stderr.write(
        f"\none worker host {alone:.2f} s, two {together:.2f} s: ×{alone / together:.2f} {shares}"
    )
    assert before[WORKERS[0]] - at_first[WORKERS[0]] == MESSAGES
    assert sum(shares.values()) == MESSAGES
    assert min(shares.values()) > MESSAGES / 5


def seconds_for_a_push(
    installation: Installation, orderflow: OrderFlow, names: tuple[str, ...]
) -> float:
    """Gather a push while workers wait for it; return how long they then work on it."""
    for name in WORKERS:
        installation.hosts[name].stop()
    for name in names:
        installation.hosts[name].boot()
    installation.manage("pause", "in", "--reason", "A push gathers")
    for left in reversed(range(MESSAGES)):
        if not left:  # the last one wakes a worker
            installation.manage("resume", "in")
        number = next(orderflow.numbers)
        skus = (f"P{left * LINES + place}" for place in range(LINES))
        orderflow.send_stock(number, [(sku, number) for sku in skus])
    wait_until(lambda: installation.waiting() == 0, seconds=300)
    return installation.seconds_of_the_last(MESSAGES)


def applied_by(installation: Installation) -> dict[str, int]:
    """Return how many stock messages each worker host says it has applied."""
    return {name: installation.hosts[name].log().count("message_applied") for name in WORKERS}
