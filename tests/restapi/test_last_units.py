"""Sixteen clients at once want the last ten units: real connections, several processes."""

import json
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import requests

from tests.restapi.shop import ADDRESS, an_order
from tests.supervisor.servers import (
    ROOT,
    environment,
    free_port,
    running,
    servers_of_this_run,
    status_of,
    wait_until,
)

pytestmark = pytest.mark.processes

CLIENTS, UNITS, SOLD_OUT = 16, 10, "is not available"
SHOP = """
    import json, sys
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from orderflow_bridge.access.services import grant_token
    from orderflow_bridge.configuration.sections import InventoryImport
    from orderflow_bridge.configuration.services import write_settings
    from tests.carts import make_sold
    from tests.factories import make_store, make_user
    write_settings(InventoryImport, {"multi_source_enabled": %r})
    make_store(code="default")
    make_sold("LAST", %r)
    print(json.dumps(grant_token(make_user(is_superuser=True))))
"""
COUNT = """
    import json
    from django.db.models import Sum
    from orderflow_bridge.catalog.models import Product
    from orderflow_bridge.inventory.models import Deduction, Reservation, SourceItem
    from orderflow_bridge.sales.models import Order, OrderItem, Quote
    total = lambda rows, name: int(rows.aggregate(units=Sum(name))["units"] or 0)
    print(json.dumps({
        "ordered": total(OrderItem.objects, "qty_ordered"),
        "orders": Order.objects.count(),
        "numbers": Order.objects.values("increment_id").distinct().count(),
        "closed carts": Quote.objects.filter(is_active=False).count(),
        "on the shelf": total(SourceItem.objects, "quantity"),
        "held": total(Deduction.objects, "quantity") - total(Reservation.objects, "quantity"),
    }))
"""


def in_shop(env: dict[str, str], source: str) -> Any:
    """Run lines in the shop; return what they print."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", textwrap.dedent(source)]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


class Client:
    """Somebody who wants one of the last units: half of them fill a cart, half send a document."""

    def __init__(self, url: str, token: str, number: int) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.cart = self.fill_a_cart() if number % 2 else None

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.session.request(method, f"{self.url}/rest/V1/{path}", json=body, timeout=60)

    def fill_a_cart(self) -> int:
        cart = int(self.call("POST", "carts/").json())
        item = {"cartItem": {"sku": "LAST", "qty": 1}}
        shipping = {
            "shipping_address": ADDRESS,
            "shipping_carrier_code": "flatrate",
            "shipping_method_code": "flatrate",
        }
        assert self.call("POST", f"carts/{cart}/items", item).ok
        body = {"addressInformation": shipping}
        assert self.call("POST", f"carts/{cart}/shipping-information", body).ok
        return cart

    def order(self, together: Barrier) -> requests.Response:
        """Order one unit, at the same moment as all others."""
        together.wait()
        if self.cart is None:
            return self.call("POST", "orders", an_order({"sku": "LAST", "qty_ordered": 1}))
        body = {"paymentMethod": {"method": "checkmo"}}
        return self.call("PUT", f"carts/{self.cart}/order", body)


@pytest.mark.parametrize("is_multi_source", [False, True], ids=["classic", "multi-source"])
def test_sixteen_clients_buy_exactly_the_last_ten(is_multi_source: bool, tmp_path: Path) -> None:
    port = free_port()
    with servers_of_this_run("test_bridge_last_units", migrated_in=tmp_path) as servers:
        env = environment(tmp_path, BRIDGE_PORT=str(port), BRIDGE_WEB_THREADS="8", **servers)
        token = in_shop(env, SHOP % (is_multi_source, UNITS))
        command = ("-m", "gunicorn", "-c", "python:orderflow_bridge.http.gunicorn_config")
        with running(*command, env=env, log=tmp_path / "output"):
            wait_until(lambda: status_of(port, "/healthz") == 200, seconds=90)
            url = f"http://127.0.0.1:{port}"
            clients = [Client(url, token, number) for number in range(CLIENTS)]
            together = Barrier(CLIENTS)
            with ThreadPoolExecutor(CLIENTS) as pool:
                answers = list(pool.map(lambda client: client.order(together), clients))
        found = in_shop(env, COUNT)

    refusals = [answer for answer in answers if answer.status_code != 200]
    assert len(answers) - len(refusals) == UNITS
    assert {answer.status_code for answer in refusals} == {400}
    assert all(SOLD_OUT in answer.json()["message"] for answer in refusals)
    assert (found["ordered"], found["orders"], found["numbers"]) == (UNITS, UNITS, UNITS)
    assert found["held"] == UNITS
    assert found["on the shelf"] == (UNITS if is_multi_source else 0)
    assert found["closed carts"] <= CLIENTS // 2
