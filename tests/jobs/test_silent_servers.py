"""A Redis that is gone, or says nothing, holds nobody up: what is in it only saves work."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from orderflow_bridge.access.rights import PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from tests.factories import make_product, make_user
from tests.supervisor.servers import ROOT, environment

NOBODY = "127.0.0.1:9"  # the discard port: nobody listens
WAKE = """
import django; django.setup()
from kombu.exceptions import OperationalError
from orderflow_bridge.jobs.tasks import run_job
try:
    run_job.apply_async((1,))
except OperationalError:
    print("not woken")
"""


@pytest.fixture
def silent() -> Iterator[str]:
    """Return the address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.django_db
@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "silent"])
def test_lists_are_counted_anew_without_the_cache(client, settings, silent, is_gone):
    settings.CACHES = {
        "default": {
            **settings.CACHES["default"],
            "BACKEND": "orderflow_bridge.common.forgetful_cache.ForgetfulCache",
            "LOCATION": f"redis://{NOBODY if is_gone else silent}/0",
            "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3},
        }
    }
    make_product()
    token = grant_token(make_user(rights=[PRODUCTS_VIEW]))
    address = "/rest/V1/products?searchCriteria[pageSize]=1&searchCriteria[currentPage]=1"
    for _ in range(3):
        answer = client.get(address, headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == 200
        assert answer.json()["total_count"] == 1
    began = time.monotonic()
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert time.monotonic() - began < 0.3


@pytest.mark.processes
@pytest.mark.one_database
def test_whoever_wakes_a_worker_does_not_wait_for_a_broker_that_says_nothing(tmp_path, silent):
    env = environment(
        tmp_path,
        REDIS_URL=f"redis://{silent}/0",
        DJANGO_SETTINGS_MODULE="orderflow_bridge.settings",
    )

    done = subprocess.run(
        [sys.executable, "-c", WAKE], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )

    assert done.stdout.strip() == "not woken"
