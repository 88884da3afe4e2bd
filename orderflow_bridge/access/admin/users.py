"""Users and roles in the admin (guide, "Web Services User")."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from orderflow_bridge.access.forms import (
    NewUserForm,
    RightsField,
    RoleForm,
    UserForm,
    access_text,
    last_day_of,
)
from orderflow_bridge.access.models import FullRole
from orderflow_bridge.access.role_rights import is_within, may_hand_out, roles_to_hand_out
from orderflow_bridge.access.second_factor import switch_off, with_authenticators
from orderflow_bridge.access.services import end_access, end_tokens_of, give_everything
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, yes_or_no
from orderflow_bridge.console.pages import time_cell

admin.site.unregister(User)
admin.site.unregister(Group)

USERS_SHOWN = 20
ADDRESSES_SHOWN = 20
ROLES_TEXT = gettext_lazy(
    "A role with any right of the admin lets its users sign in here. OrderFlow's user needs the"
    " role OrderFlow Import."
)
RESET_QUESTION = gettext_lazy(
    "Take this user's authenticator away? Whoever has lost the phone and all recovery codes can"
    " then log in with the password alone, and set up two-factor login anew."
)


def reset_two_factor(request: HttpRequest, user: User) -> None:
    """Take a user's authenticator away, unless the user has rights that the doer lacks."""
    name = user.get_username()
    if not is_within(user, request.user):
        messages.error(request, _("This user has more rights than you."))
    elif switch_off(user):
        messages.success(
            request, _("%(name)s can log in with the password alone.") % {"name": name}
        )
    else:
        messages.info(request, _("%(name)s does not use two-factor login.") % {"name": name})


def has_authenticator(user: Any) -> bool:
    """Tell whether a user of this list uses two-factor login."""
    return bool(user.has_authenticator)


def _roles(request: HttpRequest) -> list[tuple[Any, str]]:
    return list(Group.objects.order_by("name").values_list("pk", "name"))


class RightsAdmin(FormAdmin):
    """A form on which roles and rights are ticked, as far as its reader may hand them out."""

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return ticks instead of Django's pair of lists, which is wider than a laptop's page."""
        if db_field.name == "groups":
            widget = UnfoldAdminCheckboxSelectMultipleWidget()
            roles = roles_to_hand_out(request.user)
            return forms.ModelMultipleChoiceField(
                roles, required=False, widget=widget, label=_("Roles")
            )
        return RightsField(request.user, label=_("Rights"))


@admin.register(User)
class BridgeUserAdmin(RightsAdmin, UserAdmin):  # type: ignore[misc, type-arg]  # only in the stubs
    """System → Users: people in the admin, and OrderFlow's web services user."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    missing_text = gettext_lazy("This user no longer exists.")
    list_display = (
        *("username", "enabled", "email", "roles", "last_day", "two_factor", "last_sign_in"),
    )
    change_form_outer_before_template = "bridge/product_head.html"
    list_filter = ()
    filters = (
        yes_or_no(
            "is_active",
            gettext_lazy("Active"),
            yes=gettext_lazy("Yes"),
            no=gettext_lazy("No"),
            match=lambda: Q(is_active=True),
        ),
        Choices("groups", gettext_lazy("Role"), choices=_roles),
    )
    search_help_text = gettext_lazy("User name, name or e-mail")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            gettext_lazy("User Info"),
            {"fields": ("first_name", "last_name", "email", "is_active", "last_day")},
        ),
        (
            gettext_lazy("User Role"),
            {"description": ROLES_TEXT, "fields": ("groups", "is_superuser")},
        ),
        (
            gettext_lazy("Rights beyond the roles"),
            {"fields": ("user_permissions",), "classes": ("collapse",)},
        ),
        (gettext_lazy("Sign-ins"), {"fields": ("last_login", "date_joined", "addresses")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (
            gettext_lazy("User Info"),
            {"fields": ("first_name", "last_name", "email", "is_active", "last_day")},
        ),
        (gettext_lazy("User Role"), {"description": ROLES_TEXT, "fields": ("groups",)}),
    )
    readonly_fields = ("last_login", "date_joined", "addresses")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return users with their roles, and whether they use two-factor login."""
        users = super().get_queryset(request).select_related("access_end")
        return with_authenticators(users).prefetch_related("groups")

    own_record_actions = (
        RecordAction(
            "reset-two-factor",
            gettext_lazy("Reset Two-Factor Login"),
            RESET_QUESTION,
            reset_two_factor,
            has_authenticator,
            "phonelink_erase",
            right="access.reset_authenticator",
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let only a superuser make superusers, and hand out rights who may change roles."""
        if request.user.is_superuser:
            return self.readonly_fields
        if may_hand_out(request.user):
            return (*self.readonly_fields, "is_superuser")
        return (*self.readonly_fields, "groups", "is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change somebody with more rights: his password is the key to all of them."""
        return super().has_change_permission(request, obj) and (
            obj is None or is_within(obj, request.user)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody delete somebody with more rights."""
        return super().has_delete_permission(request, obj) and (
            obj is None or is_within(obj, request.user)
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save; the tokens of somebody who is disabled do not come back to life later."""
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            end_tokens_of(obj)
        if "last_day" in form.cleaned_data:
            end_access(obj, form.ends_at)

    @admin.display(description=gettext_lazy("Known Addresses"))
    def addresses(self, user: User) -> str:
        """Show from where the user has signed in: there, nobody else can lock the user out."""
        known = user.known_addresses.order_by("-last_used_at").values_list("address", flat=True)
        return ", ".join(known[:ADDRESSES_SHOWN]) or "–"

    roles = column(
        gettext_lazy("User Role"), lambda user: ", ".join(group.name for group in user.groups.all())
    )
    enabled = column(gettext_lazy("Enabled"), "is_active", boolean=True)
    last_day = column(
        gettext_lazy("Last Day of Access"), last_day_of, ordering="access_end__ends_at"
    )
    two_factor = column(gettext_lazy("Two-Factor Login"), has_authenticator, boolean=True)
    last_sign_in = column(
        gettext_lazy("Last Sign-in"),
        lambda user: time_cell(user.last_login, empty=_("Never")),
        ordering="last_login",
    )


@admin.register(Group)
class BridgeGroupAdmin(RightsAdmin, GroupAdmin):  # type: ignore[misc]
    """System → Roles: what users may do, page by page, and what through SOAP and REST."""

    form = RoleForm
    search_help_text = gettext_lazy("Role name")
    list_display = ("name", "resource_access", "users")
    fields = ("name", "users", "resource_access", "permissions")
    readonly_fields = ("users",)
    resource_access = column(gettext_lazy("Resource Access"), access_text)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Return roles with their users."""
        roles = super().get_queryset(request).select_related("full")
        return roles.prefetch_related("user_set")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the ticks, or all rights."""
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("resource_access") == RoleForm.ALL:
            give_everything(form.instance)
        elif "resource_access" in form.changed_data:
            FullRole.objects.filter(role=form.instance).delete()

    @admin.display(description=gettext_lazy("Users"))
    def users(self, role: Group) -> str:
        """Show who has the role."""
        if not role.pk:
            return "–"
        names = sorted(user.get_username() for user in role.user_set.all())
        more = len(names) - USERS_SHOWN
        listed = ", ".join(names[:USERS_SHOWN])
        if more > 0:
            return _("%(names)s and %(count)s more") % {"names": listed, "count": more}
        return listed or "–"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody delete a role with more rights than his own."""
        return super().has_delete_permission(request, obj) and (
            obj is None or roles_to_hand_out(request.user).filter(pk=obj.pk).exists()
        )
