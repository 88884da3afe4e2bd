"""Access tokens and failed sign-ins in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from orderflow_bridge.access.lockout import Failures, Lock, lock_of
from orderflow_bridge.access.models import AccessToken, FailedSignIn
from orderflow_bridge.access.selectors import failed_sign_ins
from orderflow_bridge.access.services import expire_token, release_lockout
from orderflow_bridge.common import clock
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.pages import Card, Section, admin_url, badge, cards, time_cell


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

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to end a token before its time."""
        question = "Are you sure you wish to revoke this token? Its user has to sign in again."
        return (
            RecordAction("revoke", "Revoke", question, self._revoke, _is_valid, icon="key_off"),
        )

    def sections(self, request: HttpRequest, record: AccessToken) -> list[Section]:
        """Return the one tab with everything that is known of a token."""
        facts = [
            ("User", record.user.get_username()),
            ("Kind", self.kind(record)),
            ("Created", time_cell(record.created_at)),
            ("Expires", time_cell(record.expires_at)),
            ("Status", self.state(record)),
        ]
        return [cards("information", "Information", Card("Access Token", facts))]

    kind = column(
        "Kind",
        lambda token: "Magento 2 token" if token.idle_seconds is None else "Magento 1 session",
    )
    created = column("Created", "created_at", time_cell)
    expires = column("Expires", "expires_at", time_cell)
    state = column(
        "Status", lambda token: badge("Valid", "success") if _is_valid(token) else badge("Expired")
    )

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
        """Return failures with others of the same user name, and from the same address."""
        return failed_sign_ins()

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to let a locked user name try again at once."""
        question = (
            "Are you sure you wish to forget the failed sign-ins of this user name, and those from"
            " this address?"
        )
        return (
            RecordAction(
                "release", "Release lockout", question, self._release, _is_locked, "lock_open"
            ),
        )

    def record_action_view(
        self, request: HttpRequest, object_id: str, *, action: RecordAction
    ) -> HttpResponse:
        """Ask, or act; there is no record to go back to afterwards."""
        answer = super().record_action_view(request, object_id, action=action)
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
            ("Last Attempt", time_cell(record.attempt_time)),
            ("Address", record.ip_address),
            ("User Agent", record.user_agent),
            ("Path", record.path_info),
        ]
        return [cards("information", "Information", Card("Failed Sign-ins", facts))]

    @admin.display(description="Status")
    def state(self, failed: FailedSignIn) -> SafeString:
        """Show whether the user name or the address is locked now."""
        lock = _lock(failed)
        return badge(lock, "danger") if lock else badge("Open")

    last = column("Last Attempt", "attempt_time", time_cell)

    def _release(self, request: HttpRequest, failed: FailedSignIn) -> None:
        release_lockout(failed.username or "", failed.ip_address)
        messages.success(request, f"{failed.username} may sign in again.")


def _is_valid(token: AccessToken) -> bool:
    return token.expires_at > clock.now()


def _is_locked(failed: FailedSignIn) -> bool:
    return _lock(failed) is not None


def _lock(failed: Any) -> Lock | None:
    failures = Failures(failed.here, failed.of_address, failed.of_name)
    return lock_of(failures, web_services().max_failures)
