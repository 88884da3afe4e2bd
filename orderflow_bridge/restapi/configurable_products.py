"""configurable-products: options and variants (docs/rest.md, "Variants")."""

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCT_STOCK, PRODUCTS_VIEW
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.catalog.variants import (
    configurable_by_sku,
    link_variant,
    options_of,
    remove_option,
    save_option,
    unlink_variant,
    variants_of,
)
from orderflow_bridge.documents.records import Document, Kind, Many, given, record, texts
from orderflow_bridge.documents.variants import (
    PRODUCT_WITH_VARIANTS,
    VARIANT_OPTION,
    documents_with_variants,
    option_document,
    option_values,
)
from orderflow_bridge.restapi.errors import no_such
from orderflow_bridge.restapi.products import store_id_of
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_OPTION_BODY = record(
    "ConfigurableOptionBody", {"option": given(VARIANT_OPTION)}, required="option"
)
_CHILD_BODY = record("ConfigurableChildBody", texts("child_sku"), required="child_sku")


class ChildrenView(RestView):
    """The variants of a product (configurableProductLinkManagementV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(PRODUCT_WITH_VARIANTS))
    def get(self, call: Call, sku: str) -> list[Document]:
        """List the variants; a product that is not configurable has none."""
        variants = variants_of(product_by_sku(sku))
        with_stock = call.caller.may(PRODUCT_STOCK)
        return documents_with_variants(variants, with_stock=with_stock, store_id=store_id_of(call))


class ChildView(RestView):
    """New variants (configurableProductLinkManagementV1)."""

    @operation(right=CATALOG_PRODUCTS, takes=_CHILD_BODY, returns=Kind.FLAG)
    def post(self, call: Call, sku: str) -> bool:
        """Make a product a variant; it needs a value for each option."""
        link_variant(sku, call.body["child_sku"])
        return True


class ChildOfView(RestView):
    """One variant (configurableProductLinkManagementV1)."""

    @operation(right=CATALOG_PRODUCTS, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, child_sku: str) -> bool:
        """Let a product no longer be a variant; the product stays."""
        unlink_variant(sku, child_sku)
        return True


class OptionsView(RestView):
    """The options of a product (configurableProductOptionRepositoryV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(VARIANT_OPTION))
    def get(self, call: Call, sku: str) -> list[Document]:
        """List the attributes by which the variants differ."""
        product = configurable_by_sku(sku)
        return [option_document(product, each) for each in options_of(product)]


class NewOptionView(RestView):
    """New options (configurableProductOptionRepositoryV1)."""

    @operation(right=CATALOG_PRODUCTS, takes=_OPTION_BODY, returns=Kind.INT)
    def post(self, call: Call, sku: str) -> int:
        """Add an option, or change the one of the same attribute; its id, which is the product's.

        An attribute's number is that of products/attributes; another shop's is kept as it is.
        """
        return save_option(sku, option_values(call.body["option"]))


class OptionView(RestView):
    """One option (configurableProductOptionRepositoryV1)."""

    @operation(right=PRODUCTS_VIEW, returns=VARIANT_OPTION)
    def get(self, call: Call, sku: str, option_id: int) -> Document:
        """Read an option."""
        product = configurable_by_sku(sku)
        for option in options_of(product):
            if option["id"] == option_id:
                return option_document(product, option)
        raise no_such(
            'The "%1" entity that was requested doesn\'t exist. Verify the entity and try again.',
            [option_id],
        )

    @operation(right=CATALOG_PRODUCTS, takes=_OPTION_BODY, returns=Kind.INT)
    def put(self, call: Call, sku: str, option_id: int) -> int:
        """Change what is given of an option; its id."""
        return save_option(sku, option_values(call.body["option"]), option_id)

    @operation(right=CATALOG_PRODUCTS, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, option_id: int) -> bool:
        """Take an option away; the variants stay."""
        remove_option(sku, option_id)
        return True


routes = [
    Route("configurable-products/<sku>/children", ChildrenView),
    Route("configurable-products/<sku>/child", ChildView),
    Route("configurable-products/<sku>/children/<child_sku>", ChildOfView),
    Route("configurable-products/<sku>/options/all", OptionsView),
    Route("configurable-products/<sku>/options", NewOptionView),
    Route("configurable-products/<sku>/options/<option_id>", OptionView),
]
