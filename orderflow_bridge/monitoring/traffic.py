"""The figures of what goes in and out, for Prometheus: of the last day, or as it stands now."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric

from exports.models import EndpointState
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.exchange.selectors import pauses_now
from orderflow_bridge.monitoring.selectors import export_lines
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.rules.models import HeldOrder

# From a message's receipt until it is applied: what a person would call at once, and late.
LAG_SECONDS = (1, 3, 10, 30, 60, 120, 300, 900, 3600, 21600)


def traffic(since: datetime) -> Iterator[Metric]:
    """Yield a family of figures after the other; those of a time are from `since` on."""
    yield _received(since)
    yield _lag(since)
    yield _refused(since)
    yield _exports(since)
    yield _endpoints()
    yield _outbox()
    yield _held()
    yield _paused()


def _received(since: datetime) -> Metric:
    received = GaugeMetricFamily(
        "bridge_messages_received_24h", "Messages of the last 24 hours", labels=("entity",)
    )
    messages = Request.objects.filter(type=RequestType.IMPORT, created_at__gte=since)
    for entity, count in messages.order_by().values_list("entity").annotate(count=Count("id")):
        received.add_metric((Entity(entity).label.lower(),), count)
    return received


def _lag(since: datetime) -> Metric:
    """Yield how long the messages of the last day waited, in buckets."""
    lag = GaugeHistogramMetricFamily(
        "bridge_apply_lag_seconds_24h",
        "From receipt to processing, of the messages received in the last 24 hours",
        labels=("entity",),
    )
    waited = ExpressionWrapper(F("processed_at") - F("created_at"), output_field=DurationField())
    up_to = {
        f"up_to_{limit}": Count("id", filter=Q(waited__lte=timedelta(seconds=limit)))
        for limit in LAG_SECONDS
    }
    rows: Any = (
        Request.objects.filter(
            type=RequestType.IMPORT, created_at__gte=since, processed_at__isnull=False
        )
        .annotate(waited=waited)
        .order_by()
        .values("entity")
        .annotate(total=Count("id"), time=Sum("waited"), **up_to)
    )
    for row in rows:
        buckets = [(str(float(limit)), row[f"up_to_{limit}"]) for limit in LAG_SECONDS]
        lag.add_metric(
            (Entity(row["entity"]).label.lower(),),
            [*buckets, ("+Inf", row["total"])],
            row["time"].total_seconds(),
        )
    return lag


def _refused(since: datetime) -> Metric:
    refused = GaugeMetricFamily(
        "bridge_calls_refused_24h",
        "Calls refused in the last 24 hours",
        labels=("endpoint", "reason"),
    )
    calls = RefusedCall.objects.filter(last_at__gte=since).order_by()
    for endpoint, reason, count in calls.values_list("endpoint", "reason").annotate(Sum("count")):
        refused.add_metric((endpoint, reason), count)
    return refused


def _exports(since: datetime) -> Metric:
    exports = GaugeMetricFamily(
        "bridge_export_lines_24h",
        "Products and orders announced, fetched or pushed in the last 24 hours",
        labels=("entity", "result"),
    )
    for (entity, result), total in export_lines(since).items():
        exports.add_metric((entity.label.lower(), result.label.lower()), total)
    return exports


def _endpoints() -> Metric:
    closed = GaugeMetricFamily(
        "bridge_endpoint_left_alone",
        "1 while an OrderFlow is left alone after failures",
        labels=("endpoint",),
    )
    for state in EndpointState.objects.all():
        closed.add_metric((state.endpoint,), state.opened_at is not None)
    return closed


def _outbox() -> Metric:
    waiting = GaugeMetricFamily(
        "bridge_outbox_waiting", "E-mails and webhook events that wait", labels=("kind",)
    )
    mails = OutgoingMail.objects.filter(status=OutgoingMail.Status.WAITING)
    events = WebhookEvent.objects.filter(status=WebhookEvent.Status.WAITING)
    waiting.add_metric(("mail",), mails.count())
    waiting.add_metric(("webhook",), events.count())
    return waiting


def _held() -> Metric:
    held = HeldOrder.objects.filter(released_at__isnull=True).count()
    return GaugeMetricFamily("bridge_orders_held", "Orders that an export rule holds", held)


def _paused() -> Metric:
    return GaugeMetricFamily(
        "bridge_exchange_paused", "1 while the exchange is paused", bool(pauses_now())
    )
