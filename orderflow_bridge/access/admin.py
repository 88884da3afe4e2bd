"""Users, roles, access tokens and lockouts in the admin (guide, "Web Services User")."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from orderflow_bridge.access.handing_out import is_within, may_hand_out, roles_to_hand_out
from orderflow_bridge.access.models import AccessToken, FailedSignIn
from orderflow_bridge.access.role_forms import RightsField, RoleForm, UserForm
from orderflow_bridge.access.selectors import failed_sign_ins
from orderflow_bridge.access.services import expire_token, release_lockout
from orderflow_bridge.common.admin import BridgeAdmin, RecordAdmin
from orderflow_bridge.common.deeds import Deed
from orderflow_bridge.common.pages import Card, Section, admin_url, badge, cards, moment
from orderflow_bridge.configuration.selectors import web_services

admin.site.unregister(User)
admin.site.unregister(Group)


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
class BridgeUserAdmin(RightsAdmin, UserAdmin):  # type: ignore[misc]  # only in the stubs
    """System → Users: people in the admin, and OrderFlow's web services user."""

    form = UserForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "roles", "enabled", "staff", "last_sign_in")
    list_filter = ("is_active", "is_staff", "groups")
    search_help_text = "User name, name or e-mail"
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("User Info", {"fields": ("first_name", "last_name", "email", "is_active")}),
        ("User Role", {"fields": ("groups",)}),
        ("Admin", {"fields": ("is_staff", "is_superuser")}),
        (
            "Rights beyond the roles",
            {"fields": ("user_permissions",), "classes": ("collapse",)},
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        ("User Info", {"fields": ("first_name", "last_name", "email")}),
        (
            "User Role",
            {
                "description": "OrderFlow's user needs a role with the right OrderFlow Import.",
                "fields": ("groups",),
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return users with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let only a superuser make superusers, and hand out rights who may change roles."""
        if request.user.is_superuser:
            return self.readonly_fields
        if may_hand_out(request.user):
            return (*self.readonly_fields, "is_superuser")
        return (*self.readonly_fields, "groups", "is_staff", "is_superuser", "user_permissions")

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

    @admin.display(description="User Role")
    def roles(self, user: User) -> str:
        """Show the user's roles."""
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description="Enabled", boolean=True, ordering="is_active")
    def enabled(self, user: User) -> bool:
        """Show whether the user may come in at all."""
        return user.is_active

    @admin.display(description="Uses the Admin", boolean=True, ordering="is_staff")
    def staff(self, user: User) -> bool:
        """Show whether the user may sign in here."""
        return user.is_staff

    @admin.display(description="Last Sign-in", ordering="last_login")
    def last_sign_in(self, user: User) -> str:
        """Show when the user last gave a password, here or for a token."""
        return moment(user.last_login, empty="Never")


@admin.register(Group)
class BridgeGroupAdmin(RightsAdmin, GroupAdmin):  # type: ignore[misc]
    """System → Roles: what users may do, page by page, and what through SOAP and REST."""

    form = RoleForm
    search_help_text = "Role name"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody delete a role with more rights than his own."""
        return super().has_delete_permission(request, obj) and (
            obj is None or roles_to_hand_out(request.user).filter(pk=obj.pk).exists()
        )


@admin.register(AccessToken)
class AccessTokenAdmin(RecordAdmin):
    """System → Access Tokens: who is signed in through SOAP or REST."""

    missing_text = "This token no longer exists."
    act_right = "access.revoke_accesstoken"
    list_display = ("user", "kind", "created", "expires", "state")
    list_display_links = ("user",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    search_help_text = "User name"
    empty_title = "Nobody is signed in"
    empty_text = "A token appears here when OrderFlow, or a script, signs in through SOAP or REST."

    def deeds(self) -> tuple[Deed, ...]:
        """Offer to end a token before its time."""
        question = "Are you sure you wish to revoke this token? Its user has to sign in again."
        return (Deed("revoke", "Revoke", question, self._revoke, _is_valid, icon="key_off"),)

    def sections(self, request: HttpRequest, record: AccessToken) -> list[Section]:
        """Return the one tab with everything that is known of a token."""
        facts = [
            ("User", record.user.get_username()),
            ("Kind", self.kind(record)),
            ("Created", moment(record.created_at)),
            ("Expires", moment(record.expires_at)),
            ("Status", self.state(record)),
        ]
        return [cards("information", "Information", Card("Access Token", facts))]

    @admin.display(description="Kind")
    def kind(self, token: AccessToken) -> str:
        """Show which dialect the token was given to."""
        return "Magento 2 token" if token.idle_seconds is None else "Magento 1 session"

    @admin.display(description="Created", ordering="created_at")
    def created(self, token: AccessToken) -> str:
        """Show when the user signed in."""
        return moment(token.created_at)

    @admin.display(description="Expires", ordering="expires_at")
    def expires(self, token: AccessToken) -> str:
        """Show when the token ends."""
        return moment(token.expires_at)

    @admin.display(description="Status")
    def state(self, token: AccessToken) -> SafeString:
        """Show whether the token still opens the doors."""
        return badge("Valid", "success") if _is_valid(token) else badge("Expired")

    def _revoke(self, request: HttpRequest, token: AccessToken) -> None:
        expire_token(token)
        messages.success(request, "The token has been revoked.")


@admin.register(FailedSignIn)
class FailedSignInAdmin(RecordAdmin):
    """System → Failed Sign-ins: wrong passwords, and the user names they have locked."""

    missing_text = "These failed sign-ins have been forgotten."
    act_right = "access.release_failedsignin"
    list_display = ("username", "state", "failures_since_start", "last", "ip_address", "path_info")
    list_display_links = ("username",)
    search_fields = ("username", "ip_address")
    search_help_text = "User name or address"
    empty_title = "No failed sign-ins"
    empty_text = "Wrong passwords of the last while are counted here, until a success clears them."

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedSignIn]:
        """Return failures with those of the same user name from other addresses."""
        return failed_sign_ins()

    def deeds(self) -> tuple[Deed, ...]:
        """Offer to let a locked user name try again at once."""
        question = "Are you sure you wish to forget the failed sign-ins of this user name?"
        return (
            Deed("release", "Release lockout", question, self._release, _is_locked, "lock_open"),
        )

    def deed_view(self, request: HttpRequest, object_id: str, *, deed: Deed) -> HttpResponse:
        """Ask, or act; there is no record to go back to afterwards."""
        answer = super().deed_view(request, object_id, deed=deed)
        if request.method == "POST":
            return HttpResponseRedirect(admin_url(self._url_name("changelist")))
        return answer

    def record_title(self, record: FailedSignIn) -> str:
        """Return the user name, existing or not, that was tried."""
        return f"Failed sign-ins of {record.username}"

    def sections(self, request: HttpRequest, record: FailedSignIn) -> list[Section]:
        """Return the one tab with what axes has noted."""
        facts = [
            ("User Name", record.username),
            ("Status", self.state(record)),
            ("Failed Logins", record.failures_since_start),
            ("Last Attempt", moment(record.attempt_time)),
            ("Address", record.ip_address),
            ("User Agent", record.user_agent),
            ("Path", record.path_info),
        ]
        return [cards("information", "Information", Card("Failed Sign-ins", facts))]

    @admin.display(description="Status")
    def state(self, failed: FailedSignIn) -> SafeString:
        """Show whether the user name is locked now."""
        return badge("Locked", "danger") if _is_locked(failed) else badge("Open")

    @admin.display(description="Last Attempt", ordering="attempt_time")
    def last(self, failed: FailedSignIn) -> str:
        """Show when the last wrong password came."""
        return moment(failed.attempt_time)

    def _release(self, request: HttpRequest, failed: FailedSignIn) -> None:
        release_lockout(failed.username or "")
        messages.success(request, f"{failed.username} may sign in again.")


def _is_valid(token: AccessToken) -> bool:
    return token.expires_at > timezone.now()


def _is_locked(failed: FailedSignIn) -> bool:
    recent: int = failed.recent_failures
    return recent >= web_services().max_failures
