"""Configurable products by REST: options, variants, in products and in carts."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Product, ProductRelation
from tests.carts import make_sold
from tests.factories import make_product
from tests.restapi.expectations_variants import BLUE, PARENT, RED, color_id, make_hoodie, option
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db


@pytest.fixture
def variants() -> list[Product]:
    """Products that differ by color, and one that has none."""
    return [
        make_sold("red", 5, custom_attributes={"color": "Red"}),
        make_sold("blue", 5, custom_attributes={"color": "Blue"}),
        make_sold("plain", 5),
    ]


def _configurable(*children: Product, **extension: Any) -> dict[str, Any]:
    return {
        "product": {
            "sku": "hoodie",
            "name": "Hoodie",
            "type_id": "configurable",
            "extension_attributes": {
                "configurable_product_options": [option()],
                "configurable_product_links": [child.pk for child in children],
                **extension,
            },
        }
    }


def test_a_product_comes_with_its_options_and_variants_and_is_read_back(
    script: Script, variants: list[Product]
) -> None:
    red, blue, _ = variants

    made = script.post("products", _configurable(red, blue))

    extension = made["extension_attributes"]
    assert extension["configurable_product_links"] == [red.pk, blue.pk]
    assert extension["configurable_product_options"] == [
        {
            "id": 1,
            "attribute_id": color_id(),
            "label": "Color",
            "position": 0,
            "is_use_default": False,
            "values": [{"value_index": "Red"}, {"value_index": "Blue"}],
            "product_id": made["id"],
        }
    ]
    assert "configurable_product_options" not in str(made["custom_attributes"])
    again = script.put("products/hoodie", {"product": made})
    assert again | {"updated_at": ""} == made | {"updated_at": ""}
    fewer = script.put("products/hoodie", _configurable(blue))
    assert fewer["extension_attributes"]["configurable_product_links"] == [blue.pk]
    children = script.get("configurable-products/hoodie/children")
    assert [each["sku"] for each in children] == ["blue"]


def test_a_variant_goes_into_a_cart_by_its_parent_and_its_color(
    script: Script, variants: list[Product]
) -> None:
    red, blue, _ = variants
    script.post("products", _configurable(red, blue))
    cart_id = script.post("carts")
    chosen = [{"option_id": color_id(), "option_value": "Blue"}]
    item = {
        "sku": "hoodie",
        "qty": 1,
        "product_option": {"extension_attributes": {"configurable_item_options": chosen}},
    }

    row = script.post(f"carts/{cart_id}/items", {"cartItem": item})

    assert (row["sku"], row["product_type"]) == ("blue", "configurable")


def test_a_bulk_call_brings_variants_too(script: Script, variants: list[Product]) -> None:
    red, _, plain = variants
    bad = _configurable(plain)
    bad["product"]["sku"] = "bad"

    answer = script.call(
        "POST", "products", [_configurable(red), bad], prefix="async/bulk/V1"
    ).json()

    found = script.get(f"bulk/{answer['bulk_uuid']}/status")["operations_list"]
    assert [each["status"] for each in found] == [1, 3]
    assert found[1]["result_message"] == (
        f'Product with id "{plain.pk}" does not contain required attribute "color".'
    )
    assert ProductRelation.objects.count() == 1
    assert not Product.objects.filter(sku="bad").exists()


def test_variants_are_linked_and_unlinked_one_by_one(script: Script) -> None:
    make_hoodie()
    path = f"configurable-products/{PARENT}"

    assert script.post(f"{path}/child", {"childSku": BLUE}) is True
    assert script.delete(f"{path}/children/{RED}") is True

    assert [each["sku"] for each in script.get(f"{path}/children")] == [BLUE]
    assert script.post(f"{path}/options", {"option": option() | {"label": "Shade"}}) == 1
    assert script.get(f"{path}/options/1")["label"] == "Shade"
    assert script.delete(f"{path}/options/1") is True
    assert script.get(f"{path}/options/all") == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", f"{PARENT}/child", {"childSku": RED}, 400, "The product is already attached."),
        (
            "POST",
            f"{PARENT}/child",
            {"childSku": "plain"},
            400,
            'The child product doesn\'t have the "color" attribute value. Verify the value and try'
            " again.",
        ),
        (
            "DELETE",
            f"plain/children/{RED}",
            None,
            400,
            'The product with the "plain" SKU isn\'t a configurable product.',
        ),
        (
            "DELETE",
            f"{PARENT}/children/{BLUE}",
            None,
            404,
            "The option that was requested doesn't exist. Verify the entity and try again.",
        ),
        (
            "GET",
            "plain/options/all",
            None,
            400,
            'This is implemented for the "plain" configurable product only.',
        ),
        (
            "GET",
            f"{PARENT}/options/9",
            None,
            404,
            'The "%1" entity that was requested doesn\'t exist. Verify the entity and try again.',
        ),
        (
            "POST",
            f"{PARENT}/options",
            {"option": {"attribute_id": "999", "values": [{"value_index": 1}]}},
            400,
            "Option label is not specified.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_magentos_words(
    script: Script, method: str, path: str, body: Any, status: int, message: str
) -> None:
    make_hoodie()
    make_product("plain")

    told = script.refused(method, f"configurable-products/{path}", body, status=status)

    assert told == message


def test_lists_with_configurable_products_cost_the_same_however_many(script: Script) -> None:
    make_hoodie()

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            script.get("products?searchCriteria")
        return len(found)

    cost()
    before = cost()
    for number in range(5):
        parent = make_product(f"P{number}", type_id="configurable")
        ProductRelation.objects.create(parent=parent, child=Product.objects.get(sku=RED))
    assert cost() == before
