"""The fields in which roles and rights are ticked, page by page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import Group, Permission
from django.forms.models import ModelForm
from unfold.forms import UserChangeForm

from orderflow_bridge.access.handing_out import rights_of
from orderflow_bridge.access.role_rights import rights_pages

Choices = list[tuple[str, list[tuple[int, str]]]]


class RightsWidget(forms.CheckboxSelectMultiple):
    """One line per page of the admin, one tick per right."""

    template_name = "access/rights.html"

    class Media:
        css = {"all": ("bridge/rights.css",)}


class RightsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """All rights that the giver has, under their pages; others are neither shown nor touched."""

    widget = RightsWidget

    def __init__(self, giver: Any, **kwargs: Any) -> None:
        self.listed = _listed(giver)
        offered = [pk for _, rights in self.listed for pk, _ in rights]
        super().__init__(Permission.objects.filter(pk__in=offered), required=False, **kwargs)
        self.choices = self.listed


def _listed(giver: Any) -> Choices:
    """Return the ids and titles of the giver's rights, grouped by page, in one query."""
    rows = rights_of(giver).values_list("content_type__app_label", "codename", "pk")
    ids = {f"{app_label}.{codename}": pk for app_label, codename, pk in rows}
    groups = (
        (
            f"{page.group} – {page.title}",
            [(ids[right.name], right.title) for right in page.rights if right.name in ids],
        )
        for page in rights_pages()
    )
    return [(title, rights) for title, rights in groups if rights]


class KeepingForm(ModelForm):  # type: ignore[type-arg]
    """Keeps what a record holds and this giver cannot see: it is not his to take away."""

    def clean(self) -> dict[str, Any]:
        """Add to what is ticked what could not be ticked."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("permissions", "user_permissions", "groups"):
            if name in cleaned and self.instance.pk:
                offered: Any = self.fields[name]
                unseen = getattr(self.instance, name).exclude(pk__in=offered.queryset.values("pk"))
                cleaned[name] = _joined(cleaned[name], unseen)
        return cleaned


def _joined(ticked: Any, unseen: Iterable[Any]) -> Any:
    ids = [row.pk for row in ticked] + [row.pk for row in unseen]
    return ticked.model.objects.filter(pk__in=ids)


class RoleForm(KeepingForm):
    """A role: its name and its rights."""

    class Meta:
        model = Group
        fields = ("name", "permissions")


class UserForm(KeepingForm, UserChangeForm):
    """A user with roles, and rights beyond them."""
