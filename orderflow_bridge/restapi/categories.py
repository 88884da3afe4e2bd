"""categories: the tree, single ones, what is in them (docs/rest.md, "Categories")."""

from typing import Any

from orderflow_bridge.access.rights import CATEGORIES, CATEGORIES_VIEW
from orderflow_bridge.catalog.category import Category
from orderflow_bridge.catalog.category_services import (
    assign_product,
    move_category,
    remove_category,
    save_category,
    unassign_product,
)
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.documents.categories import (
    CATEGORY,
    CATEGORY_TREE,
    PLACE,
    category_list,
    category_tree,
    category_values,
    place_list,
)
from orderflow_bridge.documents.category_columns import CATEGORY_COLUMNS
from orderflow_bridge.documents.records import Document, Kind, Many, given, ints, record
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.restapi.query_string import whole_number
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.stores.selectors import store_by_code

_RESULTS = results_of(CATEGORY, "CatalogDataCategorySearchResultsInterface")
_BODY = record("CategoryBody", {"category": given(CATEGORY)}, required="category")
_MOVE = record("CategoryMoveBody", ints("parent_id after_id"), required="parent_id")
_PLACE_BODY = record(
    "CategoryProductLinkBody",
    {"product_link": given(PLACE, required="sku")},
    required="product_link",
)


class CategoriesView(RestView):
    """The tree, and new categories (catalogCategoryManagementV1, catalogCategoryRepositoryV1)."""

    @operation(right=CATEGORIES_VIEW, returns=CATEGORY_TREE)
    def get(self, call: Call) -> Document:
        """Read the tree from `rootCategoryId` down to `depth` levels.

        Without a root it is that of the address's store view, and all categories under /rest/all.
        """
        root_id = whole_number(call.http, "rootCategoryId")
        return category_tree(
            _root_of(call) if root_id is None else root_id, whole_number(call.http, "depth")
        )

    @operation(right=CATEGORIES, takes=_BODY, returns=CATEGORY)
    def post(self, call: Call) -> Document:
        """Create a category, below the store's root unless it names a parent.

        One that has an id changes the category with this id.
        """
        values = category_values(call.body["category"])
        category_id = call.body["category"].get("id") or None
        if category_id is None and values.get("parent_id") is None:
            values["parent_id"] = _root_of(call)
        return _document(save_category(values, category_id))


class CategoryListView(RestView):
    """Categories (catalogCategoryListV1)."""

    @operation(right=CATEGORIES_VIEW, is_search=True, returns=_RESULTS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search categories."""
        page = call.page(Category.objects.all(), CATEGORY_COLUMNS)
        return page.answer(category_list(page.rows))


class CategoryView(RestView):
    """One category (catalogCategoryRepositoryV1)."""

    @operation(right=CATEGORIES_VIEW, returns=CATEGORY)
    def get(self, call: Call, category_id: int) -> Document:
        """Read a category."""
        category = Category.objects.filter(pk=category_id).first()
        if category is None:
            raise NoSuchEntity.field("id", category_id)
        return _document(category)

    @operation(right=CATEGORIES, takes=_BODY, returns=CATEGORY)
    def put(self, call: Call, category_id: int) -> Document:
        """Change what is given of a category."""
        return _document(save_category(category_values(call.body["category"]), category_id))

    @operation(right=CATEGORIES, returns=Kind.FLAG)
    def delete(self, call: Call, category_id: int) -> bool:
        """Delete a category with all below it; the products stay."""
        remove_category(category_id)
        return True


class CategoryMoveView(RestView):
    """Where a category hangs (catalogCategoryManagementV1)."""

    @operation(right=CATEGORIES, takes=_MOVE, returns=Kind.FLAG)
    def put(self, call: Call, category_id: int) -> bool:
        """Move a category below another one, after one of the categories there."""
        move_category(category_id, call.body["parent_id"], call.body.get("after_id"))
        return True


class CategoryProductsView(RestView):
    """Products of a category (catalogCategoryLinkManagementV1, …LinkRepositoryV1)."""

    @operation(right=CATEGORIES_VIEW, returns=Many(PLACE))
    def get(self, call: Call, category_id: int) -> list[Document]:
        """List the products that are in a category itself."""
        if not Category.objects.filter(pk=category_id).exists():
            raise NoSuchEntity.field("id", category_id)
        return place_list(category_id)

    @operation(right=CATEGORIES, takes=_PLACE_BODY, returns=Kind.FLAG)
    def post(self, call: Call, category_id: int) -> bool:
        """Put a product into a category."""
        return _assign(call, category_id)

    @operation(right=CATEGORIES, takes=_PLACE_BODY, returns=Kind.FLAG)
    def put(self, call: Call, category_id: int) -> bool:
        """Put a product into a category, or to another place in it."""
        return _assign(call, category_id)


class CategoryProductView(RestView):
    """A product in a category."""

    @operation(right=CATEGORIES, returns=Kind.FLAG)
    def delete(self, call: Call, category_id: int, sku: str) -> bool:
        """Take a product out of a category."""
        unassign_product(category_id, sku)
        return True


def _assign(call: Call, category_id: int) -> bool:
    link = call.body["product_link"]
    assign_product(category_id, link["sku"], link.get("position"))
    return True


def _document(category: Category) -> Document:
    return category_list([category])[0]


def _root_of(call: Call) -> int | None:
    """Return the category that the address's store view begins with; None is above them all.

    A store whose root is no category here begins with the only topmost one, if there is only one.
    """
    if call.store == "all":
        return None
    store = store_by_code(call.store)
    tops = list(
        Category.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True)[:1_000]
    )
    root_id = store.group.root_category_id if store else 0
    if root_id in tops:
        return root_id
    return tops[0] if len(tops) == 1 else None


routes = [
    Route("categories", CategoriesView),
    Route("categories/list", CategoryListView),
    Route("categories/<category_id>", CategoryView),
    Route("categories/<category_id>/move", CategoryMoveView),
    Route("categories/<category_id>/products", CategoryProductsView),
    Route("categories/<category_id>/products/<sku>", CategoryProductView),
]
