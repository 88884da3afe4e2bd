"""Of many who change the version they have read at once, one does: several processes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import requests

from tests.restapi.test_last_units import in_shop
from tests.supervisor.servers import (
    environment,
    free_port,
    running,
    servers_of_this_run,
    status_of,
    wait_until,
)

pytestmark = pytest.mark.processes

WRITERS, ROUNDS = 12, 5
SHOP = """
    import json
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from orderflow_bridge.access.services import grant_token
    from tests.factories import make_product, make_store, make_user
    make_store(code="default")
    make_product("MUG")
    print(json.dumps(grant_token(make_user(is_superuser=True))))
"""


class Shop:
    """The product's address on a running server, and who writes there."""

    def __init__(self, port: int, token: str) -> None:
        self.address = f"http://127.0.0.1:{port}/rest/V1/products/MUG"
        self.headers = {"Authorization": f"Bearer {token}"}

    def read(self) -> requests.Response:
        return requests.get(self.address, headers=self.headers, timeout=60)

    def write(self, name: str, etag: str, together: Barrier) -> requests.Response:
        """Change the product's name, at the same moment as all others; "" sets no condition."""
        headers = {**self.headers, **({"If-Match": etag} if etag else {})}
        together.wait()
        body = {"product": {"name": name}}
        return requests.put(self.address, json=body, headers=headers, timeout=60)

    def write_at_once(self, attempt: int, *, unconditional: int) -> tuple[list[int], list[int]]:
        """Return the answers' codes of writers of one version, and of some who have read none."""
        etag, together = self.read().headers["ETag"], Barrier(WRITERS)
        tags = [""] * unconditional + [etag] * (WRITERS - unconditional)
        names = [f"Mug {attempt}.{number}" for number in range(WRITERS)]
        with ThreadPoolExecutor(WRITERS) as pool:
            answers = list(pool.map(self.write, names, tags, [together] * WRITERS))
        assert self.read().json()["name"] in [each.json()["name"] for each in answers if each.ok]
        codes = [each.status_code for each in answers]
        return codes[unconditional:], codes[:unconditional]


def test_one_of_many_writers_of_a_version_gets_through(tmp_path: Path) -> None:
    port = free_port()
    with servers_of_this_run("test_bridge_writers", migrated_in=tmp_path) as servers:
        env = environment(tmp_path, BRIDGE_PORT=str(port), BRIDGE_WEB_THREADS="8", **servers)
        shop = Shop(port, in_shop(env, SHOP))
        command = ("-m", "gunicorn", "-c", "python:orderflow_bridge.http.gunicorn_config")
        with running(*command, env=env, log=tmp_path / "output"):
            wait_until(lambda: status_of(port, "/healthz") == 200, seconds=90)
            for attempt in range(ROUNDS):
                codes, _ = shop.write_at_once(attempt, unconditional=0)
                assert sorted(codes) == [200] + [412] * (WRITERS - 1)
            for attempt in range(ROUNDS, 2 * ROUNDS):
                codes, free = shop.write_at_once(attempt, unconditional=3)
                assert set(free) == {200}
                assert codes.count(200) + codes.count(412) == len(codes)
                assert codes.count(200) <= 1
