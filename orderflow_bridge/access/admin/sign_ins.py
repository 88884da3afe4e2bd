"""Access tokens and failed sign-ins in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orderflow_bridge.access.lockout import Failures, Lock, lock_of
from orderflow_bridge.access.models import AccessToken, FailedSignIn
from orderflow_bridge.access.selectors import failed_sign_ins
from orderflow_bridge.access.services import expire_token, release_lockout
from orderflow_bridge.common import clock
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import DateRange, yes_or_no
from orderflow_bridge.console.pages import Card, Section, admin_url, badge, cards, time_cell


@admin.register(AccessToken)
class AccessTokenAdmin(RecordAdmin):
    """System → Access Tokens: who is signed in through SOAP or REST."""

    missing_text = gettext_lazy("This token no longer exists.")
    act_right = "access.revoke_accesstoken"
    list_display = ("user", "state", "kind", "created", "expires")
    list_display_links = ("user",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    search_help_text = gettext_lazy("User name")
    filters = (
        yes_or_no(
            "expires_at",
            gettext_lazy("Status"),
            "status",
            yes=gettext_lazy("Valid"),
            no=gettext_lazy("Expired"),
            match=lambda: Q(expires_at__gt=clock.now()),
        ),
        DateRange("created_at", gettext_lazy("Created"), "created"),
        DateRange("expires_at", gettext_lazy("Expires"), "expires"),
    )
    empty_title = gettext_lazy("Nobody is signed in")
    empty_text = gettext_lazy(
        "A token appears here when OrderFlow, or a script, signs in through SOAP or REST."
    )

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to end a token before its time."""
        question = _("Are you sure you wish to revoke this token? Its user has to sign in again.")
        return (
            RecordAction("revoke", _("Revoke"), question, self._revoke, _is_valid, icon="key_off"),
        )

    def sections(self, request: HttpRequest, record: AccessToken) -> list[Section]:
        """Return the one tab with everything that is known of a token."""
        facts = [
            (_("User"), record.user.get_username()),
            (_("Kind"), self.kind(record)),
            (_("Created"), time_cell(record.created_at)),
            (_("Expires"), time_cell(record.expires_at)),
            (_("Status"), self.state(record)),
        ]
        return [cards("information", _("Information"), Card(_("Access Token"), facts))]

    kind = column(
        gettext_lazy("Kind"),
        lambda token: (
            _("Magento 2 token") if token.idle_seconds is None else _("Magento 1 session")
        ),
    )
    created = column(gettext_lazy("Created"), "created_at", time_cell)
    expires = column(gettext_lazy("Expires"), "expires_at", time_cell)
    state = column(
        gettext_lazy("Status"),
        lambda token: badge(_("Valid"), "success") if _is_valid(token) else badge(_("Expired")),
    )

    def _revoke(self, request: HttpRequest, token: AccessToken) -> None:
        expire_token(token)
        messages.success(request, _("The token has been revoked."))


@admin.register(FailedSignIn)
class FailedSignInAdmin(RecordAdmin):
    """System → Failed Sign-ins: wrong passwords, and the user names they have locked."""

    missing_text = gettext_lazy("These failed sign-ins have been forgotten.")
    act_right = "access.release_failedsignin"
    list_display = ("username", "state", "failures_since_start", "last", "ip_address", "path_info")
    list_display_links = ("username",)
    search_fields = ("username", "ip_address")
    search_help_text = gettext_lazy("User name or address")
    filters = (DateRange("attempt_time", gettext_lazy("Last Attempt"), "attempted"),)
    empty_title = gettext_lazy("No failed sign-ins")
    empty_text = gettext_lazy(
        "Wrong passwords of the last while are counted here, until a success clears them."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedSignIn]:
        """Return failures with others of the same user name, and from the same address."""
        return failed_sign_ins()

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to let a locked user name try again at once."""
        question = _(
            "Are you sure you wish to forget the failed sign-ins of this user name, and those from"
            " this address?"
        )
        return (
            RecordAction(
                "release", _("Release lockout"), question, self._release, _is_locked, "lock_open"
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
        return _("Failed sign-ins of %(name)s") % {"name": record.username}

    def sections(self, request: HttpRequest, record: FailedSignIn) -> list[Section]:
        """Return the one tab with what axes has noted."""
        facts = [
            (_("User Name"), record.username),
            (_("Status"), self.state(record)),
            (_("Failed Logins"), record.failures_since_start),
            (_("Last Attempt"), time_cell(record.attempt_time)),
            (_("Address"), record.ip_address),
            (_("User Agent"), record.user_agent),
            (_("Path"), record.path_info),
        ]
        return [cards("information", _("Information"), Card(_("Failed Sign-ins"), facts))]

    @admin.display(description=gettext_lazy("Status"))
    def state(self, failed: FailedSignIn) -> SafeString:
        """Show whether the user name or the address is locked now."""
        lock = _lock(failed)
        return badge(_(lock.value), "danger") if lock else badge(pgettext("not locked", "Open"))

    last = column(gettext_lazy("Last Attempt"), "attempt_time", time_cell)

    def _release(self, request: HttpRequest, failed: FailedSignIn) -> None:
        release_lockout(failed.username or "", failed.ip_address)
        messages.success(request, _("%(name)s may sign in again.") % {"name": failed.username})


def _is_valid(token: AccessToken) -> bool:
    return token.expires_at > clock.now()


def _is_locked(failed: FailedSignIn) -> bool:
    return _lock(failed) is not None


def _lock(failed: Any) -> Lock | None:
    failures = Failures(failed.here, failed.of_address, failed.of_name)
    return lock_of(failures, web_services().max_failures)
