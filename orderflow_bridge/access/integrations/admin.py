"""System → Integrations: programs that call by credentials of their own."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from orderflow_bridge.access.forms import RightsField
from orderflow_bridge.access.integrations import services
from orderflow_bridge.access.integrations.forms import IntegrationForm
from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.services import CallbackFailed
from orderflow_bridge.access.role_rights import holds_all, rights_of
from orderflow_bridge.configuration.selectors import problem_reports
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices
from orderflow_bridge.console.pages import admin_url, badge, time_cell

State = Integration.State
ISSUE = "integrations.issue_credentials"
SHOW = "integrations.show_credentials"
BEYOND = "This integration has more rights than you."
_TONES = {State.ACTIVE: "success", State.WAITING: "info", State.REVOKED: "danger"}
_ACTIVATE = (
    "Activate this integration? It gets an access token. With a Callback URL its credentials are"
    " posted there, and its system comes for the token; otherwise they are shown to you."
)
_ROTATE = (
    "Replace key, secret and token by new ones? The former are worth nothing at once: the"
    " integration is refused until its system has the new ones."
)
_REVOKE = "Revoke the access token? The integration is refused from now on."
_SHOW = "Show the four credentials? Whoever has them can do what the integration may do."


def is_within(integration: Integration, giver: Any) -> bool:
    """Tell whether an integration has no right that somebody lacks: whose secrets he may have."""
    if giver.is_superuser:
        return True
    if integration.has_all_rights:
        return holds_all(giver)
    return not integration.permissions.exclude(pk__in=rights_of(giver).values("pk")).exists()


def activate(request: HttpRequest, integration: Integration) -> HttpResponse | None:
    """Give it a token, and show the credentials unless its system fetches them."""
    return _issued(request, integration, services.activate)


def rotate(request: HttpRequest, integration: Integration) -> HttpResponse | None:
    """Replace its credentials."""
    return _issued(request, integration, services.rotate)


def revoke(request: HttpRequest, integration: Integration) -> None:
    """End its token."""
    services.revoke(integration)
    messages.success(request, f"{integration} is revoked: none of its calls is accepted.")


def show(request: HttpRequest, integration: Integration) -> HttpResponse | None:
    """Show the credentials again."""
    if not is_within(integration, request.user):
        messages.error(request, BEYOND)
        return None
    return _credentials(request, integration)


def _issued(request: HttpRequest, integration: Integration, issue: Any) -> HttpResponse | None:
    if not is_within(integration, request.user):
        messages.error(request, BEYOND)
        return None
    base = problem_reports().base_url or request.build_absolute_uri("/")
    try:
        issue(integration, store_base_url=f"{base.rstrip('/')}/")
    except CallbackFailed as error:
        messages.error(request, f"{error} Nothing was changed.")
        return None
    if not integration.callback_url:
        return _credentials(request, integration)
    text = (
        f"{integration} is active: its system has fetched the token."
        if integration.state == State.ACTIVE
        else f"The credentials were sent. {integration} is active as soon as its system has fetched"
        " the token, within five minutes."
    )
    messages.success(request, text)
    return None


def _credentials(request: HttpRequest, integration: Integration) -> HttpResponse:
    shown = (
        ("Consumer Key", integration.consumer_key),
        ("Consumer Secret", integration.consumer_secret),
        ("Access Token", integration.token),
        ("Access Token Secret", integration.token_secret),
    )
    context = {
        **admin.site.each_context(request),
        "title": f"Credentials of {integration}",
        "credentials": shown,
        "back": admin_url("integrations_integration_change", integration.pk),
    }
    return TemplateResponse(request, "integrations/credentials.html", context)


@admin.register(Integration)
class IntegrationAdmin(BridgeAdmin):
    """System → Integrations."""

    form = IntegrationForm
    missing_text = "This integration no longer exists."
    act_right = ISSUE
    change_form_outer_before_template = "bridge/product_head.html"
    list_display = ("name", "status", "access", "last_used", "ends")
    list_display_links = ("name",)
    filters = (Choices("state", "Status", choices=State.choices),)
    search_fields = ("name",)
    search_help_text = "Name"
    empty_title = "No integrations yet"
    empty_text = (
        "Add one for each program that calls SOAP or REST by an access token that does not expire,"
        " or by OAuth 1.0a."
    )
    fieldsets = (
        (None, {"fields": ("name", "callback_url")}),
        ("Bounds", {"fields": ("last_day", "is_read_only", "networks")}),
        ("Resources", {"fields": ("resource_access", "permissions")}),
        (
            "Credentials",
            {"fields": ("status", "consumer_key", "activated_at", "last_used", "last_used_from")},
        ),
    )
    readonly_fields = ("status", "consumer_key", "activated_at", "last_used", "last_used_from")
    own_record_actions = (
        RecordAction(
            "activate", "Activate", _ACTIVATE, activate, lambda it: it.state != State.ACTIVE, "key"
        ),
        RecordAction(
            "rotate", "Rotate", _ROTATE, rotate, lambda it: it.state == State.ACTIVE, "autorenew"
        ),
        RecordAction(
            "revoke",
            "Revoke",
            _REVOKE,
            revoke,
            lambda it: it.state in (State.ACTIVE, State.WAITING),
            "key_off",
        ),
        RecordAction(
            "credentials",
            "Show Credentials",
            _SHOW,
            show,
            lambda it: it.state == State.ACTIVE,
            "visibility",
            right=SHOW,
        ),
    )

    access = column("Resource Access", lambda it: "All" if it.has_all_rights else "Custom")
    last_used = column(
        "Last Used", lambda it: time_cell(it.last_used_at, empty="Never"), ordering="last_used_at"
    )
    ends = column("Ends", "ends_at", time_cell)

    @admin.display(description="Status", ordering="state")
    def status(self, integration: Integration) -> SafeString:
        """Show where its credentials stand, and whether its time is over."""
        if integration.ends_at is not None and integration.ends_at <= timezone.now():
            return badge("Ended", "danger")
        state = State(integration.state)
        return badge(str(state.label), _TONES.get(state, ""))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the rights to tick, page by page, as far as the giver has them."""
        return RightsField(request.user, label="Resources")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add the actions to an integration's page."""
        record = self._find(request, object_id) if object_id else None
        buttons = self.record_buttons(request, record) if record is not None else []
        context = {"record_buttons": buttons, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change an integration with more rights than his own."""
        return super().has_change_permission(request, obj) and (
            obj is None or is_within(obj, request.user)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody delete an integration with more rights than his own."""
        return super().has_delete_permission(request, obj) and (
            obj is None or is_within(obj, request.user)
        )

    def save_model(self, request: HttpRequest, obj: Integration, form: Any, change: bool) -> None:
        """Save; a new one gets its key and secret."""
        if not change:
            services.prepare(obj)
        if form.cleaned_data.get("resource_access"):
            obj.has_all_rights = form.cleaned_data["resource_access"] == IntegrationForm.ALL
        if "last_day" in form.cleaned_data:
            obj.ends_at = form.ends_at
        super().save_model(request, obj, form, change)
