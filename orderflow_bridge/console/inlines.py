"""Rows that are edited on the page of what they belong to."""

from collections.abc import Sequence
from typing import Any

from django.db.models import ForeignKey, Model
from django.forms import Media, ModelChoiceField, ModelForm
from django.http import HttpRequest
from unfold.admin import TabularInline

from orderflow_bridge.console.searched_choices import SearchedChoice


class KnownChoice(SearchedChoice):
    """A choice with search that does not ask the database for what its row has read along."""

    known: Model | None = None

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        """Return the chosen option; every other one is found by searching."""
        known = self.known
        if known is None or [str(chosen) for chosen in value] != [str(known.pk)]:
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        label = self.choices.field.label_from_instance(known)
        options.append(self.create_option(name, known.pk, label, True, len(options)))
        return [(None, options, 0)]


class PartForm(ModelForm):  # type: ignore[type-arg]
    """A row's form. A row that was read with its other end shows it without another query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, related in self.instance._state.fields_cache.items():
            widget = getattr(getattr(self.fields.get(name), "widget", None), "widget", None)
            if isinstance(widget, KnownChoice):
                widget.known = related


class PartInline(TabularInline):
    """Parts of a record: whoever may see or change the record may see or change them.

    Rights of their own would only be one more thing to forget in a role.
    """

    form = PartForm

    @property
    def media(self) -> Media:
        """Return no script: unfold adds and removes the rows, without Django's own or jQuery."""
        return Media()

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Return the field; one with search knows what its row has read along."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownChoice(db_field, self.admin_site)
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(
            db_field, request, **kwargs
        )
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name each field: in a table it has a column's heading and no label."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs["aria-label"] = str(field.label or db_field.verbose_name).capitalize()
        return field

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may view the record."""
        return self._has_parent_right(request, "view") or self._has_parent_right(request, "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may change the record, or add one."""
        verb = "change" if obj else "add"
        return self._has_parent_right(request, verb)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may change the record, or add one."""
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may change the record."""
        return self._has_parent_right(request, "change")

    def _has_parent_right(self, request: HttpRequest, verb: str) -> bool:
        parent = self.parent_model._meta
        return bool(request.user.has_perm(f"{parent.app_label}.{verb}_{parent.model_name}"))
