"""The rows of an exported product file: each product's, and one for each view that differs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from orderflow_bridge.catalog.attribute_set import set_names
from orderflow_bridge.catalog.attributes import STATUS_WORDS, VISIBILITY_WORDS
from orderflow_bridge.catalog.changes import VARIANT_OPTIONS
from orderflow_bridge.catalog.models import (
    Product,
    ProductCategory,
    ProductRelation,
    ProductWebsite,
    StoreValue,
)
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.file_transfer import (
    product_kinds,
    product_links,
    product_parts,
    product_pictures,
    product_settings,
    product_variations,
)
from orderflow_bridge.file_transfer.cells import cell_text
from orderflow_bridge.file_transfer.product_cells import EMPTIED, join_list, join_path
from orderflow_bridge.file_transfer.product_rows import OWN, OWN_COLUMNS, ROLES
from orderflow_bridge.file_transfer.product_scene import paths_by_id
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, SourceItem
from orderflow_bridge.inventory.selectors import MANAGE_STOCK
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import store_views

_OWN = {name: column for name, column in OWN.items() if name != "product_online"}
_LATER = (
    *ROLES,
    *product_pictures.COLUMNS,
    *product_variations.COLUMNS,
    *product_parts.COLUMNS,
    *product_links.COLUMNS,
    *product_kinds.COLUMNS,
    *product_settings.COLUMNS,
)
COLUMNS = (
    "sku",
    "store_view_code",
    "attribute_set_code",
    *_OWN,
    "product_websites",
    "categories",
    "additional_attributes",
    "qty",
    "is_in_stock",
    *_LATER,
)
# Attributes with columns of their own.
_ELSEWHERE = OWN_COLUMNS | {*ROLES.values(), MANAGE_STOCK}
_AT_ONCE = 1_000

Cells = dict[str, str]


def product_rows(website: Website | None) -> Iterator[Sequence[str]]:
    """Yield the products of a website, or all, oldest first: nine queries per thousand."""
    shop = _Shop.read(website)
    last = 0
    products = Product.objects.order_by("pk")
    if website is not None:
        products = products.filter(website_links__website=website)
    while batch := list(products.filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1].pk
        for cells in _rows(batch, shop):
            yield [cells.get(column, "") for column in COLUMNS]


@dataclass(frozen=True)
class _Shop:
    """What products name: websites, categories and store views by id, attribute sets."""

    websites: Mapping[int, str]
    categories: Mapping[int, str]
    views: Mapping[int, str]
    sets: Mapping[int, str]

    @classmethod
    def read(cls, website: Website | None) -> "_Shop":
        """Read it; of the store views those of a website, if one is given."""
        return cls(
            dict(Website.objects.values_list("pk", "code")),
            {pk: join_path(path) for pk, path in paths_by_id().items()},
            {
                view.pk: view.code
                for view in store_views()
                if website is None or view.website_id == website.pk
            },
            set_names(),
        )


def _rows(products: Sequence[Product], shop: _Shop) -> Iterator[Cells]:
    ids = [product.pk for product in products]
    websites = _named(ProductWebsite, ids, "website_id", "website_id", shop.websites)
    categories = _named(ProductCategory, ids, "category_id", "pk", shop.categories)
    items = SourceItem.objects.filter(product_id__any_of=ids, source=DEFAULT_SOURCE)
    stock = {
        pk: (plain(quantity), str(status))
        for pk, quantity, status in items.values_list("product_id", "quantity", "status")
    }
    settings = product_settings.stored_settings(ids)
    variants = _variants(products)
    linked = product_links.linked_skus(products)
    values = _view_values(ids, shop.views)
    for product in products:
        attributes = product.custom_attributes
        options = attributes.get(VARIANT_OPTIONS)
        kinds = product_kinds.kind_words(product)
        quantity, status = stock.get(product.pk, ("", ""))
        yield {
            **_head(product, shop),
            **{name: _own(column, getattr(product, column)) for name, column in _OWN.items()},
            "product_websites": join_list(websites.get(product.pk, ())),
            "categories": join_list(categories.get(product.pk, ())),
            "additional_attributes": join_list(_pairs(attributes, kinds)),
            "qty": quantity,
            "is_in_stock": status,
            **{name: _role(code, attributes) for name, code in ROLES.items()},
            **_cells(product_pictures.COLUMNS, product_pictures.picture_cells(attributes)),
            **_cells(
                product_variations.COLUMNS,
                product_variations.variation_cells(options, variants.get(product.pk, ())),
            ),
            **_cells(product_parts.COLUMNS, product_parts.part_cells(product)),
            **_cells(product_links.COLUMNS, product_links.link_cells(product, linked)),
            **_cells(product_kinds.COLUMNS, product_kinds.kind_cells(kinds)),
            **_cells(
                product_settings.COLUMNS,
                product_settings.setting_cells(settings.get(product.pk, {}), attributes),
            ),
        }
        for view, its in values.get(product.pk, {}).items():
            if shown := _differing(product, its):
                yield {
                    **_head(product, shop),
                    "store_view_code": shop.views[view],
                    "product_type": product.type_id,
                    **_view_cells(shown),
                }


def _head(product: Product, shop: _Shop) -> Cells:
    name = shop.sets.get(product.attribute_set_id, "")
    return {"sku": product.sku, "attribute_set_code": name}


def _cells(columns: Sequence[str], cells: Sequence[str]) -> Cells:
    return dict(zip(columns, cells, strict=True))


def _named(
    model: Any, ids: Sequence[int], column: str, order: str, names: Mapping[int, str]
) -> dict[int, list[str]]:
    """Return what products are linked with, by name."""
    found: dict[int, list[str]] = {}
    links = model.objects.filter(product_id__any_of=ids).order_by(order)
    for product_id, pk in links.values_list("product_id", column):
        found.setdefault(product_id, []).append(names[pk])
    return found


def _variants(products: Sequence[Product]) -> dict[int, list[tuple[str, Mapping[str, Any]]]]:
    """Return the SKUs and further attributes of configurable products' variants."""
    parents = [each.pk for each in products if each.type_id == Product.Type.CONFIGURABLE]
    found: dict[int, list[tuple[str, Mapping[str, Any]]]] = {}
    relations = ProductRelation.objects.filter(parent_id__any_of=parents).order_by("pk")
    names = ("parent_id", "child__sku", "child__custom_attributes")
    for parent_id, sku, attributes in relations.values_list(*names) if parents else ():
        found.setdefault(parent_id, []).append((sku, attributes))
    return found


def _view_values(
    ids: Sequence[int], views: Collection[int]
) -> dict[int, dict[int, dict[str, Any]]]:
    """Return the values of store views by product and view, in the order of the views."""
    rows = StoreValue.objects.filter(product_id__any_of=ids, store__in=views)
    found: dict[int, dict[int, dict[str, Any]]] = {}
    names = ("product_id", "store_id", "attribute", "value")
    for product_id, view, code, value in rows.order_by("attribute").values_list(*names):
        found.setdefault(product_id, {}).setdefault(view, {})[code] = value
    return {pk: {view: its[view] for view in views if view in its} for pk, its in found.items()}


def _differing(product: Product, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a view shows otherwise than by default, as Magento's export does."""
    default = product.custom_attributes
    return {
        code: value
        for code, value in values.items()
        if cell_text(value)
        != cell_text(getattr(product, code) if code in OWN_COLUMNS else default.get(code))
    }


def _view_cells(values: Mapping[str, Any]) -> Cells:
    own = {
        name: _own(column, values[column]) or EMPTIED
        for name, column in _OWN.items()
        if column in values
    }
    roles = {name: cell_text(values[code]) or EMPTIED for name, code in ROLES.items()
             if code in values}  # fmt: skip
    others = {code: value or EMPTIED for code, value in values.items()}
    return {**own, **roles, "additional_attributes": join_list(_pairs(others))}


def _own(column: str, value: Any) -> str:
    if column == "status":
        return STATUS_WORDS[value]
    if column == "visibility":
        return VISIBILITY_WORDS[value]
    return cell_text(value)


def _role(code: str, attributes: Mapping[str, Any]) -> str:
    if code.endswith("label"):
        return cell_text(attributes.get(code))
    return product_pictures.file_playing(code, attributes)


def _pairs(attributes: Mapping[str, Any], told: Collection[str] = ()) -> Iterable[str]:
    """Yield the further attributes as code=value; what is no text or list of texts is left out.

    `told` are the codes that the row has columns for.
    """
    for code, value in sorted(attributes.items()):
        if code in _ELSEWHERE or code in told:
            continue
        if isinstance(value, list):
            listed = [cell_text(entry) for entry in value]
            if any(isinstance(entry, dict | list) for entry in value) or "|" in chain(*listed):
                continue
            text = "|".join(listed)
        else:
            text = "" if isinstance(value, dict) else cell_text(value)
        if text:
            yield f"{code}={text}"
