"""Categories and attributes by REST: Magento's documents and texts."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Category, Product, ProductCategory
from orderflow_bridge.common.choices import ExportStatus
from tests.factories import make_product, make_store
from tests.restapi.shop import Script, criteria

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> dict[str, Category]:
    """Two levels below a root that a store view begins with."""
    root = Category.objects.create(name="Default Category", position=1)
    made = {"root": root}
    for position, name in enumerate(("Gear", "Women"), start=1):
        made[name] = Category.objects.create(name=name, parent=root, position=position)
    made["Bags"] = Category.objects.create(name="Bags", parent=made["Gear"], position=1)
    store = make_store(code="uk")
    store.group.root_category_id = root.pk
    store.group.save()
    return made


def _names(node: dict[str, Any]) -> dict[str, Any]:
    return {child["name"]: _names(child) for child in node["children_data"]}


def test_the_tree_is_that_of_the_store_and_under_all_that_of_magentos_root(
    script: Script, shop: dict[str, Category]
) -> None:
    ProductCategory.objects.create(product=make_product("A"), category=shop["Bags"])

    tree = script.get("categories", prefix="uk/V1")

    assert tree | {"children_data": None} == {
        "id": shop["root"].pk,
        "parent_id": 0,
        "name": "Default Category",
        "is_active": True,
        "position": 1,
        "level": 1,
        "product_count": 0,
        "children_data": None,
    }
    assert _names(tree) == {"Gear": {"Bags": {}}, "Women": {}}
    bags = tree["children_data"][0]["children_data"][0]
    assert (bags["level"], bags["product_count"], bags["parent_id"]) == (3, 1, shop["Gear"].pk)
    above = script.get("categories?depth=1", prefix="all/V1")
    assert (above["name"], _names(above)) == ("Root Catalog", {"Default Category": {}})
    part = script.get(f"categories?rootCategoryId={shop['root'].pk}&depth=1")
    assert _names(part) == {"Gear": {}, "Women": {}}


def test_the_tree_costs_the_same_however_many_categories_there_are(
    script: Script, shop: dict[str, Category]
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            script.get("categories")
            script.get("categories/list?searchCriteria")
        return len(found)

    cost()  # the first call also sets up what stays
    before = cost()
    Category.objects.bulk_create(Category(name=f"C{n}", parent=shop["Bags"]) for n in range(20))

    assert cost() == before


def test_a_category_is_created_changed_moved_and_deleted(
    script: Script, shop: dict[str, Category]
) -> None:
    body = {
        "name": "Fitness",
        "parentId": shop["Gear"].pk,
        "is_active": True,
        "include_in_menu": False,
        "custom_attributes": [{"attribute_code": "url_key", "value": "fitness"}],
    }
    made = script.post("categories", {"category": body})
    path = f"0/{shop['root'].pk}/{shop['Gear'].pk}/{made['id']}"

    assert (made["position"], made["level"], made["path"]) == (2, 3, path)
    assert made["include_in_menu"] is False
    assert made["custom_attributes"] == [
        {"attribute_code": "url_key", "value": "fitness"},
        {"attribute_code": "path", "value": path},
        {"attribute_code": "children_count", "value": "0"},
    ]
    assert script.put(f"categories/{made['id']}", {"category": made}) | {"updated_at": ""} == (
        made | {"updated_at": ""}
    )
    assert script.put(
        f"categories/{made['id']}/move", {"parentId": shop["root"].pk, "afterId": shop["Gear"].pk}
    )
    assert script.get(f"categories/{shop['root'].pk}")["children"] == ",".join(
        str(pk) for pk in (shop["Gear"].pk, made["id"], shop["Women"].pk)
    )
    assert script.delete(f"categories/{shop['Gear'].pk}") is True
    assert set(Category.objects.values_list("name", flat=True)) == {
        *("Default Category", "Fitness", "Women")
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "999", None, 404, "No such entity with %fieldName = %fieldValue"),
        (
            "POST",
            "",
            {"category": {"parent_id": 0}},
            400,
            'Could not save category: The "Name" attribute is required. Enter and try again.',
        ),
        (
            "PUT",
            "{Gear}/move",
            {"parent_id": "{Bags}"},
            400,
            "Operation do not allow to move a parent category to any of children category",
        ),
        ("DELETE", "{root}", None, 400, "Cannot delete category with id {root}"),
        (
            "DELETE",
            "{Women}/products/A",
            None,
            400,
            "The category doesn't contain the specified product.",
        ),
        (
            "POST",
            "{Women}/products",
            {"productLink": {"sku": "nowhere"}},
            404,
            "The product that was requested doesn't exist. Verify the product and try again.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_magentos_words(
    script: Script,
    shop: dict[str, Category],
    method: str,
    path: str,
    body: Any,
    status: int,
    message: str,
) -> None:
    make_product("A")
    ids = {name: str(category.pk) for name, category in shop.items()}
    if body and "parent_id" in body:
        body = {"parent_id": body["parent_id"].format(**ids)}

    told = script.refused(
        method, f"categories/{path}".rstrip("/").format(**ids), body, status=status
    )

    assert told == message.format(**ids)


def test_a_product_is_put_into_a_category_and_orderflow_hears_of_it(
    script: Script, shop: dict[str, Category]
) -> None:
    product = make_product("A", orderflow_export_status=ExportStatus.EXPORTED)
    address = f"categories/{shop['Bags'].pk}/products"

    assert script.post(address, {"productLink": {"sku": "a", "position": 3}}) is True

    product.refresh_from_db()
    assert product.orderflow_export_status == ExportStatus.PENDING
    Product.objects.filter(pk=product.pk).write_export_state(status=ExportStatus.EXPORTED)
    assert script.put(address, {"productLink": {"sku": "A", "position": 3}}) is True
    product.refresh_from_db()
    assert product.orderflow_export_status == ExportStatus.EXPORTED  # nothing has changed
    assert script.get(address) == [{"sku": "A", "position": 3, "category_id": str(shop["Bags"].pk)}]
    assert script.delete(f"{address}/A") is True
    assert script.get(address) == []


def test_categories_are_found_by_name(script: Script, shop: dict[str, Category]) -> None:
    found = script.get(f"categories/list?{criteria(name='Bags')}")

    assert [each["id"] for each in found["items"]] == [shop["Bags"].pk]
    assert found["total_count"] == 1


def test_attributes_are_magentos_own_and_those_that_products_have(script: Script) -> None:
    make_product("A", custom_attributes={"color": "Red", "ean": "1", "options": []})
    make_product("B", custom_attributes={"color": "Blue"}, attribute_set_id=15)

    found = script.get(f"products/attributes?{criteria(is_user_defined=1)}")
    codes = [each["attribute_code"] for each in found["items"]]

    assert {"color", "ean", "barcode"} < set(codes)
    assert not {"options", "name"} & set(codes)
    price = script.get("products/attributes/price")
    assert (price["scope"], price["frontend_input"]) == ("website", "price")
    assert script.get("products/attributes/color/options") == [
        {"label": " ", "value": ""},
        {"label": "Blue", "value": "Blue"},
        {"label": "Red", "value": "Red"},
    ]
    assert script.get("products/attributes/status/options") == [
        {"label": "Enabled", "value": "1"},
        {"label": "Disabled", "value": "2"},
    ]
    assert script.refused("GET", "products/attributes/size", status=404) == (
        'The attribute with a "%1" attributeCode doesn\'t exist.'
        " Verify the attribute and try again."
    )
    sets = script.get("products/attribute-sets/sets/list?searchCriteria")
    assert [each["attribute_set_id"] for each in sets["items"]] == [4, 15]
    assert sets["items"][0] == {
        "attribute_set_id": 4,
        "attribute_set_name": "Default",
        "sort_order": 1,
        "entity_type_id": 4,
    }
    assert script.get("products/types")[0] == {"name": "simple", "label": "Simple Product"}


@pytest.mark.parametrize(
    ("field", "condition_type", "value", "codes"),
    [
        ("attribute_code", "like", "special\\_%DATE", ["special_from_date", "special_to_date"]),
        ("attribute_code", "in", "sku, name", ["name", "sku"]),
        ("attribute_code", "regexp", "^meta_k", ["meta_keyword"]),
        ("attribute_id", "lteq", "74", ["name", "sku"]),
        ("frontend_input", "eq", "gallery", ["media_gallery"]),
        ("is_required", "eq", "1", ["name", "sku"]),
        ("attribute_code", "null", "", []),
    ],
)
def test_lists_without_a_table_are_searched_alike(
    script: Script, field: str, condition_type: str, value: str, codes: list[str]
) -> None:
    stem = "searchCriteria[filter_groups][0][filters][0]"
    asked = {f"{stem}[field]": field, f"{stem}[value]": value}
    asked[f"{stem}[condition_type]"] = condition_type

    found = script.get(f"products/attributes?{urlencode(asked)}")

    assert [each["attribute_code"] for each in found["items"]] == codes
    assert found["total_count"] == len(codes)


@pytest.mark.parametrize(
    ("field", "value", "condition", "found"),
    [
        ("level", "3", "eq", {"Bags"}),
        ("level", "2", "lt", {"Default Category"}),
        ("path", "0/{root}/{Gear}%", "like", {"Gear", "Bags"}),
        ("parent_id", "0", "eq", {"Default Category"}),
        ("children_count", "0", "gt", {"Default Category", "Gear"}),
        ("include_in_menu", "0", "eq", {"Bags"}),
        ("url_key", "bags", "eq", {"Bags"}),
        ("is_anchor", "1", "eq", {"Bags"}),
        ("erp_code", "7", "eq", {"Bags"}),
        ("meta_title", "", "null", {"Default Category", "Gear", "Bags", "Women"}),
    ],
)
def test_categories_are_searched_by_their_place_and_their_attributes(
    script: Script,
    shop: dict[str, Category],
    field: str,
    value: str,
    condition: str,
    found: set[str],
) -> None:
    attributes = {"url_key": "bags", "is_anchor": True, "erp_code": 7}
    shop["Bags"].extra = {"include_in_menu": False, "custom_attributes": attributes}
    shop["Bags"].save()
    asked = value.format(**{name.split()[0]: each.pk for name, each in shop.items()})
    stem = "searchCriteria[filter_groups][0][filters][0]"
    pairs = {"field": field, "value": asked, "condition_type": condition}
    query = urlencode({f"{stem}[{name}]": text for name, text in pairs.items()})

    items = script.get(f"categories/list?{query}")["items"]

    assert {each["name"] for each in items} == found
