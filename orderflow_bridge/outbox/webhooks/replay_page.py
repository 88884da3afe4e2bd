"""Replay: the events of a time once more, after a preview of how many they are."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.outbox.webhooks.forms import EVENTS, ReplayForm
from orderflow_bridge.outbox.webhooks.models import WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.selectors import events_of_a_time, replayable
from orderflow_bridge.outbox.webhooks.services import replay

REPLAY = "webhooks.requeue_webhookevent"
SAME_ID = gettext_lazy(
    "They come with the webhook-id they had, in their order: a receiver that remembers ids has to"
    " forget these first, or it passes them over."
)
QUESTION = gettext_lazy(
    "Which events is this receiver to get once more? Those that were delivered or given up; of"
    " stock and products the newest only."
)


def replay_view(model_admin: Any, request: HttpRequest, receiver: WebhookReceiver) -> HttpResponse:
    """Ask for a time (GET); show how many events that is; post them again (POST, confirmed)."""
    is_posted = request.method == "POST"
    initial = {"kinds": [value for value, _label in EVENTS if value in receiver.events]}
    form = ReplayForm(request.POST if is_posted else None, initial=initial)
    if not (is_posted and form.is_valid()):
        return _page(model_admin, request, receiver, question=f"{QUESTION} {SAME_ID}", form=form)
    found = events_of_a_time(receiver, **form.cleaned_data)
    if "confirmed" in request.POST:
        return _replayed(model_admin, request, receiver, replay(found))
    hidden = [(name, value) for name in form.shown for value in request.POST.getlist(name)]
    return _page(
        model_admin,
        request,
        receiver,
        question=preview(found, receiver),
        hidden=[*hidden, ("confirmed", "yes")],
    )


def preview(found: Any, receiver: WebhookReceiver) -> str:
    """Return what a replay of these events would do, in sentences."""
    total, again = found.count(), replayable(found).count()
    waiting = found.filter(status=WebhookEvent.Status.WAITING).count()
    rest = total - again - waiting
    said = [
        _("%(count)s of %(total)s events are posted to %(receiver)s again.")
        % {"count": number_text(again), "total": number_text(total), "receiver": receiver}
    ]
    if waiting:
        said.append(_("%(count)s more wait for it anyway.") % {"count": number_text(waiting)})
    if rest:
        text = _("%(count)s were overtaken by newer ones and are left out.")
        said.append(text % {"count": number_text(rest)})
    return " ".join([*said, str(SAME_ID)])


def _replayed(
    model_admin: Any, request: HttpRequest, receiver: WebhookReceiver, count: int
) -> HttpResponse:
    if count:
        model_admin.log_change(request, receiver, f"Replay of {count:,} events.")
        text = _("%(count)s webhook(s) will be posted again with the next runs.")
        messages.success(request, text % {"count": number_text(count)})
    else:
        messages.warning(request, _("No event of that time is to be posted again."))
    return HttpResponseRedirect(admin_url("webhooks_webhookreceiver_change", receiver.pk))


def _page(
    model_admin: Any, request: HttpRequest, receiver: WebhookReceiver, **more: Any
) -> HttpResponse:
    context = {
        **model_admin.page_context(request, receiver),
        "action": {"title": _("Replay")},
        "back": admin_url("webhooks_webhookreceiver_change", receiver.pk),
        **more,
    }
    return TemplateResponse(request, "bridge/confirm.html", context)
