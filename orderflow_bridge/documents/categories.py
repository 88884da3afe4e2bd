"""Categories as documents, one by one and as a tree (docs/rest.md, "Categories")."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count

from orderflow_bridge.catalog.category import Category
from orderflow_bridge.catalog.category_services import Tree
from orderflow_bridge.catalog.models import ProductCategory
from orderflow_bridge.documents.product_records import ATTRIBUTE
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    flags,
    ints,
    record,
    texts,
)

CATEGORY = record(
    "CatalogDataCategoryInterface",
    ints("id parent_id"),
    texts("name"),
    flags("is_active"),
    ints("position level"),
    texts("children created_at updated_at path"),
    {"available_sort_by": Many(Kind.TEXT)},
    flags("include_in_menu"),
    {"custom_attributes": Many(ATTRIBUTE)},
    required="name",
)
CATEGORY_TREE = record(
    "CatalogDataCategoryTreeInterface",
    ints("id parent_id"),
    texts("name"),
    flags("is_active"),
    ints("position level product_count"),
    {"children_data": Many(Kind.SELF)},
    required="name is_active position level product_count children_data",
)
PLACE = record(
    "CatalogDataCategoryProductLinkInterface",
    texts("sku"),
    ints("position"),
    texts("category_id"),
    required="sku category_id",
)
# Above the topmost categories, as Magento's Root Catalog; it is no row here and has no id.
ROOT: Mapping[str, Any] = {
    "id": 0,
    "parent_id": 0,
    "name": "Root Catalog",
    "is_active": True,
    "position": 0,
    "level": 0,
    "product_count": 0,
}
# What follows from the tree and is not for callers to say.
_DERIVED = ("path", "children_count", "level", "children")
_KEPT = ("include_in_menu", "available_sort_by")


def category_list(categories: Iterable[Category]) -> list[Document]:
    """Return the documents of categories: one query for the tree, however many."""
    tree = Tree()
    return [_document(each, tree) for each in categories]


def _document(category: Category, tree: Tree) -> Document:
    path = [0, *tree.path(category)]
    children = [str(each.pk) for each in tree.below.get(category.pk, ())]
    attributes = category.extra.get("custom_attributes", {})
    attributes |= {"path": "/".join(map(str, path)), "children_count": str(len(children))}
    return CATEGORY.of(
        {"available_sort_by": [], "include_in_menu": True}
        | {name: category.extra[name] for name in _KEPT if name in category.extra}
        | {
            "id": category.pk,
            "parent_id": category.parent_id or 0,
            "name": category.name,
            "is_active": category.is_active,
            "position": category.position,
            "level": len(path) - 1,
            "children": ",".join(children),
            "created_at": category.created_at,
            "updated_at": category.updated_at,
            "path": attributes["path"],
            "custom_attributes": [
                {"attribute_code": code, "value": value} for code, value in attributes.items()
            ],
        }
    )


def category_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document asks for, as `save_category` takes it.

    What follows from the tree, and the times, are passed over.
    """
    names = ("name", "parent_id", "position", "is_active")
    values = {name: document[name] for name in names if name in document}
    extra = {name: document[name] for name in _KEPT if document.get(name) is not None}
    attributes = {
        str(entry.get("attribute_code") or ""): entry.get("value")
        for entry in document.get("custom_attributes") or ()
    }
    kept = {code: value for code, value in attributes.items() if code and code not in _DERIVED}
    return values | {"extra": extra | ({"custom_attributes": kept} if kept else {})}


def category_tree(root_id: int | None, depth: int | None = None) -> Document:
    """Return a category with those below it, down to so many levels; two queries.

    `root_id` None is Magento's Root Catalog, above them all. Raises NoSuchEntity.
    """
    tree = Tree()
    links = ProductCategory.objects.order_by().values_list("category_id")
    counts = dict(links.annotate(products=Count("pk")))
    if root_id is None:
        level, tops, node = 0, tree.below.get(None, ()), dict(ROOT)
    else:
        top = tree.get(root_id)
        level, tops = len(tree.path(top)), tree.below.get(top.pk, ())
        node = _node(top, level, counts)
    node["children_data"] = _branches(tree, tops, level + 1, depth, counts)
    return CATEGORY_TREE.of(node)


def _branches(
    tree: Tree,
    categories: Sequence[Category],
    level: int,
    depth: int | None,
    counts: Mapping[int, int],
) -> list[dict[str, Any]]:
    if depth is not None and depth <= 0:
        return []
    deeper = None if depth is None else depth - 1
    return [
        _node(each, level, counts)
        | {"children_data": _branches(tree, tree.below.get(each.pk, ()), level + 1, deeper, counts)}
        for each in categories
    ]


def _node(category: Category, level: int, counts: Mapping[int, int]) -> dict[str, Any]:
    return {
        "id": category.pk,
        "parent_id": category.parent_id or 0,
        "name": category.name,
        "is_active": category.is_active,
        "position": category.position,
        "level": level,
        "product_count": counts.get(category.pk, 0),
    }


def place_list(category_id: int) -> list[Document]:
    """Return the products of a category and their places in it: one query."""
    links = ProductCategory.objects.filter(category=category_id).order_by("position", "pk")
    return [
        PLACE.of({"sku": sku, "position": position, "category_id": str(category_id)})
        for sku, position in links.values_list("product__sku", "position")
    ]
