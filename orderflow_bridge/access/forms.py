"""The forms of signing in, and those in which roles and rights are ticked, page by page."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.forms.models import ModelForm
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from unfold.forms import AuthenticationForm, UserChangeForm, UserCreationForm
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from orderflow_bridge.access.rights import opens_admin
from orderflow_bridge.access.role_rights import holds_all, rights_of, rights_pages
from orderflow_bridge.access.services import ACCESS_ENDED, SIGN_IN_REFUSED
from orderflow_bridge.common.translation import gettext_lazy

WRONG_CODE = gettext_noop(
    "This code is wrong, or was used before. Wait for the next one, or use a recovery code."
)
TOO_EARLY = gettext_noop("Too many wrong codes. Wait a moment before you try again.")
Choices = list[tuple[str, list[tuple[int, str]]]]


class SignInForm(AuthenticationForm):
    """Refuse in the words of SOAP and REST, which do not tell a lockout from a wrong password."""

    error_messages: ClassVar[dict[str, str]] = {
        **AuthenticationForm.error_messages,
        "invalid_login": gettext_lazy(SIGN_IN_REFUSED),
    }

    def get_invalid_login_error(self) -> ValidationError:
        """Say after the right password that the access is over."""
        if self.request is not None and vars(self.request).get("access_has_ended"):
            return ValidationError(gettext(ACCESS_ENDED), code="invalid_login")
        return cast(ValidationError, super().get_invalid_login_error())

    def confirm_login_allowed(self, user: Any) -> None:
        """Let in whoever has a right of the admin, and say of nobody else that he exists."""
        user.is_staff = opens_admin(user)
        super().confirm_login_allowed(user)


class LanguageForm(forms.Form):
    """The language of one's own pages, each under its own name."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("As the browser asks")), *settings.LANGUAGES],
        widget=UnfoldAdminSelectWidget,
    )


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy(
            "The six digits that your authenticator app shows, or a recovery code."
        ),
        widget=UnfoldAdminTextInputWidget(
            {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def refuse(self, *, is_too_early: bool = False) -> None:
        """Say that the code does not count."""
        self.add_error("code", gettext(TOO_EARLY if is_too_early else WRONG_CODE))


class RightsWidget(forms.CheckboxSelectMultiple):
    """One line per page of the admin, one tick per right."""

    template_name = "access/rights.html"

    class Media:
        css = {"all": ("bridge/rights.css",)}


class RightsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """All rights that the giver has, under their pages; others are neither shown nor touched."""

    widget = RightsWidget

    def __init__(self, giver: Any, **kwargs: Any) -> None:
        self.giver = giver
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
    """A role: its name and its rights, all of them or those that are ticked."""

    CUSTOM, ALL = "custom", "all"
    resource_access = forms.ChoiceField(
        label=gettext_lazy("Resource Access"),
        choices=((CUSTOM, gettext_lazy("Custom")), (ALL, gettext_lazy("All"))),
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy(
            "All: every right, also those of later versions and plugins; no tick counts."
        ),
    )

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "resource_access" in self.fields:
            self.fields["resource_access"].initial = access_of(self.instance)
            self.fields["resource_access"].required = False

    def clean(self) -> dict[str, Any]:
        """Let only whoever holds all rights give them all, or leave of all only the ticks."""
        ticked = self.cleaned_data.get("permissions")
        cleaned = super().clean()
        rights: Any = self.fields.get("permissions")
        was_full = access_of(self.instance) == self.ALL
        if was_full and cleaned.get("resource_access") == self.CUSTOM and holds_all(rights.giver):
            cleaned["permissions"] = ticked
        if cleaned.get("resource_access") == self.ALL and not holds_all(rights.giver):
            self.add_error(
                "resource_access", gettext("Only who holds all rights can give them all.")
            )
        return cleaned


class LastDayForm(forms.Form):
    """The field that an account's end is entered in."""

    last_day = forms.DateField(
        label=gettext_lazy("Last Day of Access"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy(
            "After it nobody signs in as this user, and its tokens are worth nothing."
        ),
    )

    @property
    def ends_at(self) -> datetime | None:
        """The midnight that ends the day that was entered, None if there is no end."""
        last: date | None = self.cleaned_data["last_day"]
        if last is None:
            return None
        return timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))


def day_before(ends_at: datetime | None) -> date | None:
    """Return the last day before an end, as it is entered; None if there is none."""
    return ends_at and timezone.localtime(ends_at - timedelta(seconds=1)).date()


class UserForm(KeepingForm, UserChangeForm, LastDayForm):
    """A user with roles, and rights beyond them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "last_day" in self.fields:
            self.fields["last_day"].initial = last_day_of(self.instance)


class NewUserForm(UserCreationForm, LastDayForm):
    """A new user, perhaps for a while only."""


def access_of(role: Group) -> str:
    """Return whether a role has all rights or those that are ticked."""
    return RoleForm.ALL if role.pk and hasattr(role, "full") else RoleForm.CUSTOM


def access_text(role: Group) -> str:
    """Return the same in the reader's language."""
    return gettext("All") if access_of(role) == RoleForm.ALL else gettext("Custom")


def last_day_of(user: User) -> date | None:
    """Return the last day, in the active zone, on which a user may come in; None without an end."""
    end = getattr(user, "access_end", None) if user.pk else None
    return day_before(end.ends_at) if end else None


def _listed(giver: Any) -> Choices:
    """Return the ids and titles of the giver's rights, grouped by page, in one query."""
    rows = rights_of(giver).values_list("content_type__app_label", "codename", "pk")
    ids = {f"{app_label}.{codename}": pk for app_label, codename, pk in rows}
    groups = (
        (
            f"{gettext(page.group)} – {gettext(page.title)}",
            [(ids[right.name], gettext(right.title)) for right in page.rights if right.name in ids],
        )
        for page in rights_pages()
    )
    return [(title, rights) for title, rights in groups if rights]


def _joined(ticked: Any, unseen: Iterable[Any]) -> Any:
    ids = [row.pk for row in ticked] + [row.pk for row in unseen]
    return ticked.model.objects.filter(pk__in=ids)
