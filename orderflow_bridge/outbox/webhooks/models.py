"""The outbox of events for the shop's own systems, which is also their history; and who listens."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model
from orderflow_bridge.configuration.stored_secrets import SecretField
from orderflow_bridge.configuration.validators import validate_receiver
from orderflow_bridge.stores.models import Website


class Kind(models.TextChoices):
    """What has happened; the value is the event's `type` on the wire."""

    ORDER_PLACED = "order.placed", _("Order placed")
    ORDER_EXPORTED = "order.exported", _("Order exported")
    ORDER_ON_HOLD = "order.on_hold", _("Order on hold")
    ORDER_RELEASED = "order.released", _("Order released")
    ORDER_CANCELLED = "order.cancelled", _("Order cancelled")
    SHIPMENT_CREATED = "shipment.created", _("Shipment created")
    TRACK_ADDED = "shipment.track_added", _("Track added")
    STOCK_CHANGED = "stock.changed", _("Stock changed")
    PRODUCT_CHANGED = "product.changed", _("Product changed")
    PRODUCT_EXPORTED = "product.exported", _("Product exported")
    PROBLEM_OPENED = "problem.opened", _("Problem opened")
    PROBLEM_RESOLVED = "problem.resolved", _("Problem resolved")
    TEST = "test.ping", _("Test")

    @property
    def family(self) -> str:
        """What comes before the dot: order, shipment, stock, product, problem, or test."""
        return str(self.value).partition(".")[0]


# What a receiver can ask for, and what it hears only the newest of.
TOLD = tuple(kind for kind in Kind if kind is not Kind.TEST)
NEWEST_COUNTS = frozenset({Kind.STOCK_CHANGED, Kind.PRODUCT_CHANGED})


class WebhookReceiver(models.Model):
    """A system that is told what happens: where it listens, what it wants to hear, how it stands.

    `filter` is a Filter as JSON (`filters`). While it is paused its events are kept and not posted;
    while it is not active none are written. For a day after the secret was changed, the former one
    signs too. `last_success_at` and `failing_since` are what deliveries have seen.
    """

    name = models.CharField(max_length=100, unique=True)
    for_all_websites = models.BooleanField(_("every website"), default=True)
    websites = models.ManyToManyField(Website, blank=True, related_name="+")
    url = models.CharField(
        "URL",
        max_length=500,
        validators=[validate_receiver],
        help_text=_("Where events are posted to, for example https://shop.example/hooks."),
    )
    secret: Any = SecretField(blank=True, null=True)
    former_secret: Any = SecretField(null=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    events = models.JSONField(default=list, blank=True)
    filter = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(
        _("active"),
        default=False,
        help_text=_("While it is not, nothing is written or posted for it."),
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "How often an event is posted before it is given up. The wait between two attempts"
            " begins with a minute and doubles each time, up to six hours."
        ),
    )
    timeout = models.PositiveSmallIntegerField(
        _("answer time-out (seconds)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("How long to wait for the receiver's answer."),
    )
    parallel_calls = models.PositiveSmallIntegerField(
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(32)],
        help_text=_("How many events are posted at the same time."),
    )
    paused_at = models.DateTimeField(_("paused since"), null=True, editable=False)
    paused_by = models.CharField(max_length=150, blank=True, default="", editable=False)
    paused_why = models.CharField("reason", max_length=200, blank=True, default="", editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)
        permissions = (
            ("pause_webhookreceiver", "Pause and resume"),
            ("test_webhookreceiver", "Test"),
        )

    def __str__(self) -> str:
        return self.name


class WebhookEvent(models.Model):
    """One event for one receiver, written with the change it tells of.

    `topic` is what it is about ("order 000000005", "stock default/24-MB01"): events of one topic
    are delivered in their order. Of some kinds, stock among them, the newest is all that counts:
    while such an event waits, `collapse_key` lets a newer one take its place.

    `body` is sent as it stands, at every attempt. A waiting event is due at `due_at`; whoever
    delivers it moves that on by a lease and raises the fence. `traceparent` is where the trace of
    the change goes on.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")
        REPLACED = "replaced", _("Replaced")

    event_id = models.CharField(_("Event ID"), max_length=40, unique=True)
    kind = models.CharField(_("Event"), max_length=32, choices=Kind)
    receiver = models.ForeignKey(
        WebhookReceiver, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    reference = models.CharField(
        max_length=150, help_text=_("The SKU, the order number or the problem it is about.")
    )
    topic = models.CharField(max_length=150)
    collapse_key = models.CharField(max_length=220, null=True, unique=True)  # noqa: DJ001
    body = models.TextField()
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    fence = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, default="")
    traceparent = models.CharField(max_length=55, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "webhook"
        permissions = (("requeue_webhookevent", "Requeue and replay"),)
        indexes = (
            models.Index(
                fields=("receiver", "due_at", "id"),
                condition=models.Q(status="waiting"),
                name="webhook_due",
            ),
            models.Index(
                fields=("receiver", "topic", "id"),
                condition=models.Q(status="waiting"),
                name="webhook_topic",
            ),
            models.Index(fields=("created_at", "id"), name="webhook_created"),
            models.Index(fields=("status", "id"), name="webhook_status"),
            models.Index(
                fields=("reference",), name="webhook_reference", opclasses=("text_pattern_ops",)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class WebhookAttempt(models.Model):
    """One posting of an event: what was sent, and what came back.

    `headers` and `body` are as sent; the secret is in neither. No status means that there was no
    answer: `error` says why. Of the first attempts of an older release only time and error are
    known.
    """

    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="attempts_made")
    made_at = models.DateTimeField()
    seconds = models.FloatField(null=True)
    url = models.CharField(max_length=500, default="")
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")
    status = models.PositiveSmallIntegerField(null=True)
    answer_headers = models.JSONField(default=dict)
    answer = models.TextField(default="")
    error = models.CharField(max_length=500, default="")

    class Meta:
        ordering = ("-id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M:%S} {self.status or self.error}"


name_model(WebhookReceiver, parallel_calls=_("parallel calls"))
