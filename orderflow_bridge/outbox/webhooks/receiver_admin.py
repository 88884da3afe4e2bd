"""System → Webhook Receivers: who is told, how they stand, and what can be done to them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.common.formats import datetime_text, number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.transfer.parts import add_part
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import Choices
from orderflow_bridge.console.pages import Button, admin_url, badge, link, time_cell
from orderflow_bridge.outbox.webhooks import receivers
from orderflow_bridge.outbox.webhooks.forms import PauseForm, ReceiverForm
from orderflow_bridge.outbox.webhooks.models import WebhookReceiver
from orderflow_bridge.outbox.webhooks.ping import call_for_test
from orderflow_bridge.outbox.webhooks.replay_page import REPLAY, replay_view
from orderflow_bridge.outbox.webhooks.selectors import with_waiting
from orderflow_bridge.outbox.webhooks.transfer import WEBHOOK_RECEIVERS

PAUSE = "webhooks.pause_webhookreceiver"
TEST = "webhooks.test_webhookreceiver"
CHANGE = "webhooks.change_webhookreceiver"
_FAMILIES = {
    "order": gettext_lazy("order"),
    "shipment": gettext_lazy("shipment"),
    "stock": gettext_lazy("stock"),
    "product": gettext_lazy("product"),
    "problem": gettext_lazy("problem"),
}
_TEST = gettext_lazy(
    "Post a test event (test.ping) to this receiver now? It is signed as all others are."
)
_PAUSE = gettext_lazy(
    "Pause this receiver? Its events are kept, and nothing is posted until it is resumed."
)
_RESUME = gettext_lazy("Resume this receiver? What has waited is posted with the next run.")
_ROTATE = gettext_lazy(
    "Make a new secret? It is shown once. The former one signs too for 24 hours, so that the"
    " receiver can change over in its own time."
)
_END = gettext_lazy(
    "Sign with the present secret alone from now on? A receiver that still checks with the former"
    " one refuses what comes."
)


def call(request: HttpRequest, receiver: WebhookReceiver) -> HttpResponse | None:
    """Post a test event, and show what was sent and what came back."""
    try:
        attempt = call_for_test(receiver, by=request.user.get_username())
    except ActionNotAvailable as error:
        messages.error(request, _("Nothing was posted. %(error)s") % {"error": error})
        return None
    if attempt.error:
        messages.error(request, _("The test failed: %(error)s") % {"error": attempt.error})
    else:
        text = _("The receiver took it: %(status)s, in %(seconds)s seconds.") % {
            "status": attempt.status,
            "seconds": number_text(attempt.seconds or 0, 2),
        }
        messages.success(request, text)
    return HttpResponseRedirect(admin_url("webhooks_webhookevent_change", attempt.event_id))


def pause(request: HttpRequest, receiver: WebhookReceiver, form: PauseForm) -> None:
    """Hold back what is to be posted."""
    by = request.user.get_username()
    if receivers.pause_receiver(receiver, why=form.cleaned_data["why"], by=by):
        text = _("%(receiver)s is paused. Its events are kept.") % {"receiver": receiver}
        messages.success(request, text)
    else:
        messages.info(request, _("It is paused already."))


def resume(request: HttpRequest, receiver: WebhookReceiver) -> None:
    """Let go what has waited."""
    if receivers.resume_receiver(receiver):
        text = _("%(receiver)s is resumed: what has waited goes with the next run.")
        messages.success(request, text % {"receiver": receiver})
    else:
        messages.info(request, _("It is not paused."))


def rotate(request: HttpRequest, receiver: WebhookReceiver) -> HttpResponse:
    """Make a new secret and show it."""
    secret = receivers.rotate_secret(receiver)
    context = {
        **admin.site.each_context(request),
        "title": _("Secret of %(receiver)s") % {"receiver": receiver},
        "secret": secret,
        "until": datetime_text(receiver.former_until) if receiver.former_until else "",
        "back": admin_url("webhooks_webhookreceiver_change", receiver.pk),
    }
    return TemplateResponse(request, "webhooks/secret.html", context)


def end_former(request: HttpRequest, receiver: WebhookReceiver) -> None:
    """Take the former secret away."""
    receivers.end_former_secret(receiver)
    messages.success(request, _("Only the present secret signs now."))


def has_former(receiver: WebhookReceiver) -> bool:
    """Tell whether two secrets sign now."""
    return len(receivers.secrets_of(receiver, clock.now())) > 1


@admin.register(WebhookReceiver)
class WebhookReceiverAdmin(FormAdmin):
    """System → Webhook Receivers."""

    form = ReceiverForm
    missing_text = gettext_lazy("This receiver no longer exists.")
    act_right = CHANGE
    change_form_outer_before_template = "bridge/product_head.html"
    list_display = ("name", "status", "where", "heard", "last_success", "failing", "waits")
    list_display_links = ("name",)
    filters = (
        Choices(
            "is_active",
            gettext_lazy("Active"),
            choices=(("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))),
        ),
    )
    search_fields = ("name", "url")
    search_help_text = gettext_lazy("Name or URL")
    empty_title = gettext_lazy("No receivers yet")
    empty_text = gettext_lazy(
        "Add one for each system that is to be told what happens: orders, shipments, stock,"
        " products, problems. A test call shows whether it hears before it is active."
    )
    fieldsets = (
        (None, {"fields": ("name", "url", "secret", "is_active", "state")}),
        (gettext_lazy("What it hears"), {"fields": ("for_all_websites", "websites", "events")}),
        (
            gettext_lazy("Filter"),
            {
                "fields": (
                    *("sku_patterns", "source_codes", "order_statuses", "store_views"),
                    *("problem_kinds", "least_severity"),
                )
            },
        ),
        (gettext_lazy("Delivery"), {"fields": ("max_attempts", "timeout", "parallel_calls")}),
        (gettext_lazy("Health"), {"fields": ("last_success", "failing", "waits", "signing")}),
    )
    readonly_fields = ("state", "last_success", "failing", "waits", "signing")
    own_record_actions = (
        RecordAction(
            "test", gettext_lazy("Test"), _TEST, call, lambda it: True, "send", right=TEST
        ),
        RecordAction(
            "pause", gettext_lazy("Pause"), _PAUSE, pause, lambda it: it.paused_at is None, "pause",
            right=PAUSE, form=PauseForm,
        ),
        RecordAction(
            "resume", gettext_lazy("Resume"), _RESUME, resume, lambda it: it.paused_at is not None,
            "play_arrow", right=PAUSE,
        ),
        RecordAction(
            "rotate", gettext_lazy("Rotate Secret"), _ROTATE, rotate, lambda it: True, "autorenew"
        ),
        RecordAction(
            "end-former", gettext_lazy("End Former Secret"), _END, end_former, has_former, "key_off"
        ),
    )  # fmt: skip

    status = column(gettext_lazy("Status"), lambda it: _badge(it))
    where = column(gettext_lazy("Posts To"), lambda it: it.url.partition("?")[0], ordering="url")
    heard = column(gettext_lazy("Hears"), lambda it: _families(it))
    last_success = column(
        gettext_lazy("Last Success"),
        lambda it: time_cell(it.last_success_at, empty=_("Never")),
        ordering="last_success_at",
    )
    failing = column(gettext_lazy("Failing Since"), "failing_since", time_cell)
    waits = column(gettext_lazy("Waiting"), "waiting", number_cell)

    @admin.display(description=gettext_lazy("State"))
    def state(self, receiver: WebhookReceiver) -> Any:
        """Show how it stands, and who has paused it, since when and why."""
        if receiver.paused_at is None:
            return _badge(receiver)
        return _("Paused since %(time)s by %(user)s: %(reason)s") % {
            "time": datetime_text(receiver.paused_at),
            "user": receiver.paused_by,
            "reason": receiver.paused_why,
        }

    @admin.display(description=gettext_lazy("Signed With"))
    def signing(self, receiver: WebhookReceiver) -> str:
        """Show which secrets sign."""
        if receiver.former_until is not None and has_former(receiver):
            until = datetime_text(receiver.former_until)
            return _("The present secret, and until %(until)s the former one too") % {
                "until": until
            }
        return _("The present secret") if receiver.secret else _("No secret yet")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookReceiver]:
        """Count along what waits."""
        return with_waiting(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        """Add the page that posts the events of a time again."""
        view = self._wrapped(self.replay_page, right=REPLAY)
        return [
            path("<path:object_id>/replay/", view, name=self._url_name("replay")),
            *super().get_urls(),
        ]

    def replay_page(self, request: HttpRequest, object_id: str) -> Any:
        """Ask for a time, show how many events that is, and post them again."""
        return self.record_view(request, object_id, view=replay_view)

    def record_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Return the actions, the replay, and the way to the receiver's events."""
        buttons = super().record_buttons(request, record)
        if self._has_right_to_act(request, REPLAY):
            url = admin_url(self._url_name("replay"), record.pk)
            buttons.append(Button(_("Replay"), url, "replay"))
        if request.user.has_perm("webhooks.view_webhookevent"):
            url = f"{admin_url('webhooks_webhookevent_changelist')}?receiver={record.pk}"
            buttons.append(Button(_("Its Webhooks"), url, "webhook"))
        return buttons

    def save_model(
        self, request: HttpRequest, obj: WebhookReceiver, form: Any, change: bool
    ) -> None:
        """Save it, and let it count."""
        receivers.save_receiver(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save its websites, and let them count."""
        super().save_related(request, form, formsets, change)
        receivers.written()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Count what goes: a list of all events would be long."""
        rows = list(with_waiting(WebhookReceiver.objects.filter(pk__in=[each.pk for each in objs])))
        text = _("%(receiver)s with all its webhooks, %(count)s of them waiting")
        names = [
            text % {"receiver": each, "count": number_text(each.waiting)}  # type: ignore[attr-defined]
            for each in rows
        ]
        kept = [why for each in rows if (why := receivers.why_not_deleted(each))]
        return names, {"receivers": len(rows)}, set(), kept

    def delete_model(self, request: HttpRequest, obj: WebhookReceiver) -> None:
        """Delete it with its events."""
        receivers.delete_receiver(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WebhookReceiver]) -> None:
        """Delete some with their events."""
        for each in queryset:
            receivers.delete_receiver(each)


def _badge(receiver: WebhookReceiver) -> SafeString:
    if not receiver.is_active:
        return badge(_("Not active"))
    if receiver.paused_at is not None:
        return badge(_("Paused"), "warning")
    return (
        badge(_("Failing"), "danger") if receiver.failing_since else badge(_("Active"), "success")
    )


def _families(receiver: WebhookReceiver) -> str:
    found = dict.fromkeys(each.partition(".")[0] for each in receiver.events)
    text = ", ".join(str(_FAMILIES.get(each, each)) for each in found)
    return f"{text[:1].upper()}{text[1:]}"


def receiver_link(receiver: WebhookReceiver) -> Any:
    """Return the way to a receiver's page."""
    return link(receiver.name, admin_url("webhooks_webhookreceiver_change", receiver.pk))


add_part(WEBHOOK_RECEIVERS)
