"""Bundles by REST: their options and links, in products and under bundle-products."""

from typing import Any

import pytest

from orderflow_bridge.catalog.models import Product
from tests.factories import make_product
from tests.restapi.made_of_others import (
    BALL,
    BRICK,
    BUNDLE,
    STRAP,
    bundle,
    link,
    make_parts,
    options,
)
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db
_PATH = f"bundle-products/{BUNDLE}"


@pytest.fixture
def kit(script: Script) -> dict[str, Any]:
    """A bundle's document, as it is answered when it is made."""
    make_parts()
    document: dict[str, Any] = script.post("products", bundle())
    return document


def test_a_bundle_comes_with_its_options_and_is_read_back(
    script: Script, kit: dict[str, Any]
) -> None:
    told = kit["extension_attributes"]["bundle_product_options"]

    assert [(each["option_id"], each["title"], each["sku"]) for each in told] == [
        (1, "Ball", BUNDLE),
        (2, "More", BUNDLE),
    ]
    assert told[1]["product_links"][0] == {
        "id": "2",
        "sku": STRAP,
        "option_id": 2,
        "qty": 2,
        "position": 1,
        "is_default": False,
        "price": 5,
        "price_type": 0,
        "can_change_quantity": 1,
    }
    assert "bundle_product_options" not in str(kit["custom_attributes"])
    again = script.put(f"products/{BUNDLE}", {"product": kit})
    assert again | {"updated_at": ""} == kit | {"updated_at": ""}
    parts = Product.objects.filter(parent_relations__parent__sku=BUNDLE)
    assert {each.sku for each in parts} == {STRAP, BALL, BRICK}


def test_a_link_shows_its_own_price_where_the_bundle_has_one(script: Script) -> None:
    make_parts()
    fixed = bundle(price_type="1")
    listed = fixed["product"]["extension_attributes"]["bundle_product_options"]
    listed[0]["product_links"] = [link(BALL, price=1.5)]

    script.post("products", fixed)

    [first, *_] = script.get(f"{_PATH}/children")
    assert (first["sku"], first["price"]) == (BALL, 1.5)


def test_options_and_links_are_changed_one_by_one(script: Script, kit: dict[str, Any]) -> None:
    one = {"sku": BUNDLE, "title": "Strap", "required": True, "type": "radio", "position": 3}

    assert script.post("bundle-products/options/add", {"option": one}) == 3
    assert script.post(f"{_PATH}/links/3", {"linkedProduct": link(STRAP, qty=4)}) == 4
    assert script.put(f"{_PATH}/links/4", {"linkedProduct": {"sku": STRAP, "qty": 5}}) is True
    assert script.put("bundle-products/options/3", {"option": one | {"title": "Band"}}) == 3

    option = script.get(f"{_PATH}/options/3")
    assert (option["title"], option["type"]) == ("Band", "radio")
    assert [each["qty"] for each in option["product_links"]] == [5]
    assert [each["sku"] for each in script.get(f"{_PATH}/children?optionId=3")] == [STRAP]
    assert script.delete(f"{_PATH}/options/3/children/{STRAP}") is True
    assert script.delete(f"{_PATH}/options/3") is True
    assert [each["option_id"] for each in script.get(f"{_PATH}/options/all")] == [1, 2]


def test_the_types_of_options_are_magentos(script: Script) -> None:
    told = script.get("bundle-products/options/types")

    assert [each["code"] for each in told] == ["select", "radio", "checkbox", "multi"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "bundle-products/plain/options/all", None, 400, "for bundle products only."),
        ("GET", "bundle-products/nowhere/children", None, 404, "product that was requested"),
        ("GET", f"{_PATH}/options/9", None, 404, "The option that was requested doesn't exist."),
        ("DELETE", f"{_PATH}/options/9", None, 404, "The option that was requested"),
        (
            "POST",
            f"{_PATH}/links/9",
            {"linkedProduct": link(STRAP)},
            400,
            f'Product with specified sku: "{BUNDLE}" does not contain option: "9"',
        ),
        (
            "POST",
            f"{_PATH}/links/1",
            {"linkedProduct": link(BALL)},
            400,
            f'Child with specified sku: "{BALL}" already assigned to product: "{BUNDLE}"',
        ),
        (
            "POST",
            f"{_PATH}/links/1",
            {"linkedProduct": link("nest")},
            400,
            "The bundle product can't contain another composite product.",
        ),
        (
            "POST",
            "bundle-products/plain/links/1",
            {"linkedProduct": link(BALL)},
            400,
            'The product with the "plain" SKU isn\'t a bundle product.',
        ),
        (
            "PUT",
            f"{_PATH}/links/99",
            {"linkedProduct": link(BALL)},
            400,
            'The product link with the "99" ID field wasn\'t found.',
        ),
        (
            "DELETE",
            f"{_PATH}/options/1/children/{STRAP}",
            None,
            404,
            "The bundle product doesn't exist. Review your request and try again.",
        ),
        (
            "POST",
            "bundle-products/options/add",
            {"option": {"sku": BUNDLE, "title": "X", "type": "wheel"}},
            400,
            'The option type "wheel" is unknown.',
        ),
        (
            "POST",
            "bundle-products/options/add",
            {"option": {"sku": BUNDLE, "product_links": [link(BALL, qty=0)]}},
            400,
            "The quantity of a product link must be above 0.",
        ),
        (
            "POST",
            "bundle-products/options/add",
            {"option": {"sku": BUNDLE, "product_links": [link("nowhere")]}},
            404,
            "The product that was requested doesn't exist.",
        ),
        ("POST", "bundle-products/options/add", {"option": {"title": "X"}}, 400, "is required"),
    ],
)
def test_what_cannot_be_is_refused_in_magentos_words(
    script: Script,
    kit: dict[str, Any],
    method: str,
    path: str,
    body: Any,
    status: int,
    message: str,
) -> None:
    make_product("plain")
    make_product("nest", type_id="bundle")

    assert message in script.refused(method, path, body, status=status)

    assert (
        script.get(f"{_PATH}/options/all") == kit["extension_attributes"]["bundle_product_options"]
    )


def test_a_product_that_is_no_bundle_takes_no_options(script: Script) -> None:
    make_parts()
    simple = bundle(type_id="simple")

    assert "bundle products only" in script.refused("POST", "products", simple)
    assert not Product.objects.filter(sku=BUNDLE).exists()


def test_a_bulk_call_brings_bundles_too(script: Script) -> None:
    make_parts()
    bad = bundle(sku="bad")
    bad["product"]["extension_attributes"]["bundle_product_options"] = [
        {**options()[0], "product_links": [link("nowhere")]}
    ]

    answer = script.call("POST", "products", [bundle(), bad], prefix="async/bulk/V1").json()

    found = script.get(f"bulk/{answer['bulk_uuid']}/status")["operations_list"]
    assert [each["status"] for each in found] == [1, 3]
    assert len(script.get(f"{_PATH}/children")) == 3
    assert not Product.objects.filter(sku="bad").exists()
