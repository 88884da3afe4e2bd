"""Forms without jQuery, XRegExp and Select2, which Django sends to each."""

from typing import Any

from django.forms import Media
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from orderflow_bridge.console.searched_choices import SearchedChoice, SearchedChoices

_WITH_DJANGOS_SCRIPTS = (
    *("prepopulated_fields", "filter_horizontal", "filter_vertical", "raw_id_fields"),
)


class LightForms(ModelAdmin):
    """A page of a model; what its forms need of scripts, the frame brings."""

    @property
    def media(self) -> Media:
        """Return the scripts that each page of it needs: Django's own only where fields call them.

        They come with jQuery and XRegExp. The frame brings ours (unfold/layouts/skeleton.html).
        """
        is_djangos = any(getattr(self, name) for name in _WITH_DJANGOS_SCRIPTS)
        return super().media if is_djangos else Media()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field; one with search has our widget."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchedChoice(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field; one with search has our widget."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchedChoices(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)
