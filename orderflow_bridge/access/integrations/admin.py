"""System → Integrations: programs that call by credentials of their own."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orderflow_bridge.access.forms import RightsField
from orderflow_bridge.access.integrations import services
from orderflow_bridge.access.integrations.forms import IntegrationForm
from orderflow_bridge.access.integrations.identity import (
    ISSUE,
    identity_button,
    identity_page,
)
from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.services import CallbackFailed
from orderflow_bridge.access.role_rights import holds_all, rights_of
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import problem_reports
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices
from orderflow_bridge.console.pages import Button, admin_url, badge, time_cell

State = Integration.State
SHOW = "integrations.show_credentials"
BEYOND = gettext_lazy("This integration has more rights than you.")
_TONES = {State.ACTIVE: "success", State.WAITING: "info", State.REVOKED: "danger"}
_ACTIVATE = gettext_lazy(
    "Activate this integration? It gets an access token. With a Callback URL its credentials are"
    " posted there, and its system comes for the token; otherwise they are shown to you."
)
_ROTATE = gettext_lazy(
    "Replace key, secret and token by new ones? The former are worth nothing at once: the"
    " integration is refused until its system has the new ones."
)
_REVOKE = gettext_lazy("Revoke the access token? The integration is refused from now on.")
_SHOW = gettext_lazy(
    "Show the four credentials? Whoever has them can do what the integration may do."
)


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
    named = {"integration": integration}
    messages.success(
        request, _("%(integration)s is revoked: none of its calls is accepted.") % named
    )


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
        messages.error(request, " ".join((str(error), _("Nothing was changed."))))
        return None
    if not integration.callback_url:
        return _credentials(request, integration)
    if integration.identity_link_url:
        return HttpResponseRedirect(identity_page(integration, opens=True))
    text = (
        _("%(integration)s is active: its system has fetched the token.")
        if integration.state == State.ACTIVE
        else _(
            "The credentials were sent. %(integration)s is active as soon as its system has fetched"
            " the token, within five minutes."
        )
    )
    messages.success(request, text % {"integration": integration})
    return None


def _credentials(request: HttpRequest, integration: Integration) -> HttpResponse:
    shown = (
        (_("Consumer Key"), integration.consumer_key),
        (_("Consumer Secret"), integration.consumer_secret),
        (_("Access Token"), integration.token),
        (_("Access Token Secret"), integration.token_secret),
    )
    context = {
        **admin.site.each_context(request),
        "title": _("Credentials of %(integration)s") % {"integration": integration},
        "credentials": shown,
        "back": admin_url("integrations_integration_change", integration.pk),
    }
    return TemplateResponse(request, "integrations/credentials.html", context)


@admin.register(Integration)
class IntegrationAdmin(FormAdmin):
    """System → Integrations."""

    form = IntegrationForm
    missing_text = gettext_lazy("This integration no longer exists.")
    act_right = ISSUE
    change_form_outer_before_template = "bridge/product_head.html"
    list_display = ("name", "status", "access", "last_used", "ends")
    list_display_links = ("name",)
    filters = (Choices("state", gettext_lazy("Status"), choices=State.choices),)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")
    empty_title = gettext_lazy("No integrations yet")
    empty_text = gettext_lazy(
        "Add one for each program that calls SOAP or REST by an access token that does not expire,"
        " or by OAuth 1.0a."
    )
    fieldsets = (
        (None, {"fields": ("name", "callback_url", "identity_link_url")}),
        (gettext_lazy("Bounds"), {"fields": ("last_day", "is_read_only", "networks")}),
        (gettext_lazy("Resources"), {"fields": ("resource_access", "permissions")}),
        (
            gettext_lazy("Credentials"),
            {"fields": ("status", "consumer_key", "activated_at", "last_used", "last_used_from")},
        ),
    )
    readonly_fields = ("status", "consumer_key", "activated_at", "last_used", "last_used_from")
    own_record_actions = (
        RecordAction(
            "activate",
            gettext_lazy("Activate"),
            _ACTIVATE,
            activate,
            lambda it: it.state != State.ACTIVE,
            "key",
        ),
        RecordAction(
            "rotate",
            gettext_lazy("Rotate"),
            _ROTATE,
            rotate,
            lambda it: it.state == State.ACTIVE,
            "autorenew",
        ),
        RecordAction(
            "revoke",
            gettext_lazy("Revoke"),
            _REVOKE,
            revoke,
            lambda it: it.state in (State.ACTIVE, State.WAITING),
            "key_off",
        ),
        RecordAction(
            "credentials",
            gettext_lazy("Show Credentials"),
            _SHOW,
            show,
            lambda it: it.state == State.ACTIVE,
            "visibility",
            right=SHOW,
        ),
    )

    access = column(
        gettext_lazy("Resource Access"), lambda it: _("All") if it.has_all_rights else _("Custom")
    )
    last_used = column(
        gettext_lazy("Last Used"),
        lambda it: time_cell(it.last_used_at, empty=_("Never")),
        ordering="last_used_at",
    )
    ends = column(gettext_lazy("Ends"), "ends_at", time_cell)

    @admin.display(description=gettext_lazy("Status"), ordering="state")
    def status(self, integration: Integration) -> SafeString:
        """Show where its credentials stand, and whether its time is over."""
        if integration.ends_at is not None and integration.ends_at <= timezone.now():
            return badge(_("Ended"), "danger")
        state = State(integration.state)
        return badge(str(state.label), _TONES.get(state, ""))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the rights to tick, page by page, as far as the giver has them."""
        return RightsField(request.user, label=_("Resources"))

    def record_buttons(self, request: HttpRequest, record: Integration) -> list[Button]:
        """Lead to the other system's sign-in as well, while it is waited for."""
        found = identity_button(request, record)
        return [*([found] if found else []), *super().record_buttons(request, record)]

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
