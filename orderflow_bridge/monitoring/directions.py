"""Exports and imports: the page of each entity's reports, and who may see it."""

from dataclasses import dataclass

from django.http import HttpRequest

from orderflow_bridge.common.choices import Entity, RequestType


@dataclass(frozen=True)
class Direction:
    """Exports or imports, and the page of each entity's reports."""

    noun: str
    pages: dict[Entity, str]

    def entities(self, request: HttpRequest) -> list[Entity]:
        """Return the entities whose reports the user may see."""
        return [each for each, page in self.pages.items() if _may_see(request, page)]


DIRECTIONS = {
    RequestType.EXPORT: Direction(
        "export",
        {Entity.PRODUCT: "exports_productexport", Entity.ORDER: "exports_orderexport"},
    ),
    RequestType.IMPORT: Direction(
        "import",
        {Entity.INVENTORY: "imports_inventoryimport", Entity.SHIPMENT: "imports_shipmentimport"},
    ),
}


def _may_see(request: HttpRequest, page: str) -> bool:
    app_label, _, model_name = page.partition("_")
    rights = (f"{app_label}.{verb}_{model_name}" for verb in ("view", "change"))
    return any(request.user.has_perm(right) for right in rights)
