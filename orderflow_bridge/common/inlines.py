"""Rows that are edited on the page of what they belong to."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import TabularInline


class PartInline(TabularInline):
    """Parts of a record: whoever may see or change the record may see or change them.

    Rights of their own would only be one more thing to forget in a role.
    """

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
