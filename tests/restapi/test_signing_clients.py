"""Magento 2 clients that sign by OAuth 1.0a work against a real server, unchanged.

Three are from npm, one from PyPI: `make test-clients` installs them, those of npm where Node is.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.stores.models import Store, Website
from tests.access.integrations.signing import make_integration
from tests.factories import make_stock, make_store, make_website
from tests.restapi.shop import an_order

NPM = Path(sys.prefix) / "npm" / "node_modules"
PYPI = Path(sys.prefix) / "oauth-clients"
SCRIPT = Path(__file__).parent / "npm" / "clients.js"
SECONDS = 60

pytestmark = [pytest.mark.clients, pytest.mark.django_db(transaction=True)]
needs_node = pytest.mark.skipif(
    not (NPM.exists() and shutil.which("node")), reason="make test-clients installs it, with Node"
)
needs_pypi = pytest.mark.skipif(not PYPI.exists(), reason="make test-clients installs it")


@pytest.fixture
def integration() -> Integration:
    """Return one that may do everything, in a shop with two store views and one stock."""
    Store.objects.all().delete()
    Website.objects.update(is_default=False)
    website = make_website(is_default=True)
    for code in ("default", "uk"):
        make_store(website, code=code)
    make_stock(websites=[website])
    return make_integration("Agency", has_all_rights=True)


def run(client: str, url: str, integration: Integration) -> dict[str, Any]:
    """Let Node run the script with one client; return what it prints."""
    line = {"sku": "24-MB01", "name": "Joust", "qty_ordered": 1, "price": 30}
    shop = {
        "url": url,
        "consumerKey": integration.consumer_key,
        "consumerSecret": integration.consumer_secret,
        "accessToken": integration.token,
        "tokenSecret": integration.token_secret,
        "order": an_order(line | {"product_type": "simple"}),
    }
    done = subprocess.run(
        ["node", str(SCRIPT), client, json.dumps(shop)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=os.environ | {"NODE_PATH": str(NPM)},
    )
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return results


@needs_node
def test_magento_api_rest(server_url: str, integration: Integration) -> None:
    assert run("magento-api-rest", server_url, integration) == {
        "websites by 1": ["admin", Website.objects.get(is_default=True).code],
        "websites by 256": ["admin", Website.objects.get(is_default=True).code],
        "name": "Joust Duffle Bag",
        "pages": [["24-MB03", "24-MB02"], ["24-MB01"]],
        "order": "pending",
        "shipped": True,
        "complete": "complete",
        "salable": 9,
        "deleted": True,
        "refused": "The signature is invalid. Verify and try again.",
    }


@needs_node
def test_magento2_rest_client(server_url: str, integration: Integration) -> None:
    assert run("magento2-rest-client", server_url, integration) == {
        "name": "Joust",
        "media": 0,
        "total": 3,
        "deleted": True,
    }


@needs_node
def test_magento2_api_wrapper(server_url: str, integration: Integration) -> None:
    assert run("magento2-api-wrapper", server_url, integration) == {
        "name": "Joust",
        "found": ["24-MB02", "24-MB03"],
        "websites": 2,
        "deleted": True,
    }


@pytest.fixture
def magento_client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return the client's class; what it brought along is forgotten afterwards."""
    monkeypatch.syspath_prepend(str(PYPI))
    before = set(sys.modules)
    yield import_module("magento_client.magento_client").Magento
    for name in set(sys.modules) - before:
        del sys.modules[name]


@needs_pypi
def test_magento_client(magento_client: Any, server_url: str, integration: Integration) -> None:
    shop = magento_client(
        f"{server_url}/rest/V1",
        integration.consumer_key,
        integration.consumer_secret,
        integration.token,
        integration.token_secret,
        True,
    )

    websites = shop.request("GET", "/store/websites")
    product = {"sku": "24-MB01", "name": "Joust", "price": 34, "attribute_set_id": 4}
    saved = shop.request("POST", "/products", data={"product": product})
    where = "searchCriteria[filter_groups][0][filters][0]"
    criteria = {
        f"{where}[field]": "name",
        f"{where}[value]": "J%",
        f"{where}[condition_type]": "like",
    }
    found = shop.request("GET", "/products", params=criteria)
    shop.close()

    assert websites.json()[0]["code"] == "admin"
    assert (saved.status_code, saved.json()["sku"]) == (200, "24-MB01")
    assert [each["sku"] for each in found.json()["items"]] == ["24-MB01"]
