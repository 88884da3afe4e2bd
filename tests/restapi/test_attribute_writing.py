"""Attributes, their options and their sets are written by REST, in Magento's words."""

from typing import Any

import pytest

from orderflow_bridge.catalog.models import Product
from tests.factories import make_product
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db
_PATH = "products/attributes"
FABRIC: dict[str, Any] = {
    "attribute_code": "fabric",
    "frontend_labels": [{"store_id": 0, "label": "Fabric"}],
    "frontend_input": "select",
    "is_required": True,
    "is_searchable": True,
    "is_filterable": True,
    "scope": "store",
    "options": [
        {"label": "Wool", "sort_order": 100, "is_default": False},
        {"label": "Silk", "sort_order": 0, "is_default": True},
    ],
}


def test_an_attribute_is_defined_read_changed_and_taken_away(script: Script) -> None:
    made = script.post(_PATH, {"attribute": FABRIC})

    assert (made["attribute_code"], made["default_frontend_label"]) == ("fabric", "Fabric")
    assert (made["frontend_input"], made["backend_type"], made["scope"]) == (
        "select",
        "int",
        "store",
    )
    assert made["is_required"] is True
    assert made["is_user_defined"] is True
    assert made["is_filterable"] is True
    assert made["is_searchable"] == "1"
    assert [each["label"] for each in made["options"]] == [" ", "Silk", "Wool"]

    silk = {"value": "Silk", "label": "Pure Silk"}
    wanted = {"default_frontend_label": "Cloth", "options": [silk, {"label": "Linen"}]}
    changed = script.put(f"{_PATH}/fabric", {"attribute": wanted})
    assert changed["default_frontend_label"] == "Cloth"
    assert [(each["label"], each["value"]) for each in changed["options"][1:]] == [
        ("Pure Silk", "Silk"),
        ("Wool", "Wool"),
        ("Linen", "Linen"),
    ]

    make_product("A", custom_attributes={"fabric": "Silk"})
    assert script.delete(f"{_PATH}/fabric") is True
    assert Product.objects.get(sku="A").custom_attributes == {}
    message = script.refused("GET", f"{_PATH}/fabric", status=404)
    assert message.startswith('The attribute with a "%1" attributeCode doesn\'t exist.')


def test_a_code_is_made_of_the_label(script: Script) -> None:
    body = {"attribute": {"default_frontend_label": "Wash at °C", "frontend_input": "text"}}

    assert script.post(_PATH, body)["attribute_code"] == "wash_at_c"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"attribute_code": "fabric"}, "An attribute with the same code (%1) already exists."),
        ({"attribute_code": "color"}, "An attribute with the same code (%1) already exists."),
        ({"attribute_code": "2nd"}, 'Attribute code "%1" is invalid.'),
        ({"frontend_input": "wheel", "attribute_code": "x"}, 'Invalid value of "%value" provided'),
        ({"scope": "planet", "attribute_code": "x"}, 'Invalid value of "%value" provided'),
        ({"frontend_input": None, "attribute_code": "x"}, '"%fieldName" is required.'),
        ({"frontend_labels": None, "attribute_code": "x"}, '"%fieldName" is required.'),
    ],
)
def test_what_cannot_be_an_attribute_is_refused(
    script: Script, values: dict[str, Any], message: str
) -> None:
    script.post(_PATH, {"attribute": FABRIC})

    told = script.refused("POST", _PATH, {"attribute": FABRIC | values})

    assert told.startswith(message)


def test_one_of_magentos_own_cannot_be_taken_away(script: Script) -> None:
    told = script.refused("DELETE", f"{_PATH}/price")

    assert told == "The system attribute can't be deleted."


def test_options_are_added_named_anew_and_taken_away(script: Script) -> None:
    script.post(_PATH, {"attribute": FABRIC})
    path = f"{_PATH}/fabric/options"

    assert script.post(path, {"option": {"label": "Linen"}}) == "Linen"
    assert script.put(f"{path}/Linen", {"option": {"label": "Flax"}}) is True
    assert script.delete(f"{path}/Wool") is True

    assert [(each["label"], each["value"]) for each in script.get(path)] == [
        (" ", ""),
        ("Silk", "Silk"),
        ("Flax", "Linen"),
    ]
    taken = script.refused("POST", path, {"option": {"label": "Silk"}})
    assert taken == 'Admin store attribute option label "%1" is already exists.'
    empty = script.refused("POST", path, {"option": {"label": " "}})
    assert empty == "The attribute option label is empty. Enter the value and try again."
    gone = script.refused("DELETE", f"{path}/Wool", status=404)
    assert gone == 'The "fabric" attribute doesn\'t include an option with "Wool" ID.'
    text = script.refused("POST", f"{_PATH}/name/options", {"option": {"label": "X"}})
    assert text == 'The "name" attribute doesn\'t work with options.'


def test_options_of_color_stand_before_those_that_products_have(script: Script) -> None:
    make_product("A", custom_attributes={"color": "Blue"})

    script.post(f"{_PATH}/color/options", {"option": {"label": "Red"}})

    told = script.get(f"{_PATH}/color/options")
    assert [each["label"] for each in told] == [" ", "Red", "Blue"]


@pytest.mark.parametrize("stem", ["products", "eav"])
def test_a_set_is_made_renamed_and_forgotten(script: Script, stem: str) -> None:
    path = f"{stem}/attribute-sets"

    made = script.post(
        path, {"attributeSet": {"attribute_set_name": "Bags", "sort_order": 500}, "skeletonId": 4}
    )

    assert (made["attribute_set_name"], made["sort_order"], made["entity_type_id"]) == (
        "Bags",
        500,
        4,
    )
    number = made["attribute_set_id"]
    renamed = script.put(
        f"{path}/{number}", {"attributeSet": {"attribute_set_name": "Big Bags", "sort_order": 700}}
    )
    assert renamed == made | {"attribute_set_name": "Big Bags", "sort_order": 700}
    assert script.get(f"{path}/{number}") == renamed
    assert script.delete(f"{path}/{number}") is True
    script.refused("GET", f"{path}/{number}", status=404)


@pytest.mark.parametrize(
    ("values", "skeleton", "message"),
    [
        ({}, 4, 'A "Default" attribute set name already exists. Create a new name'),
        ({"attribute_set_name": ""}, 4, "The attribute set name is empty."),
        ({"attribute_set_id": 1}, 4, 'Invalid value of "%value" provided for the %fieldName'),
        ({"attribute_set_name": "X"}, 0, 'Invalid value of "%value" provided'),
        ({"attribute_set_name": "X"}, 9999, "The attribute set couldn't be created because"),
    ],
)
def test_what_cannot_be_a_set_is_refused(
    script: Script, values: dict[str, Any], skeleton: int, message: str
) -> None:
    body = {
        "attributeSet": {"attribute_set_name": "Default", "sort_order": 1} | values,
        "skeletonId": skeleton,
    }

    assert script.refused("POST", "products/attribute-sets", body).startswith(message)


def test_the_default_set_cannot_be_taken_away(script: Script) -> None:
    told = script.refused("DELETE", "products/attribute-sets/4")

    assert told == "The default attribute set can't be deleted."


def test_pictures_are_the_attributes_of_a_set_that_are_pictures(script: Script) -> None:
    told = script.get("products/media/types/Default")

    assert {"image", "small_image", "thumbnail"} <= {each["attribute_code"] for each in told}
    assert script.get("products/media/types/Nothing") == []
