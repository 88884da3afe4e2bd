"""products/attribute-sets, eav/attribute-sets: numbers and names (docs/rest.md, "Attributes")."""

from typing import Any

from orderflow_bridge.access.rights import ATTRIBUTE_SETS, ATTRIBUTE_SETS_EDIT
from orderflow_bridge.catalog.attributes import attributes
from orderflow_bridge.catalog.defining import remove_set, save_set
from orderflow_bridge.common.exceptions import AttributeRefused, NoSuchEntity
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.attributes import (
    ATTRIBUTE_DOCUMENT,
    ATTRIBUTE_SET,
    attribute_document,
    attribute_set_list,
)
from orderflow_bridge.documents.listed import listed
from orderflow_bridge.documents.records import Document, Kind, Many, given, ints, record, texts
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_SETS = results_of(ATTRIBUTE_SET, "EavDataAttributeSetSearchResultsInterface")
_NEW = record(
    "NewAttributeSetBody",
    {"attribute_set": given(ATTRIBUTE_SET)},
    ints("skeleton_id"),
    texts("entity_type_code"),
    required="attribute_set skeleton_id",
)
_CHANGED = record(
    "AttributeSetBody", {"attribute_set": given(ATTRIBUTE_SET)}, required="attribute_set"
)
_BASED_ON_NOTHING = (
    "The attribute set couldn't be created because it's based on a non-existing attribute set."
)
_INVALID = 'Invalid value of "%value" provided for the %fieldName field.'


class AttributeSetListView(RestView):
    """Attribute sets (catalogAttributeSetRepositoryV1)."""

    @operation(right=ATTRIBUTE_SETS, is_search=True, returns=_SETS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search the attribute sets: Default, and each that has a name or a product."""
        most_rows = web_services().max_items
        return listed(attribute_set_list(), ATTRIBUTE_SET, call.criteria(), most_rows=most_rows)


class NewAttributeSetView(RestView):
    """New attribute sets (catalogAttributeSetManagementV1)."""

    @operation(right=ATTRIBUTE_SETS_EDIT, takes=_NEW, returns=ATTRIBUTE_SET)
    def post(self, call: Call) -> Document:
        """Make a set like the one that `skeletonId` names; every set has all attributes."""
        document, skeleton = call.body["attribute_set"], call.body["skeleton_id"]
        if document.get("attribute_set_id") is not None:
            value = str(document["attribute_set_id"])
            raise AttributeRefused(_INVALID, {"fieldName": "id", "value": value})
        if skeleton <= 0:
            raise AttributeRefused(_INVALID, {"fieldName": "skeletonId", "value": str(skeleton)})
        if skeleton not in {each["attribute_set_id"] for each in attribute_set_list()}:
            raise AttributeRefused(_BASED_ON_NOTHING)
        name = document.get("attribute_set_name") or ""
        return _set(save_set(None, name, document.get("sort_order")))


class AttributeSetView(RestView):
    """One attribute set (catalogAttributeSetRepositoryV1)."""

    @operation(right=ATTRIBUTE_SETS, returns=ATTRIBUTE_SET)
    def get(self, call: Call, attribute_set_id: int) -> Document:
        """Read an attribute set."""
        return _set(attribute_set_id)

    @operation(right=ATTRIBUTE_SETS_EDIT, takes=_CHANGED, returns=ATTRIBUTE_SET)
    def put(self, call: Call, attribute_set_id: int) -> Document:
        """Change the name or the place of a set."""
        document, there = call.body["attribute_set"], _set(attribute_set_id)
        name = document.get("attribute_set_name")
        name = there["attribute_set_name"] if name is None else name
        return _set(save_set(attribute_set_id, name, document.get("sort_order")))

    @operation(right=ATTRIBUTE_SETS_EDIT, returns=Kind.FLAG)
    def delete(self, call: Call, attribute_set_id: int) -> bool:
        """Forget a set. Products keep its number, and with it the set is there without a name."""
        _set(attribute_set_id)
        remove_set(attribute_set_id)
        return True


class AttributeSetAttributesView(RestView):
    """The attributes of a set (catalogProductAttributeManagementV1)."""

    @operation(right=ATTRIBUTE_SETS, returns=Many(ATTRIBUTE_DOCUMENT))
    def get(self, call: Call, attribute_set_id: int) -> list[Document]:
        """List the attributes of a set: all there are, whichever set it is."""
        _set(attribute_set_id)
        return [attribute_document(each, with_options=False) for each in attributes()]


def _set(attribute_set_id: int) -> Document:
    for document in attribute_set_list():
        if document["attribute_set_id"] == attribute_set_id:
            return document
    raise NoSuchEntity.field("id", attribute_set_id)


routes = [
    Route("products/attribute-sets", NewAttributeSetView),
    Route("products/attribute-sets/sets/list", AttributeSetListView),
    Route("products/attribute-sets/<attribute_set_id>", AttributeSetView),
    Route("products/attribute-sets/<attribute_set_id>/attributes", AttributeSetAttributesView),
    Route("eav/attribute-sets", NewAttributeSetView),
    Route("eav/attribute-sets/list", AttributeSetListView),
    Route("eav/attribute-sets/<attribute_set_id>", AttributeSetView),
]
