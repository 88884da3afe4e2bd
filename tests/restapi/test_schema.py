"""The description of the API: valid, complete, and shown to people without foreign servers."""

import re
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from orderflow_bridge.restapi.routes import ROUTES
from orderflow_bridge.restapi.views import operation_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def described(client: Client) -> Any:
    """Return the description."""
    return client.get("/rest/schema").json()


def test_the_description_is_valid_and_complains_of_nothing() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_every_method_of_every_route_is_described(described: Any) -> None:
    for route in ROUTES:
        for method in ("get", "post", "put", "delete"):
            declared = operation_of(route.view, method)
            there = described["paths"][route.documented_path].get(method)
            assert (declared is None) == (there is None)
            if declared and there:
                assert there["summary"], route
                assert str(declared.status) in there["responses"]
                named = {each["name"] for each in there["parameters"] if each["in"] == "path"}
                assert (
                    named
                    == set(declared.parameters)
                    == set(re.findall(r"{(\w+)}", route.documented_path))
                )


def test_operation_ids_are_unique(described: Any) -> None:
    ids = [each["operationId"] for path in described["paths"].values() for each in path.values()]

    assert len(ids) == len(set(ids))


def test_a_guarded_route_names_the_token_and_the_right(described: Any) -> None:
    read = described["paths"]["/rest/V1/products/{sku}"]["get"]

    assert read["security"] == [{"bearer": []}]
    assert "Magento_Catalog::products" in read["description"]
    assert described["paths"]["/rest/V1/integration/admin/token"]["post"]["security"] == []
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_yaml_is_there_for_who_wants_it(client: Client, described: Any) -> None:
    answer = client.get("/rest/schema?format=yaml")

    assert yaml.safe_load(answer.content) == described


def test_the_page_for_people_bears_our_name_and_asks_no_other_server(client: Client) -> None:
    page = client.get("/rest/schema/browse")
    script = client.get("/rest/schema/browse?script=")

    assert "<title>OrderFlow Bridge REST</title>" in page.content.decode()
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.content.decode())
    assert not re.search(r"<script>(?!</script>)", page.content.decode())
    assert script["Content-Type"].startswith("application/javascript")
    assert "/rest/schema" in script.content.decode()
