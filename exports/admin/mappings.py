"""The page of the mapping, with the documents that it makes: preview, and the latest hundred."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from exports.mapping_trials import latest_reference, try_latest, try_one
from orderflow_bridge.mapping.admin import MappingAdmin
from orderflow_bridge.mapping.models import ChangedRow
from orderflow_bridge.mapping.rows import Part
from orderflow_bridge.mapping.selectors import Stored
from orderflow_bridge.stores.models import Website

# Documents show customers' names and addresses: to whom orders may be shown.
_RIGHTS = {True: "catalog.view_product", False: "sales.view_order"}


@admin.register(ChangedRow)
class MappingPageAdmin(MappingAdmin):
    """The mapping's pages, which try it on what would be pushed."""

    def trial_of(
        self,
        request: HttpRequest,
        asked: Mapping[str, str],
        part: Part,
        website: Website | None,
        before: Stored,
        after: Stored,
    ) -> dict[str, Any]:
        """Return the trial that was asked for: `preview` of a `reference`, or the `latest`."""
        if not request.user.has_perm(_RIGHTS[part is Part.PRODUCT]):
            return {}
        reference = asked.get("reference", "").replace("\0", "").strip()
        entity = "product" if part is Part.PRODUCT else "order"
        context: dict[str, Any] = {
            "reference": reference or latest_reference(part, website),
            "entity": entity,
        }
        if "preview" in asked and context["reference"]:
            trial = try_one(part, context["reference"], website=website, before=before, after=after)
            context |= {"trial": trial, "is_unknown": trial is None}
        elif "latest" in asked:
            context["trials"] = try_latest(part, website=website, before=before, after=after)
        return context
