"""products/<sku>/links: what is named along with a product (docs/rest.md, "Links and options")."""

from dataclasses import replace

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.catalog.groups import ASSOCIATED
from orderflow_bridge.catalog.links import (
    LINK_TYPES,
    links_of,
    remove_link,
    save_link,
    set_links,
)
from orderflow_bridge.documents.product_records import LINK_WITH_UNITS
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    given,
    ints,
    record,
    texts,
)
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

LINK_TYPE = record(
    "CatalogDataProductLinkTypeInterface", ints("code"), texts("name"), required="code name"
)
LINK_ATTRIBUTE = record(
    "CatalogDataProductLinkAttributeInterface", texts("code type"), required="code type"
)
_GIVEN = replace(
    given(LINK_WITH_UNITS, required="link_type linked_product_sku"), name="ProductLinkToSkuGiven"
)
_LINKS = record("ProductLinksBody", {"items": Many(_GIVEN)}, texts("type"), required="items")
_LINK = record("ProductLinkBody", {"entity": _GIVEN}, required="entity")


class LinkTypesView(RestView):
    """Types of links (catalogProductLinkTypeListV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(LINK_TYPE))
    def get(self, call: Call) -> list[Document]:
        """List the types of links."""
        return [LINK_TYPE.of({"code": code, "name": name}) for name, code in LINK_TYPES.items()]


class LinkAttributesView(RestView):
    """What links of a type say (catalogProductLinkTypeListV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(LINK_ATTRIBUTE))
    def get(self, call: Call, link_type: str) -> list[Document]:
        """List the fields of links of a type; one that is unknown has none."""
        if link_type not in LINK_TYPES:
            return []
        fields = {"position": "int"} | ({"qty": "decimal"} if link_type == ASSOCIATED else {})
        return [LINK_ATTRIBUTE.of({"code": code, "type": kind}) for code, kind in fields.items()]


class LinksOfTypeView(RestView):
    """Links of one type (catalogProductLinkManagementV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(LINK_WITH_UNITS))
    def get(self, call: Call, sku: str, link_type: str) -> list[Document]:
        """List a product's links of a type."""
        return [LINK_WITH_UNITS.of(each) for each in links_of(sku, link_type)]


class LinksView(RestView):
    """Links of a product (catalogProductLinkManagementV1, catalogProductLinkRepositoryV1)."""

    @operation(right=CATALOG_PRODUCTS, takes=_LINKS, returns=Kind.FLAG)
    def post(self, call: Call, sku: str) -> bool:
        """Write links in place of the product's others of the same types."""
        set_links(sku, [LINK_WITH_UNITS.of(each) for each in call.body["items"]])
        return True

    @operation(right=CATALOG_PRODUCTS, takes=_LINK, returns=Kind.FLAG)
    def put(self, call: Call, sku: str) -> bool:
        """Add one link, or change it."""
        save_link(sku, LINK_WITH_UNITS.of(call.body["entity"]))
        return True


class LinkView(RestView):
    """One link (catalogProductLinkRepositoryV1)."""

    @operation(right=CATALOG_PRODUCTS, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, link_type: str, linked_sku: str) -> bool:
        """Take a link away; the product stays."""
        remove_link(sku, link_type, linked_sku)
        return True


routes = [
    Route("products/links/types", LinkTypesView),
    Route("products/links/<link_type>/attributes", LinkAttributesView),
    Route("products/<sku>/links/<link_type>", LinksOfTypeView),
    Route("products/<sku>/links", LinksView),
    Route("products/<sku>/links/<link_type>/<linked_sku>", LinkView),
]
