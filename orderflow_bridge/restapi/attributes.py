"""products/attributes, products/attribute-sets, products/types (docs/rest.md, "Attributes")."""

from typing import Any

from orderflow_bridge.access.rights import ATTRIBUTE_SETS, CATALOG_ATTRIBUTES, PRODUCTS_VIEW
from orderflow_bridge.catalog.attributes import Attribute, attribute_by_code, attributes
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.attributes import (
    ATTRIBUTE_DOCUMENT,
    ATTRIBUTE_SET,
    ATTRIBUTE_TYPE,
    OPTION,
    PRODUCT_TYPE,
    attribute_document,
    attribute_set_list,
    input_type_list,
    option_list,
    product_type_list,
)
from orderflow_bridge.documents.listed import listed
from orderflow_bridge.documents.records import Document, Many
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.restapi.errors import no_such
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_ATTRIBUTES = results_of(ATTRIBUTE_DOCUMENT, "CatalogDataProductAttributeSearchResultsInterface")
_SETS = results_of(ATTRIBUTE_SET, "EavDataAttributeSetSearchResultsInterface")


class AttributesView(RestView):
    """Product attributes (catalogProductAttributeRepositoryV1)."""

    @operation(right=CATALOG_ATTRIBUTES, is_search=True, returns=_ATTRIBUTES)
    def get(self, call: Call) -> dict[str, Any]:
        """Search the attributes: Magento's own, the bridge's, and all that products have."""
        documents = [attribute_document(each, with_options=False) for each in attributes()]
        most_rows = web_services().max_items
        return listed(documents, ATTRIBUTE_DOCUMENT, call.criteria(), most_rows=most_rows)


class AttributeView(RestView):
    """One product attribute."""

    @operation(right=CATALOG_ATTRIBUTES, returns=ATTRIBUTE_DOCUMENT)
    def get(self, call: Call, attribute_code: str) -> Document:
        """Read an attribute with its options."""
        return attribute_document(_attribute(attribute_code), with_options=True)


class AttributeOptionsView(RestView):
    """What can be chosen of an attribute (catalogProductAttributeOptionManagementV1)."""

    @operation(right=CATALOG_ATTRIBUTES, returns=Many(OPTION))
    def get(self, call: Call, attribute_code: str) -> list[Document]:
        """List the options; of color and manufacturer the values that products have."""
        return option_list(_attribute(attribute_code))


class AttributeTypesView(RestView):
    """Kinds of attribute (catalogProductAttributeTypesListV1)."""

    @operation(right=CATALOG_ATTRIBUTES, returns=Many(ATTRIBUTE_TYPE))
    def get(self, call: Call) -> list[Document]:
        """List the kinds of attribute that Magento has."""
        return input_type_list()


class ProductTypesView(RestView):
    """Types of products (catalogProductTypeListV1)."""

    @operation(right=PRODUCTS_VIEW, returns=Many(PRODUCT_TYPE))
    def get(self, call: Call) -> list[Document]:
        """List the types of products."""
        return product_type_list()


class AttributeSetsView(RestView):
    """Attribute sets (catalogAttributeSetRepositoryV1)."""

    @operation(right=ATTRIBUTE_SETS, is_search=True, returns=_SETS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search the attribute sets: Default, and each that a product names."""
        most_rows = web_services().max_items
        return listed(attribute_set_list(), ATTRIBUTE_SET, call.criteria(), most_rows=most_rows)


class AttributeSetView(RestView):
    """One attribute set."""

    @operation(right=ATTRIBUTE_SETS, returns=ATTRIBUTE_SET)
    def get(self, call: Call, attribute_set_id: int) -> Document:
        """Read an attribute set."""
        return _set(attribute_set_id)


class AttributeSetAttributesView(RestView):
    """The attributes of a set (catalogProductAttributeManagementV1)."""

    @operation(right=ATTRIBUTE_SETS, returns=Many(ATTRIBUTE_DOCUMENT))
    def get(self, call: Call, attribute_set_id: int) -> list[Document]:
        """List the attributes of a set: all there are, whichever set it is."""
        _set(attribute_set_id)
        return [attribute_document(each, with_options=False) for each in attributes()]


def _attribute(code: str) -> Attribute:
    found = attribute_by_code(code)
    if found is None:
        raise no_such(
            'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try'
            " again.",
            [code],
        )
    return found


def _set(attribute_set_id: int) -> Document:
    for document in attribute_set_list():
        if document["attribute_set_id"] == attribute_set_id:
            return document
    raise NoSuchEntity.field("id", attribute_set_id)


routes = [
    Route("products/attributes", AttributesView),
    Route("products/attributes/types", AttributeTypesView),
    Route("products/attributes/<attribute_code>", AttributeView),
    Route("products/attributes/<attribute_code>/options", AttributeOptionsView),
    Route("products/types", ProductTypesView),
    Route("products/attribute-sets/sets/list", AttributeSetsView),
    Route("products/attribute-sets/<attribute_set_id>", AttributeSetView),
    Route("products/attribute-sets/<attribute_set_id>/attributes", AttributeSetAttributesView),
]
