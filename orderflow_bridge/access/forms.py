"""The forms of signing in, and those in which roles and rights are ticked, page by page."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import Group, Permission
from django.forms.models import ModelForm
from unfold.forms import AuthenticationForm, UserChangeForm
from unfold.widgets import UnfoldAdminTextInputWidget

from orderflow_bridge.access.rights import opens_admin
from orderflow_bridge.access.role_rights import rights_of, rights_pages
from orderflow_bridge.access.services import SIGN_IN_REFUSED

WRONG_CODE = (
    "This code is wrong, or was used before. Wait for the next one, or use a recovery code."
)
TOO_EARLY = "Too many wrong codes. Wait a moment before you try again."
Choices = list[tuple[str, list[tuple[int, str]]]]


class SignInForm(AuthenticationForm):
    """Refuse in the words of SOAP and REST, which do not tell a lockout from a wrong password."""

    error_messages: ClassVar[dict[str, str]] = {
        **AuthenticationForm.error_messages,
        "invalid_login": SIGN_IN_REFUSED,
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Let in whoever has a right of the admin, and say of nobody else that he exists."""
        user.is_staff = opens_admin(user)
        super().confirm_login_allowed(user)


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="The six digits that your authenticator app shows, or a recovery code.",
        widget=UnfoldAdminTextInputWidget(
            {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def refuse(self, *, is_too_early: bool = False) -> None:
        """Say that the code does not count."""
        self.add_error("code", TOO_EARLY if is_too_early else WRONG_CODE)


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


class RoleForm(KeepingForm):
    """A role: its name and its rights."""

    class Meta:
        model = Group
        fields = ("name", "permissions")


class UserForm(KeepingForm, UserChangeForm):
    """A user with roles, and rights beyond them."""


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


def _joined(ticked: Any, unseen: Iterable[Any]) -> Any:
    ids = [row.pk for row in ticked] + [row.pk for row in unseen]
    return ticked.model.objects.filter(pk__in=ids)
