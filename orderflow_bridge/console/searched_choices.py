"""Choices among many records, which are searched for while one types (bridge/combobox.js).

Django's own are drawn by Select2 and jQuery: 60 kB for what a field and a list do. The addresses
that are searched, and who may search, are Django's.
"""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.forms import Media

_DJANGOS, _OURS = "admin-autocomplete", "bridge-searched"
# What Django says to Select2.
_SELECT2S = {
    *("data-ajax--cache", "data-ajax--delay", "data-ajax--type", "data-allow-clear"),
    *("data-placeholder", "data-theme", "lang"),
}


class _Searched:
    """What both kinds share: the class that our script looks for, and none of Django's scripts."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Return the attributes of Django's field that our script reads, with our class."""
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)  # type: ignore[misc]
        classes = [name for name in attrs["class"].split() if name != _DJANGOS]
        kept = {name: value for name, value in attrs.items() if name not in _SELECT2S}
        return kept | {"class": " ".join([*classes, _OURS])}

    @property
    def media(self) -> Media:
        """Return nothing: the frame brings the script to a page that has such a field."""
        return Media()


class SearchedChoice(_Searched, AutocompleteSelect):
    """A choice of one record."""


class SearchedChoices(_Searched, AutocompleteSelectMultiple):
    """A choice of several records."""
