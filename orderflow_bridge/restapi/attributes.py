"""products/attributes, their options, products/types (docs/rest.md, "Attributes")."""

from typing import Any

from orderflow_bridge.access.rights import (
    ATTRIBUTES_EDIT,
    CATALOG_ATTRIBUTES,
    PRODUCTS_VIEW,
)
from orderflow_bridge.catalog.attributes import (
    Attribute,
    attribute_by_code,
    attributes,
    is_system,
)
from orderflow_bridge.catalog.defining import (
    add_option,
    change_option,
    code_of,
    define,
    forget_attribute,
    redefine,
    remove_option,
)
from orderflow_bridge.common.exceptions import AttributeRefused
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.attributes import (
    ATTRIBUTE_DOCUMENT,
    ATTRIBUTE_GIVEN,
    ATTRIBUTE_TYPE,
    OPTION,
    OPTION_GIVEN,
    PRODUCT_TYPE,
    attribute_document,
    attribute_set_list,
    attribute_values,
    input_type_list,
    option_list,
    product_type_list,
)
from orderflow_bridge.documents.listed import listed
from orderflow_bridge.documents.records import Document, Kind, Many, record
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.restapi.errors import no_such
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_ATTRIBUTES = results_of(ATTRIBUTE_DOCUMENT, "CatalogDataProductAttributeSearchResultsInterface")
_BODY = record("ProductAttributeBody", {"attribute": ATTRIBUTE_GIVEN}, required="attribute")
_OPTION_BODY = record("AttributeOptionBody", {"option": OPTION_GIVEN}, required="option")


class AttributesView(RestView):
    """Product attributes (catalogProductAttributeRepositoryV1)."""

    @operation(right=CATALOG_ATTRIBUTES, is_search=True, returns=_ATTRIBUTES)
    def get(self, call: Call) -> dict[str, Any]:
        """Search the attributes: Magento's own, the bridge's, and all that products have."""
        documents = [attribute_document(each, with_options=False) for each in attributes()]
        most_rows = web_services().max_items
        return listed(documents, ATTRIBUTE_DOCUMENT, call.criteria(), most_rows=most_rows)

    @operation(right=ATTRIBUTES_EDIT, takes=_BODY, returns=ATTRIBUTE_DOCUMENT)
    def post(self, call: Call) -> Document:
        """Define an attribute; its code is made of its label if it brings none."""
        values = attribute_values(call.body["attribute"])
        code = values["code"] or code_of(str(values["label"] or ""))
        code = define(values, is_known=bool(code and attribute_by_code(code)))
        return attribute_document(_attribute(code), with_options=True)


class AttributeView(RestView):
    """One product attribute."""

    @operation(right=CATALOG_ATTRIBUTES, returns=ATTRIBUTE_DOCUMENT)
    def get(self, call: Call, attribute_code: str) -> Document:
        """Read an attribute with its options."""
        return attribute_document(_attribute(attribute_code), with_options=True)

    @operation(right=ATTRIBUTES_EDIT, takes=_BODY, returns=ATTRIBUTE_DOCUMENT)
    def put(self, call: Call, attribute_code: str) -> Document:
        """Change what is given of an attribute; options are added to those that there are.

        Of Magento's own attributes and the bridge's, label and options alone are taken over.
        """
        code = _attribute(attribute_code).code
        redefine(code, attribute_values(call.body["attribute"]))
        return attribute_document(_attribute(code), with_options=True)

    @operation(right=ATTRIBUTES_EDIT, returns=Kind.FLAG)
    def delete(self, call: Call, attribute_code: str) -> bool:
        """Take an attribute away, with the values that products have for it."""
        code = _attribute(attribute_code).code
        if is_system(code):
            raise AttributeRefused("The system attribute can't be deleted.")
        forget_attribute(code)
        return True


class AttributeOptionsView(RestView):
    """What can be chosen of an attribute (catalogProductAttributeOptionManagementV1)."""

    @operation(right=CATALOG_ATTRIBUTES, returns=Many(OPTION))
    def get(self, call: Call, attribute_code: str) -> list[Document]:
        """List the options; of color and manufacturer the values that products have."""
        return option_list(_attribute(attribute_code))

    @operation(right=ATTRIBUTES_EDIT, takes=_OPTION_BODY, returns=Kind.TEXT)
    def post(self, call: Call, attribute_code: str) -> str:
        """Add an option; its value, which products hold: its label, unless it brings one."""
        attribute = _attribute(attribute_code)
        return add_option(attribute.code, attribute.frontend_input, call.body["option"])


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


class AttributeOptionView(RestView):
    """One option of an attribute (catalogProductAttributeOptionUpdateV1)."""

    @operation(right=ATTRIBUTES_EDIT, takes=_OPTION_BODY, returns=Kind.FLAG)
    def put(self, call: Call, attribute_code: str, option_id: str) -> bool:
        """Name an option anew; its value stays."""
        attribute = _attribute(attribute_code)
        change_option(attribute.code, attribute.frontend_input, option_id, call.body["option"])
        return True

    @operation(right=ATTRIBUTES_EDIT, returns=Kind.FLAG)
    def delete(self, call: Call, attribute_code: str, option_id: str) -> bool:
        """Take an option away; products keep their values."""
        attribute = _attribute(attribute_code)
        remove_option(attribute.code, attribute.frontend_input, option_id)
        return True


class MediaTypesView(RestView):
    """Attributes that are pictures (catalogProductMediaAttributeManagementV1)."""

    @operation(right=CATALOG_ATTRIBUTES, returns=Many(ATTRIBUTE_DOCUMENT))
    def get(self, call: Call, attribute_set_name: str) -> list[Document]:
        """List the attributes of a set that are pictures; a set that is unknown has none."""
        if attribute_set_name not in {each["attribute_set_name"] for each in attribute_set_list()}:
            return []
        return [
            attribute_document(each, with_options=False)
            for each in attributes()
            if each.frontend_input == "media_image"
        ]


def _attribute(code: str) -> Attribute:
    found = attribute_by_code(code)
    if found is None:
        raise no_such(
            'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try'
            " again.",
            [code],
        )
    return found


routes = [
    Route("products/attributes", AttributesView),
    Route("products/attributes/types", AttributeTypesView),
    Route("products/attributes/<attribute_code>", AttributeView),
    Route("products/attributes/<attribute_code>/options", AttributeOptionsView),
    Route("products/attributes/<attribute_code>/options/<option_id>", AttributeOptionView),
    Route("products/types", ProductTypesView),
    Route("products/media/types/<attribute_set_name>", MediaTypesView),
]
