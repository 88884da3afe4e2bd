"""Links of products and their custom options, one by one."""

from typing import Any

import pytest

from orderflow_bridge.catalog.models import Product
from tests.factories import make_product
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db
RELATED = {"link_type": "related", "linked_product_sku": "B", "position": 100}
ENGRAVING = {"product_sku": "A", "title": "Engraving", "type": "field", "price": 3.5, "sku": "E"}
SIZE = {
    "product_sku": "A",
    "title": "Size",
    "type": "drop_down",
    "values": [{"title": "Large", "price": 2, "price_type": "fixed", "sort_order": 1}],
}


@pytest.fixture(autouse=True)
def _products() -> None:
    for sku in "ABC":
        make_product(sku)


def test_links_are_written_in_place_of_those_of_their_type(script: Script) -> None:
    upsell = {"link_type": "upsell", "linked_product_sku": "C", "position": 1}
    script.post("products/A/links", {"items": [upsell]})
    script.post("products/A/links", {"items": [RELATED | {"linked_product_sku": "C"}]})

    assert script.post("products/A/links", {"items": [RELATED]}) is True

    whole = {"sku": "A", "linked_product_type": "simple", **RELATED}
    assert script.get("products/A/links/related") == [whole]
    assert [each["linked_product_sku"] for each in script.get("products/A/links/upsell")] == ["C"]


def test_one_link_is_added_changed_and_taken_away(script: Script) -> None:
    assert script.put("products/A/links", {"entity": RELATED}) is True
    assert script.put("products/A/links", {"entity": RELATED | {"position": 3}}) is True

    assert [each["position"] for each in script.get("products/A/links/related")] == [3]
    assert script.delete("products/A/links/related/b") is True
    assert script.get("products/A/links/related") == []
    told = script.refused("DELETE", "products/A/links/related/B", status=404)
    assert told == "Product %1 doesn't have linked %2 as %3"


def test_a_link_of_a_group_makes_its_product_belong_to_it(script: Script) -> None:
    make_product("G", type_id="grouped")
    link = {"link_type": "associated", "linked_product_sku": "B", "position": 1}

    script.put("products/G/links", {"entity": link | {"extension_attributes": {"qty": 3}}})

    [found] = script.get("products/G/links/associated")
    assert found["extension_attributes"] == {"qty": 3}
    assert Product.objects.get(parent_relations__parent__sku="G").sku == "B"


def test_types_of_links_and_what_they_say_are_magentos(script: Script) -> None:
    types = {each["name"]: each["code"] for each in script.get("products/links/types")}

    assert types == {"related": 1, "associated": 3, "upsell": 4, "crosssell": 5}
    assert script.get("products/links/related/attributes") == [{"code": "position", "type": "int"}]
    associated = script.get("products/links/associated/attributes")
    assert [each["code"] for each in associated] == ["position", "qty"]
    assert script.get("products/links/none/attributes") == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "products/A/links/cousin", None, 404),
        ("POST", "products/A/links", {"items": [RELATED | {"link_type": "cousin"}]}, 404),
        ("POST", "products/A/links", {"items": [RELATED | {"linked_product_sku": "?"}]}, 404),
        ("POST", "products/A/links", {"items": [{"link_type": "related"}]}, 400),
        ("PUT", "products/nowhere/links", {"entity": RELATED}, 404),
    ],
)
def test_links_to_nowhere_are_refused(
    script: Script, method: str, path: str, body: Any, status: int
) -> None:
    script.refused(method, path, body, status=status)


def test_a_custom_option_is_added_read_changed_and_taken_away(script: Script) -> None:
    made = script.post("products/options", {"option": ENGRAVING})
    size = script.post("products/options", {"option": SIZE})

    assert made == ENGRAVING | {"option_id": 1, "sort_order": 0, "is_require": True}
    assert size["values"][0]["option_type_id"] == 1
    renamed = script.put(
        f"products/options/{made['option_id']}", {"option": ENGRAVING | {"title": "Name"}}
    )
    assert renamed == made | {"title": "Name"}
    assert [each["title"] for each in script.get("products/A/options")] == ["Name", "Size"]
    assert script.get("products/A")["options"] == script.get("products/A/options")
    assert script.delete("products/A/options/1") is True
    assert [each["option_id"] for each in script.get("products/A/options")] == [2]
    told = script.refused("GET", "products/A/options/1", status=404)
    assert told == "The option that was requested doesn't exist. Verify the entity and try again."


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title": None}, "Missed values for option required fields"),
        ({"type": "file", "image_size_x": -10}, "Invalid option value"),
        ({"type": "drop_down"}, "Missed values for option required fields"),
        ({"type": "radio", "values": [{"price": 1}]}, "Missed values for option required fields"),
        (
            {"type": "checkbox", "values": [{"title": "X", "price_type": "fixed_one"}]},
            "Invalid option value",
        ),
        ({"type": "multiple_some_value"}, "Invalid option type"),
    ],
)
def test_an_option_that_cannot_be_is_refused(
    script: Script, values: dict[str, Any], message: str
) -> None:
    assert script.refused("POST", "products/options", {"option": ENGRAVING | values}) == message


def test_types_of_custom_options_are_magentos(script: Script) -> None:
    told = script.get("products/options/types")

    assert {"label": "Drop-down", "code": "drop_down", "group": "Select"} in told
    assert len(told) == 10
