"""products, products/<sku>, products/<sku>/websites (docs/rest.md, "Products")."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from rest_framework import status

from orderflow_bridge.access.rights import (
    CATALOG_ATTRIBUTES,
    CATALOG_IMAGES,
    CATALOG_PRODUCTS,
    IMAGES_VIEW,
    PRODUCT_STOCK,
    PRODUCTS_VIEW,
)
from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.media import (
    add_media,
    change_media,
    find,
    product_gallery,
    remove_media,
    save_media,
)
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.catalog.services import remove_product, save_products
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.common.exceptions import ItemError, NoSuchEntity
from orderflow_bridge.documents.product_records import MEDIA_ENTRY
from orderflow_bridge.documents.products import save_documents
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    Record,
    given,
    ints,
    record,
    texts,
)
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.documents.variants import (
    PRODUCT_WITH_VARIANTS,
    documents_with_variants,
    save_variants,
)
from orderflow_bridge.documents.view_columns import searched_in
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.query_string import whole_number
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.stores.selectors import view_by_id, view_in_scope, website_ids_in_scope

_CONTENT = texts("base64_encoded_data type name")


def _entry(*, content_required: bool) -> Record:
    needed = "base64_encoded_data type name" if content_required else ""
    content = record(
        f"FrameworkDataImageContentInterface{'Needed' if content_required else 'Given'}",
        _CONTENT,
        required=needed,
    )
    return record(
        f"{MEDIA_ENTRY.name}{'New' if content_required else 'Given'}",
        MEDIA_ENTRY.fields,
        {"content": content},
        required="content" if content_required else "",
    )


MEDIA_GIVEN = _entry(content_required=False)
_NEW = record("NewMediaBody", {"entry": _entry(content_required=True)}, required="entry")
_CHANGED = record("MediaBody", {"entry": MEDIA_GIVEN}, required="entry")


PRODUCT_GIVEN = replace(
    given(PRODUCT_WITH_VARIANTS),
    fields={**given(PRODUCT_WITH_VARIANTS).fields, "media_gallery_entries": Many(MEDIA_GIVEN)},
)
PRODUCT_BODY = record(
    "ProductBody",
    {"product": PRODUCT_GIVEN, "save_options": Kind.FLAG},
    required="product",
)
_RESULTS = results_of(PRODUCT_WITH_VARIANTS, "CatalogDataProductSearchResultsInterface")
_WEBSITE_LINK = record(
    "ProductWebsiteLinkBody",
    {
        "product_website_link": record(
            "CatalogDataProductWebsiteLinkInterface",
            texts("sku"),
            ints("website_id"),
            required="website_id",
        )
    },
    required="product_website_link",
)


class ProductsView(RestView):
    """The catalogue (catalogProductRepositoryV1)."""

    @operation(right=PRODUCTS_VIEW, is_search=True, returns=_RESULTS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search products."""
        store_id = store_id_of(call)
        page = call.page(Product.objects.exclude(sku_key=SELF_TEST), searched_in(store_id))
        with_stock = call.caller.may(PRODUCT_STOCK)
        return page.answer(
            documents_with_variants(list(page.rows), with_stock=with_stock, store_id=store_id)
        )

    @operation(right=CATALOG_PRODUCTS, takes=PRODUCT_BODY, returns=PRODUCT_WITH_VARIANTS)
    def post(self, call: Call) -> Document:
        """Create a product, or change the one that has its SKU.

        What is not given stays as it is. Under a store's address, and without one under the default
        store's, values that may differ by view are that view's; null goes back to the default
        value. `extension_attributes.stock_item` writes the quantity of the default source; a
        product that is new and names no websites joins those of the address: all of them under
        /rest/all, else that of the store. `media_gallery_entries` are all its pictures: those with
        an id are kept or changed, those with a content added, others dropped.
        """
        return _save(call, None)


class ProductView(RestView):
    """One product."""

    @operation(right=PRODUCTS_VIEW, returns=PRODUCT_WITH_VARIANTS)
    def get(self, call: Call, sku: str) -> Document:
        """Read a product; where it stands with OrderFlow stays as it is.

        `storeId` names the store view whose values are wanted, 0 the default ones; without it
        that is the address's.
        """
        asked = whole_number(call.http, "storeId")
        if asked is None:
            return _document(call, product_by_sku(sku))
        view = view_by_id(asked)
        return _document_of(call, product_by_sku(sku), view.pk if view else None)

    @operation(right=CATALOG_PRODUCTS, takes=PRODUCT_BODY, returns=PRODUCT_WITH_VARIANTS)
    def put(self, call: Call, sku: str) -> Document:
        """Change a product, or create it; the SKU of the address counts."""
        return _save(call, sku)

    @operation(right=CATALOG_PRODUCTS, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str) -> bool:
        """Delete a product with its stock. Its orders keep their rows."""
        if not remove_product(sku):
            raise NoSuchEntity.product()
        return True


class ProductWebsitesView(RestView):
    """The websites that sell a product (catalogProductWebsiteLinkRepositoryV1)."""

    @operation(right=CATALOG_PRODUCTS, takes=_WEBSITE_LINK, returns=Kind.FLAG)
    def post(self, call: Call, sku: str) -> bool:
        """Let a product join a website."""
        return _join(call, sku)

    @operation(right=CATALOG_PRODUCTS, takes=_WEBSITE_LINK, returns=Kind.FLAG)
    def put(self, call: Call, sku: str) -> bool:
        """Let a product join a website."""
        return _join(call, sku)


class ProductWebsiteView(RestView):
    """A product on one website."""

    @operation(right=CATALOG_PRODUCTS, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, website_id: int) -> bool:
        """Take a product off a website."""
        there = _website_ids(sku)
        if website_id not in there:
            raise NoSuchEntity.any()
        refuse(_saved(ProductChange(sku, website_ids=there - {website_id})))
        return True


def refuse(item_error: ItemError | None) -> None:
    """Raise what is wrong with a product, if anything is."""
    if item_error:
        parameters = dict(item_error.parameters)
        raise Refusal(status.HTTP_400_BAD_REQUEST, item_error.message, parameters)


def _save(call: Call, sku: str | None) -> Document:
    product: Mapping[str, Any] = call.body["product"]
    joins = website_ids_in_scope(call.store)
    with transaction.atomic():
        [verdict] = save_documents([product], skus=[sku], joins=joins, store_id=store_id_of(call))
        refuse(verdict.item_error)
        if product.get("media_gallery_entries") is not None:
            save_media(verdict.sku, product["media_gallery_entries"])
        save_variants(verdict.sku, product)
    return _document(call, product_by_sku(verdict.sku))


def _document(call: Call, product: Product) -> Document:
    return _document_of(call, product, store_id_of(call))


def _document_of(call: Call, product: Product, store_id: int | None) -> Document:
    [document] = documents_with_variants(
        [product], with_stock=call.caller.may(PRODUCT_STOCK), store_id=store_id
    )
    return document


def store_id_of(call: Call) -> int | None:
    """Return the store view whose values a call is about; None for the default ones."""
    view = view_in_scope(call.store)
    return view.pk if view else None


def _join(call: Call, sku: str) -> bool:
    website_id = call.body["product_website_link"]["website_id"]
    if _saved(ProductChange(sku, website_ids=_website_ids(sku) | {website_id})):
        text = 'Could not assign product "%1" to websites "%2"'
        raise Refusal(status.HTTP_400_BAD_REQUEST, text, [sku, website_id])
    return True


def _saved(change: ProductChange) -> ItemError | None:
    return save_products([change])[0].item_error


def _website_ids(sku: str) -> set[int]:
    return set(product_by_sku(sku).websites.values_list("pk", flat=True))


class ProductMediaView(RestView):
    """The gallery (catalogProductAttributeMediaGalleryManagementV1)."""

    @operation(right=IMAGES_VIEW, returns=Many(MEDIA_ENTRY))
    def get(self, call: Call, sku: str) -> list[Document]:
        """List the pictures of a product."""
        return [MEDIA_ENTRY.of(entry) for entry in product_gallery(product_by_sku(sku))]

    @operation(right=CATALOG_IMAGES, takes=_NEW, returns=Kind.INT)
    def post(self, call: Call, sku: str) -> int:
        """Add a picture: JPEG, PNG, GIF or WebP in base64. The answer is its id."""
        return add_media(sku, call.body["entry"])


class ProductMediaEntryView(RestView):
    """One picture."""

    @operation(right=CATALOG_ATTRIBUTES, returns=MEDIA_ENTRY)
    def get(self, call: Call, sku: str, entry_id: int) -> Document:
        """Read a picture's entry."""
        return MEDIA_ENTRY.of(find(product_gallery(product_by_sku(sku)), entry_id))

    @operation(right=CATALOG_IMAGES, takes=_CHANGED, returns=Kind.FLAG)
    def put(self, call: Call, sku: str, entry_id: int) -> Any:
        """Change a picture's label, position, visibility, roles or file."""
        change_media(sku, entry_id, call.body["entry"])
        return True

    @operation(right=CATALOG_IMAGES, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, entry_id: int) -> Any:
        """Take a picture away, with its file and its roles."""
        remove_media(sku, entry_id)
        return True


routes = [
    Route("products", ProductsView),
    Route("products/<sku>", ProductView),
    Route("products/<sku>/websites", ProductWebsitesView),
    Route("products/<sku>/websites/<website_id>", ProductWebsiteView),
    Route("products/<sku>/media", ProductMediaView),
    Route("products/<sku>/media/<entry_id>", ProductMediaEntryView),
]
