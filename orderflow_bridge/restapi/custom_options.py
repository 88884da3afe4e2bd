"""products/<sku>/options: custom options of a product (docs/rest.md, "Links and options")."""

from dataclasses import replace
from typing import Any

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.catalog.custom_options import (
    OPTION_TYPES,
    custom_option,
    custom_options,
    remove_custom_option,
    save_custom_option,
)
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.documents.product_records import OPTION
from orderflow_bridge.documents.records import Document, Kind, Many, given, record, texts
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

OPTION_TYPE = record(
    "CatalogDataProductCustomOptionTypeInterface",
    texts("label code group"),
    required="label code group",
)
_GIVEN = replace(given(OPTION, required="product_sku"), name="CustomOptionOfSkuGiven")
_BODY = record("CustomOptionBody", {"option": _GIVEN}, required="option")


class OptionTypesView(RestView):
    """Types of custom options (catalogProductCustomOptionTypeListV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(OPTION_TYPE))
    def get(self, call: Call) -> list[Document]:
        """List the types of custom options."""
        return [
            OPTION_TYPE.of({"label": label, "code": code, "group": group})
            for code, (label, group) in OPTION_TYPES.items()
        ]


class OptionsView(RestView):
    """The custom options of a product (catalogProductCustomOptionRepositoryV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(OPTION))
    def get(self, call: Call, sku: str) -> list[Document]:
        """List the custom options."""
        product = product_by_sku(sku)
        return [_document(product.sku, each) for each in custom_options(product)]


class OptionView(RestView):
    """One custom option."""

    @operation(right=PRODUCTS_VIEW, returns=OPTION)
    def get(self, call: Call, sku: str, option_id: int) -> Document:
        """Read a custom option."""
        return _document(sku, custom_option(sku, option_id))

    @operation(right=CATALOG_PRODUCTS, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, option_id: int) -> bool:
        """Take a custom option away."""
        remove_custom_option(sku, option_id)
        return True


class NewOptionView(RestView):
    """New custom options."""

    @operation(right=CATALOG_PRODUCTS, takes=_BODY, returns=OPTION)
    def post(self, call: Call) -> Document:
        """Add a custom option to the product that it names by `product_sku`."""
        return _save(call, None)


class ChangedOptionView(RestView):
    """Changed custom options."""

    @operation(right=CATALOG_PRODUCTS, takes=_BODY, returns=OPTION)
    def put(self, call: Call, option_id: int) -> Document:
        """Change what is given of a custom option of the product that it names."""
        return _save(call, option_id)


def _save(call: Call, option_id: int | None) -> Document:
    given_option = call.body["option"]
    shaped = OPTION.of(given_option)
    values = {name: shaped[name] for name in shaped if given_option.get(name) is not None}
    sku = given_option["product_sku"]
    return _document(sku, save_custom_option(sku, values, option_id))


def _document(sku: str, option: Any) -> Document:
    return OPTION.of({"product_sku": sku, **option})


routes = [
    Route("products/options/types", OptionTypesView),
    Route("products/options", NewOptionView),
    Route("products/options/<option_id>", ChangedOptionView),
    Route("products/<sku>/options", OptionsView),
    Route("products/<sku>/options/<option_id>", OptionView),
]
