"""bundle-products: options of bundles, and what can be chosen (docs/rest.md, "Bundles")."""

from dataclasses import replace

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.catalog.bundles import (
    add_bundle_link,
    bundle_by_sku,
    change_bundle_link,
    remove_bundle_link,
    remove_bundle_option,
    save_bundle_option,
)
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.documents.bundles import (
    BUNDLE_LINK,
    BUNDLE_OPTION,
    OPTION_TYPE,
    bundle_values,
    link_values,
    option_documents,
    option_type_list,
)
from orderflow_bridge.documents.records import Document, Kind, Many, given, record
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_OPTION = replace(given(BUNDLE_OPTION, required="sku"), name="BundleOptionOfSkuGiven")
_LINK = replace(given(BUNDLE_LINK, required="sku"), name="BundleLinkOfSkuGiven")
_OPTION_BODY = record("BundleOptionBody", {"option": _OPTION}, required="option")
_LINK_BODY = record("BundleLinkBody", {"linked_product": _LINK}, required="linked_product")


class ChildrenView(RestView):
    """What can be chosen of a bundle (bundleProductLinkManagementV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(BUNDLE_LINK))
    def get(self, call: Call, sku: str) -> list[Document]:
        """List the links of all options; `optionId` in the query narrows them down to one."""
        only = call.http.GET.get("optionId", "")
        return [
            link
            for option in option_documents(bundle_by_sku(sku))
            if only in ("", str(option["option_id"]))
            for link in option.get("product_links", [])
        ]


class NewLinkView(RestView):
    """New links (bundleProductLinkManagementV1); the same address changes one by its id."""

    @operation(right=CATALOG_PRODUCTS, takes=_LINK_BODY, returns=Kind.INT)
    def post(self, call: Call, sku: str, link_or_option_id: int) -> int:
        """Let a product be chosen for the option of this id; the link's id."""
        return add_bundle_link(sku, link_or_option_id, link_values(call.body["linked_product"]))

    @operation(right=CATALOG_PRODUCTS, takes=_LINK_BODY, returns=Kind.FLAG)
    def put(self, call: Call, sku: str, link_or_option_id: int) -> bool:
        """Change what is given of the link with this id."""
        change_bundle_link(sku, str(link_or_option_id), link_values(call.body["linked_product"]))
        return True


class ChildOfOptionView(RestView):
    """One link (bundleProductLinkManagementV1)."""

    @operation(right=CATALOG_PRODUCTS, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, option_id: int, child_sku: str) -> bool:
        """Let a product no longer be chosen for an option."""
        remove_bundle_link(sku, option_id, child_sku)
        return True


class OptionsView(RestView):
    """The options of a bundle (bundleProductOptionRepositoryV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(BUNDLE_OPTION))
    def get(self, call: Call, sku: str) -> list[Document]:
        """List the options."""
        return option_documents(bundle_by_sku(sku))


class OptionTypesView(RestView):
    """Types of options (bundleProductOptionTypeListV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(OPTION_TYPE))
    def get(self, call: Call) -> list[Document]:
        """List the types of options."""
        return option_type_list()


class OptionView(RestView):
    """One option (bundleProductOptionRepositoryV1)."""

    @operation(right=PRODUCTS_VIEW, returns=BUNDLE_OPTION)
    def get(self, call: Call, sku: str, option_id: int) -> Document:
        """Read an option."""
        for document in option_documents(bundle_by_sku(sku)):
            if document["option_id"] == option_id:
                return document
        raise NoSuchEntity(
            "The option that was requested doesn't exist. Verify the entity and try again."
        )

    @operation(right=CATALOG_PRODUCTS, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, option_id: int) -> bool:
        """Take an option away; the products stay."""
        remove_bundle_option(sku, option_id)
        return True


class NewOptionView(RestView):
    """New options (bundleProductOptionManagementV1)."""

    @operation(right=CATALOG_PRODUCTS, takes=_OPTION_BODY, returns=Kind.INT)
    def post(self, call: Call) -> int:
        """Add an option to the bundle that it names by `sku`; its id, which is the bundle's own."""
        option = call.body["option"]
        return save_bundle_option(option["sku"], bundle_values(option))


class ChangedOptionView(RestView):
    """Changed options (bundleProductOptionManagementV1)."""

    @operation(right=CATALOG_PRODUCTS, takes=_OPTION_BODY, returns=Kind.INT)
    def put(self, call: Call, option_id: int) -> int:
        """Change what is given of an option of the bundle that it names by `sku`; its id."""
        option = call.body["option"]
        return save_bundle_option(option["sku"], bundle_values(option), option_id)


routes = [
    Route("bundle-products/<sku>/children", ChildrenView),
    Route("bundle-products/<sku>/links/<link_or_option_id>", NewLinkView),
    Route("bundle-products/<sku>/options/<option_id>/children/<child_sku>", ChildOfOptionView),
    Route("bundle-products/<sku>/options/all", OptionsView),
    Route("bundle-products/options/types", OptionTypesView),
    Route("bundle-products/<sku>/options/<option_id>", OptionView),
    Route("bundle-products/options/add", NewOptionView),
    Route("bundle-products/options/<option_id>", ChangedOptionView),
]
