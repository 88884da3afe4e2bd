"""Categories in the admin."""

from django.contrib import admin
from django.db.models import Q

from orderflow_bridge.catalog.models import Category
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.filters import yes_or_no


@admin.register(Category)
class CategoryAdmin(FormAdmin):
    """Catalog → Categories."""

    list_display = ("name", "parent", "position", "is_active")
    list_select_related = ("parent",)
    filters = (
        yes_or_no(
            "is_active",
            _("Active"),
            yes=_("Active"),
            no=_("Inactive"),
            match=lambda: Q(is_active=True),
        ),
    )
    search_fields = ("name",)
    autocomplete_fields = ("parent",)
    fields = ("name", "parent", "position", "is_active")
    empty_title = _("No categories yet")
    empty_text = _("Categories order the catalogue; OrderFlow gets the first one of a product.")
