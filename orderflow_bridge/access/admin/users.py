"""Users and roles in the admin (guide, "Web Services User")."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from orderflow_bridge.access.forms import (
    NewUserForm,
    RightsField,
    RoleForm,
    UserForm,
    access_of,
    last_day_of,
)
from orderflow_bridge.access.models import FullRole
from orderflow_bridge.access.role_rights import is_within, may_hand_out, roles_to_hand_out
from orderflow_bridge.access.second_factor import switch_off, with_authenticators
from orderflow_bridge.access.services import end_access, end_tokens_of, give_everything
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, yes_or_no
from orderflow_bridge.console.pages import time_cell

admin.site.unregister(User)
admin.site.unregister(Group)

USERS_SHOWN = 20
ADDRESSES_SHOWN = 20
ROLES_TEXT = (
    "A role with any right of the admin lets its users sign in here. OrderFlow's user needs the"
    " role OrderFlow Import."
)
RESET_QUESTION = (
    "Take this user's authenticator away? Whoever has lost the phone and all recovery codes can"
    " then log in with the password alone, and set up two-factor login anew."
)


def reset_two_factor(request: HttpRequest, user: User) -> None:
    """Take a user's authenticator away, unless the user has rights that the doer lacks."""
    if not is_within(user, request.user):
        messages.error(request, "This user has more rights than you.")
    elif switch_off(user):
        messages.success(request, f"{user.get_username()} can log in with the password alone.")
    else:
        messages.info(request, f"{user.get_username()} does not use two-factor login.")


def has_authenticator(user: Any) -> bool:
    """Tell whether a user of this list uses two-factor login."""
    return bool(user.has_authenticator)


def _roles(request: HttpRequest) -> list[tuple[Any, str]]:
    return list(Group.objects.order_by("name").values_list("pk", "name"))


class RightsAdmin(BridgeAdmin):
    """A form on which roles and rights are ticked, as far as its reader may hand them out."""

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return ticks instead of Django's pair of lists, which is wider than a laptop's page."""
        if db_field.name == "groups":
            widget = UnfoldAdminCheckboxSelectMultipleWidget()
            roles = roles_to_hand_out(request.user)
            return forms.ModelMultipleChoiceField(
                roles, required=False, widget=widget, label="Roles"
            )
        return RightsField(request.user, label="Rights")


@admin.register(User)
class BridgeUserAdmin(RightsAdmin, UserAdmin):  # type: ignore[misc, type-arg]  # only in the stubs
    """System → Users: people in the admin, and OrderFlow's web services user."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    missing_text = "This user no longer exists."
    list_display = (
        *("username", "email", "roles", "enabled", "last_day", "two_factor", "last_sign_in"),
    )
    change_form_outer_before_template = "bridge/product_head.html"
    list_filter = ()
    filters = (
        yes_or_no("is_active", "Active", yes="Yes", no="No", match=lambda: Q(is_active=True)),
        Choices("groups", "Role", choices=_roles),
    )
    search_help_text = "User name, name or e-mail"
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("User Info", {"fields": ("first_name", "last_name", "email", "is_active", "last_day")}),
        ("User Role", {"description": ROLES_TEXT, "fields": ("groups", "is_superuser")}),
        (
            "Rights beyond the roles",
            {"fields": ("user_permissions",), "classes": ("collapse",)},
        ),
        ("Sign-ins", {"fields": ("last_login", "date_joined", "addresses")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        ("User Info", {"fields": ("first_name", "last_name", "email", "is_active", "last_day")}),
        ("User Role", {"description": ROLES_TEXT, "fields": ("groups",)}),
    )
    readonly_fields = ("last_login", "date_joined", "addresses")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return users with their roles, and whether they use two-factor login."""
        users = super().get_queryset(request).select_related("access_end")
        return with_authenticators(users).prefetch_related("groups")

    own_record_actions = (
        RecordAction(
            "reset-two-factor",
            "Reset Two-Factor Login",
            RESET_QUESTION,
            reset_two_factor,
            has_authenticator,
            "phonelink_erase",
            right="access.reset_authenticator",
        ),
    )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add the actions to a user's page."""
        user = self._find(request, object_id) if object_id else None
        buttons = self.record_buttons(request, user) if user is not None else []
        context = {"record_buttons": buttons, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

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

    @admin.display(description="Known Addresses")
    def addresses(self, user: User) -> str:
        """Show from where the user has signed in: there, nobody else can lock the user out."""
        known = user.known_addresses.order_by("-last_used_at").values_list("address", flat=True)
        return ", ".join(known[:ADDRESSES_SHOWN]) or "–"

    roles = column("User Role", lambda user: ", ".join(group.name for group in user.groups.all()))
    enabled = column("Enabled", "is_active", boolean=True)
    last_day = column("Last Day of Access", last_day_of, ordering="access_end__ends_at")
    two_factor = column("Two-Factor Login", has_authenticator, boolean=True)
    last_sign_in = column(
        "Last Sign-in",
        lambda user: time_cell(user.last_login, empty="Never"),
        ordering="last_login",
    )


@admin.register(Group)
class BridgeGroupAdmin(RightsAdmin, GroupAdmin):  # type: ignore[misc]
    """System → Roles: what users may do, page by page, and what through SOAP and REST."""

    form = RoleForm
    search_help_text = "Role name"
    list_display = ("name", "resource_access", "users")
    fields = ("name", "users", "resource_access", "permissions")
    readonly_fields = ("users",)
    resource_access = column("Resource Access", lambda role: access_of(role).capitalize())

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

    @admin.display(description="Users")
    def users(self, role: Group) -> str:
        """Show who has the role."""
        if not role.pk:
            return "–"
        names = sorted(user.get_username() for user in role.user_set.all())
        more = len(names) - USERS_SHOWN
        return ", ".join(names[:USERS_SHOWN]) + (f" and {more} more" if more > 0 else "") or "–"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody delete a role with more rights than his own."""
        return super().has_delete_permission(request, obj) and (
            obj is None or roles_to_hand_out(request.user).filter(pk=obj.pk).exists()
        )
