"""The outbox of webhooks in the admin: what was posted, what waits, and what was given up."""

from typing import Any

import orjson
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.people import Hidden
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction, ask_about, is_confirmed
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.live import by_status, follow
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    cards,
    link,
    live_status,
    order_link,
    sku_link,
    table,
    time_cell,
)
from orderflow_bridge.outbox.webhooks.models import (
    Kind,
    WebhookAttempt,
    WebhookEvent,
    WebhookReceiver,
)
from orderflow_bridge.outbox.webhooks.receiver_admin import receiver_link
from orderflow_bridge.outbox.webhooks.replay_page import REPLAY, SAME_ID
from orderflow_bridge.outbox.webhooks.services import replay, requeue

QUESTION = gettext_lazy("Requeue this webhook? It is posted again with the next run.")
ALL_QUESTION = gettext_lazy("Requeue those of the selected webhooks that were given up?")
REPLAY_QUESTION = gettext_lazy(
    "Post this webhook once more? It comes with the webhook-id it had: a receiver that remembers"
    " ids has to forget it first, or it passes it over."
)
REPLAY_ALL_QUESTION = gettext_lazy(
    "Post those of the selected webhooks once more that were delivered or given up? Of stock and"
    " products the newest only."
)
_TONES = {
    WebhookEvent.Status.WAITING: "warning",
    WebhookEvent.Status.DELIVERED: "success",
    WebhookEvent.Status.GIVEN_UP: "danger",
    WebhookEvent.Status.REPLACED: "",
}
# By the family of an event: the page of what it is about.
_PAGES = {
    "order": "sales_order_by_number",
    "shipment": "sales_order_by_number",
    "stock": "catalog_product_by_sku",
    "product": "catalog_product_by_sku",
}


def _about(event: WebhookEvent) -> Any:
    page = _PAGES.get(Kind(event.kind).family)
    if page is None:
        return event.reference
    return (order_link if page == "sales_order_by_number" else sku_link)(event.reference)


def receiver_choices(request: HttpRequest) -> list[tuple[int, str]]:
    """Return the receivers as choices of the list's filter."""
    return list(WebhookReceiver.objects.values_list("pk", "name"))


@admin.register(WebhookEvent)
class WebhookEventAdmin(RecordAdmin):
    """System → Webhooks."""

    missing_text = gettext_lazy("This webhook no longer exists.")
    act_right = REPLAY
    list_display = (
        *("event", "status_label", "subject", "receiver_text", "tries_made", "created"),
        *("next_try", "delivered", "error"),
    )
    list_display_links = ("event",)
    list_select_related = ("receiver",)
    filters = (
        Choices("status", gettext_lazy("Status"), choices=WebhookEvent.Status.choices),
        Choices("kind", gettext_lazy("Event"), choices=Kind.choices),
        Choices("receiver", gettext_lazy("Receiver"), choices=receiver_choices),
        DateRange("created_at", gettext_lazy("Created"), "created"),
    )
    search_fields = ("reference__sku_key__startswith", "event_id__exact")
    search_help_text = gettext_lazy("SKU or order number begins with…, or an event's ID")
    actions = ("requeue_selected", "replay_selected")
    empty_title = gettext_lazy("No webhooks yet")
    empty_text = gettext_lazy(
        "Add a receiver under System → Webhook Receivers, and the shop's own systems are told what"
        " happens."
    )

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to post again what was given up, and what was delivered."""
        return (
            RecordAction("requeue", _("Requeue"), QUESTION, self.requeue, is_given_up, "replay"),
            RecordAction(
                "replay", _("Replay"), REPLAY_QUESTION, self.replay, is_delivered, "replay"
            ),
        )

    def requeue(self, request: HttpRequest, record: WebhookEvent) -> None:
        """Put one back into the queue."""
        message_requeued(request, requeue(WebhookEvent.objects.filter(pk=record.pk)))

    def replay(self, request: HttpRequest, record: WebhookEvent) -> None:
        """Post one once more."""
        message_replayed(request, replay(WebhookEvent.objects.filter(pk=record.pk)))

    @admin.action(description=gettext_lazy("Requeue"), permissions=["act"])
    def requeue_selected(
        self, request: HttpRequest, queryset: QuerySet[WebhookEvent]
    ) -> HttpResponse | None:
        """Ask, then put the selection, or all of a filter, back into the queue."""
        if not is_confirmed(request):
            return ask_about(self, request, queryset, title=_("Requeue"), question=ALL_QUESTION)
        message_requeued(request, requeue(queryset))
        return None

    @admin.action(description=gettext_lazy("Replay"), permissions=["act"])
    def replay_selected(
        self, request: HttpRequest, queryset: QuerySet[WebhookEvent]
    ) -> HttpResponse | None:
        """Ask, then post the selection, or all of a filter, once more."""
        if not is_confirmed(request):
            return ask_about(
                self,
                request,
                queryset,
                title=_("Replay"),
                question=f"{REPLAY_ALL_QUESTION} {SAME_ID}",
            )
        message_replayed(request, replay(queryset))
        return None

    event = column(
        gettext_lazy("Event"), lambda record: str(record.get_kind_display()), ordering="kind"
    )
    subject = column(gettext_lazy("About"), lambda event: _about(event), ordering="reference")
    receiver_text = column(gettext_lazy("Receiver"), "receiver.name", str, ordering="receiver")
    status_label = column(
        gettext_lazy("Status"),
        lambda record: live_status(record, _TONES, WebhookEvent.Status.WAITING),
        ordering="status",
    )
    tries_made = column(gettext_lazy("Attempts"), "attempts", str)
    created = column(gettext_lazy("Created"), "created_at", time_cell)
    next_try = column(gettext_lazy("Next Try"), "due_at", time_cell)
    delivered = column(gettext_lazy("Delivered"), "delivered_at", time_cell)
    error = column(
        gettext_lazy("Last Error"), lambda record: Truncator(record.last_error).chars(80)
    )

    def sections(self, request: HttpRequest, record: WebhookEvent) -> list[Section]:
        """Return what it is and how it stands, its attempts, and the one that was asked for."""
        what = [
            (_("Event"), self.event(record)),
            (_("About"), _subject(record)),
            (_("Receiver"), receiver_link(record.receiver)),
            (_("Event ID"), record.event_id),
            (_("Created"), time_cell(record.created_at)),
        ]
        how = [
            (_("Status"), self.status_label(record)),
            (_("Attempts"), record.attempts),
            (_("Next Try"), time_cell(record.due_at)),
            (_("Delivered"), time_cell(record.delivered_at)),
            (_("Last Error"), record.last_error),
        ]
        attempts = list(record.attempts_made.all())
        asked = request.GET.get("attempt", "")
        shown = next((each for each in attempts if str(each.pk) == asked), None)
        described = (Card(_("Webhook"), what), Card(_("Delivery"), how))
        return [
            cards("information", _("Information"), *described),
            table("attempts", _("Attempts"), _attempts(record, attempts)),
            *_messages(record, shown or next(iter(attempts), None)),
        ]


def _attempts(record: WebhookEvent, attempts: list[WebhookAttempt]) -> Table:
    url = admin_url("webhooks_webhookevent_change", record.pk)
    rows = [
        (
            link(time_cell(each.made_at), f"{url}?attempt={each.pk}#request"),
            "" if each.seconds is None else f"{each.seconds:.3f} s",
            each.status or "",
            each.error or _("Delivered"),
        )
        for each in attempts
    ]
    columns = (_("Time"), _("Took"), _("Status"), _("Result"))
    return Table(columns, rows, empty=_("It has not been posted yet."))


def _messages(record: WebhookEvent, attempt: WebhookAttempt | None) -> list[Section]:
    """Return request and answer of an attempt; before the first, what is going to be posted."""
    if attempt is None:
        return [_body("request", _("Request"), _indented(record.body))]
    when = time_cell(attempt.made_at)
    first = [f"POST {attempt.url}"] if attempt.url else []
    request = [*first, *_lines(attempt.headers), "", _indented(attempt.body)]
    status = [str(attempt.status)] if attempt.status else []
    answer = [*status, *_lines(attempt.answer_headers), "", attempt.answer or _("(empty)")]
    if not attempt.status:
        answer = [attempt.error]
    return [
        _body(
            "request",
            _("Request"),
            "\n".join(request).strip(),
            _("As sent at %(when)s") % {"when": when},
        ),
        _body(
            "answer",
            _("Answer"),
            "\n".join(answer).strip(),
            _("To the request of %(when)s") % {"when": when},
        ),
    ]


def _lines(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


def _body(slug: str, title: str, text: str, caption: str = "") -> Section:
    return Section(slug, title, "bridge/body.html", {"pretty": text, "caption": caption or title})


def _indented(body: str) -> str:
    """Return a body as a person reads it; what is posted has no blanks.

    For whom people's data is hidden from there is only its mask.
    """
    if isinstance(body, Hidden) or not body:
        return body
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()


def _subject(record: WebhookEvent) -> Any:
    """Return the way to the page of the order or product it is about."""
    page = _PAGES.get(Kind(record.kind).family)
    return link(record.reference, admin_url(page, record.reference)) if page else record.reference


def is_given_up(record: WebhookEvent) -> bool:
    """Tell whether nothing more is tried."""
    return record.status == WebhookEvent.Status.GIVEN_UP and record.kind != Kind.TEST


def is_delivered(record: WebhookEvent) -> bool:
    """Tell whether its receiver has it."""
    return record.status == WebhookEvent.Status.DELIVERED and record.kind != Kind.TEST


def message_requeued(request: HttpRequest, count: int) -> None:
    """Tell how many webhooks were requeued, or why none."""
    if count:
        messages.success(request, _("%(count)s webhook(s) have been requeued.") % {"count": count})
        return
    text = _(
        "Nothing was requeued: only what was given up is, unless a newer figure was told since."
    )
    messages.warning(request, text)


def message_replayed(request: HttpRequest, count: int) -> None:
    """Tell how many webhooks come once more, or why none."""
    if count:
        text = _("%(count)s webhook(s) will be posted again with the next runs.")
        messages.success(request, text % {"count": number_text(count)})
        return
    text = _(
        "Nothing is replayed: what waits is posted anyway, and of stock and products only the"
        " newest event counts."
    )
    messages.warning(request, text)


follow("webhooks.webhookevent", by_status)
