"""The admin's lists whose rows open as a form, and saving one that has been changed meanwhile."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.forms import Media
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.utils.text import capfirst

from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.form_versions import ComparedForm, FormVersion, field_values
from orderflow_bridge.console.searched_choices import SearchedChoice, SearchedChoices

_WITH_DJANGOS_SCRIPTS = (
    *("prepopulated_fields", "filter_horizontal", "filter_vertical", "raw_id_fields"),
)


class FormAdmin(BridgeAdmin):
    """A list whose rows open as a form, refused where somebody else changed its fields meanwhile.

    `by_jobs` names fields that jobs write, too: left as they were, they keep what a job wrote.
    """

    by_jobs: Sequence[str] = ()

    @property
    def media(self) -> Media:
        """Return Django's own scripts only where fields call them: they come with jQuery.

        The frame brings ours (unfold/layouts/skeleton.html).
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

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form, which compares."""
        form = super().get_form(request, obj, change=change, **kwargs)
        members = {"request": request, "by_jobs": self.by_jobs}
        return type(form.__name__, (ComparedForm, form), members) if change else form

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Leave out what only ties records together: a role's rights would be 300 lines of it."""
        found, counts, missing_rights, protected = super().get_deleted_objects(objs, request)
        models = apps.get_models(include_auto_created=True)
        ties = [model._meta for model in models if model._meta.auto_created]
        for tie in ties:
            counts.pop(tie.verbose_name_plural, None)
        return _without(found, ties), counts, missing_rights, protected

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Judge once more what somebody else was faster with: the form then says that it exists."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> Any:
        """Lock the row that is to be changed, until its changes are written or refused."""
        if request.method == "POST" and object_id:
            try:
                rows = self.model._default_manager.filter(pk=unquote(object_id)).order_by()
                list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
            except (ValueError, ValidationError, OverflowError):
                pass  # the page says that there is none
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        """Note what the rows below the form are, before what was typed is put into them."""
        formsets, inlines = super()._create_formsets(request, obj, change)
        if change:
            request.bridge_rows = {  # type: ignore[attr-defined]
                f"rows-{formset.prefix}": _rows_text(formset) for formset in formsets
            }
        return formsets, inlines

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Give the form its version and the record's actions. Deleting is offered at the head."""
        context["show_delete"] = False
        form = context["adminform"].form
        if record := context["original"]:
            context.setdefault("record_buttons", self.record_buttons(request, record))
        if isinstance(form, ComparedForm) and form.instance.pk is not None:  # type: ignore[attr-defined]
            rows = getattr(request, "bridge_rows", {})
            version = getattr(form, "version", None)
            context["form_version"] = version or FormVersion(field_values(form) | rows)
        return super().render_change_form(request, context, *args, **kwargs)


def _rows_text(formset: Any) -> str:
    """Return the rows that can be edited, a line each; "" where none can."""
    names = [name for name in formset.form.base_fields if name != formset._pk_field.name]
    if not names:
        return ""
    fields = formset.form.base_fields
    return "; ".join(", ".join(_row_texts(row, names, fields)) for row in formset.get_queryset())


def _row_texts(row: Model, names: Sequence[str], fields: Any) -> list[str]:
    values = model_to_dict(row, names)
    cached = row._state.fields_cache
    return [
        str(cached[name]) if name in cached else f"{fields[name].label or name}: {values[name]}"
        for name in names
        if name in values
    ]


def _without(found: list[Any], ties: Sequence[Any]) -> list[Any]:
    """Return what would be deleted, in its nested lists, without the rows of these models."""
    beginnings = tuple(f"{capfirst(tie.verbose_name)}: " for tie in ties)
    kept = [_without(each, ties) if isinstance(each, list) else each for each in found]
    return [each for each in kept if each and not str(each).startswith(beginnings)]
