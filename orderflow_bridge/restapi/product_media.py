"""products/<sku>/media, …/<entry_id>: the pictures of a product (docs/rest.md, "Products")."""

from typing import Any

from orderflow_bridge.access.rights import CATALOG_ATTRIBUTES, CATALOG_IMAGES, IMAGES_VIEW
from orderflow_bridge.catalog.api import product_gallery
from orderflow_bridge.catalog.gallery import find
from orderflow_bridge.catalog.media import add_media, change_media, remove_media
from orderflow_bridge.catalog.product_records import MEDIA_ENTRY
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.documents.records import Document, Kind, Many, Record, record, texts
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView

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
    route("products/<sku>/media", ProductMediaView),
    route("products/<sku>/media/<entry_id>", ProductMediaEntryView),
]
