"""The outbox of webhooks in the admin: what was posted, what waits, and what was given up."""

from typing import Any

import orjson
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator

from orderflow_bridge.common.people import Hidden
from orderflow_bridge.console.actions import RecordAction, ask_about, is_confirmed
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    order_link,
    sku_link,
    table,
    time_cell,
)
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.outbox.webhooks.services import requeue
from orderflow_bridge.stores.selectors import website_choices

QUESTION = "Requeue this webhook? It is posted again with the next run."
ALL_QUESTION = "Requeue those of the selected webhooks that were given up?"
_TONES = {
    WebhookEvent.Status.WAITING: "warning",
    WebhookEvent.Status.DELIVERED: "success",
    WebhookEvent.Status.GIVEN_UP: "danger",
    WebhookEvent.Status.REPLACED: "",
}


def _about(event: WebhookEvent) -> Any:
    is_of_stock = event.kind == Kind.STOCK_CHANGED
    return sku_link(event.reference) if is_of_stock else order_link(event.reference)


@admin.register(WebhookEvent)
class WebhookEventAdmin(RecordAdmin):
    """System → Webhooks."""

    missing_text = "This webhook no longer exists."
    act_right = "webhooks.requeue_webhookevent"
    list_display = (
        "event",
        "subject",
        "website_text",
        "status_label",
        "tries_made",
        "created",
        "next_try",
        "delivered",
        "error",
    )
    list_display_links = ("event",)
    list_select_related = ("website",)
    filters = (
        Choices("status", "Status", choices=WebhookEvent.Status.choices),
        Choices("kind", "Event", choices=Kind.choices),
        Choices("website", "Website", choices=website_choices),
        DateRange("created_at", "Created", "created"),
    )
    search_fields = ("reference__sku_key__startswith", "event_id__exact")
    search_help_text = "SKU or order number begins with…, or an event's ID"
    actions = ("requeue_selected",)
    empty_title = "No webhooks yet"
    empty_text = (
        "Switch them on under Stores → Configuration → Webhooks, and a shop that is not Magento"
        " is told what OrderFlow did."
    )

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to post again what was given up."""
        return (RecordAction("requeue", "Requeue", QUESTION, self.requeue, is_given_up, "replay"),)

    def requeue(self, request: HttpRequest, record: WebhookEvent) -> None:
        """Put one back into the queue."""
        message_requeued(request, requeue(WebhookEvent.objects.filter(pk=record.pk)))

    @admin.action(description="Requeue", permissions=["act"])
    def requeue_selected(
        self, request: HttpRequest, queryset: QuerySet[WebhookEvent]
    ) -> HttpResponse | None:
        """Ask, then put the selection, or all of a filter, back into the queue."""
        if not is_confirmed(request):
            return ask_about(self, request, queryset, title="Requeue", question=ALL_QUESTION)
        message_requeued(request, requeue(queryset))
        return None

    event = column("Event", lambda record: str(record.get_kind_display()), ordering="kind")
    subject = column("About", lambda event: _about(event), ordering="reference")
    website_text = column("Website", "website.name", str, ordering="website")
    status_label = column(
        "Status",
        lambda record: badge(
            record.get_status_display(), _TONES[WebhookEvent.Status(record.status)]
        ),
        ordering="status",
    )
    tries_made = column("Attempts", "attempts", str)
    created = column("Created", "created_at", time_cell)
    next_try = column("Next Try", "due_at", time_cell)
    delivered = column("Delivered", "delivered_at", time_cell)
    error = column("Last Error", lambda record: Truncator(record.last_error).chars(80))

    def sections(self, request: HttpRequest, record: WebhookEvent) -> list[Section]:
        """Return what it is and how it stands, its messages, and its attempts."""
        what = [
            ("Event", self.event(record)),
            ("About", link(record.reference, _page_of(record))),
            ("Website", self.website_text(record)),
            ("Event ID", record.event_id),
            ("Created", time_cell(record.created_at)),
        ]
        how = [
            ("Status", self.status_label(record)),
            ("Attempts", record.attempts),
            ("Next Try", time_cell(record.due_at)),
            ("Delivered", time_cell(record.delivered_at)),
            ("Last Status", record.answer_status or ""),
            ("Last Error", record.last_error),
        ]
        attempts = [tuple(each) for each in reversed(record.tries)]
        return [
            cards("information", "Information", Card("Webhook", what), Card("Delivery", how)),
            table(
                "attempts",
                "Attempts",
                Table(("Time (UTC)", "Result"), attempts, empty="It has not been posted yet."),
            ),
            _body("request", "Request", _indented(record.body)),
            _body("answer", "Answer", record.answer or "(empty)"),
        ]


def _body(slug: str, title: str, text: str) -> Section:
    return Section(slug, title, "bridge/body.html", {"pretty": text, "caption": title})


def _indented(body: str) -> str:
    """Return a body as a person reads it; what is posted has no blanks.

    For whom people's data is hidden from there is only its mask.
    """
    if isinstance(body, Hidden):
        return body
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()


def _page_of(record: WebhookEvent) -> str:
    """Return the address of the page of the order or product it is about."""
    if record.kind == Kind.STOCK_CHANGED:
        return admin_url("catalog_product_by_sku", record.reference)
    return admin_url("sales_order_by_number", record.reference)


def is_given_up(record: WebhookEvent) -> bool:
    """Tell whether nothing more is tried."""
    return record.status == WebhookEvent.Status.GIVEN_UP


def message_requeued(request: HttpRequest, count: int) -> None:
    """Tell how many webhooks were requeued, or why none."""
    if count:
        messages.success(request, f"{count} webhook(s) have been requeued.")
        return
    text = "Nothing was requeued: only what was given up is, unless a newer figure was told since."
    messages.warning(request, text)
