"""Export rules, the orders that they hold, and safety stock."""

from datetime import datetime, timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from orderflow_bridge.catalog.models import Category
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.fields import QuantityField
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import LONGEST_SKU, SkuKeyField
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model
from orderflow_bridge.inventory.models import Source
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website

RELEASE_ORDERS = "rules.release_heldorder"


class ExportRule(models.Model):
    """Which orders or products are not exported, or wait before they are.

    `filter_groups` are Magento's search criteria: a list of groups, joined with AND, each a list of
    filters, joined with OR, each [field, condition, value]. An empty list matches everything.
    """

    class Action(models.TextChoices):
        """What becomes of what a rule matches."""

        REFUSE = "refuse", _("Do not export")
        HOLD = "hold", _("Hold")

    class Release(models.TextChoices):
        """When a held order is let go."""

        ITSELF = "itself", _("When it no longer matches")
        DELAY = "delay", _("After a delay")
        HAND = "hand", _("By hand")

    name = models.CharField(max_length=100, unique=True)
    entity = models.PositiveSmallIntegerField(
        _("of"),
        choices=((Entity.ORDER, _("Orders")), (Entity.PRODUCT, _("Products"))),
        default=Entity.ORDER,
    )
    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    position = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("Of several rules that match, the one with the lowest position counts."),
    )
    action = models.CharField(
        _("action"), max_length=8, choices=Action, default=Action.REFUSE, db_column="deed"
    )
    release = models.CharField(
        max_length=8,
        choices=Release,
        default=Release.ITSELF,
        help_text=_("Of what is held. Whoever may can release each order by hand at any time."),
    )
    delay_minutes = models.PositiveIntegerField(
        _("delay (minutes)"), default=0, help_text=_("From the order's creation.")
    )
    filter_groups = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("export rule")

    def __str__(self) -> str:
        return self.name

    @property
    def holds(self) -> bool:
        """Whether what matches waits, and is not left out for good."""
        return self.action == self.Action.HOLD

    def until(self, order: Order) -> datetime | None:
        """Return when an order is let go by the passing of time, None if it is not."""
        if self.release != self.Release.DELAY:
            return None
        return order.created_at + timedelta(minutes=self.delay_minutes)


class HeldOrder(models.Model):
    """An order that a rule holds, or held until somebody released it by hand.

    The export's run writes and ends these rows. One that was released stays: no rule holds the
    order again.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="held")
    rule = models.ForeignKey(ExportRule, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=500)
    held_since = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        ordering = ("held_since", "id")
        verbose_name = _("held order")
        permissions = (("release_heldorder", _("Release held orders")),)
        indexes = (
            models.Index(
                fields=("held_since",),
                condition=models.Q(released_at__isnull=True),
                name="rules_held_orders",
            ),
        )

    def __str__(self) -> str:
        return f"{self.order} held since {self.held_since:%Y-%m-%d %H:%M}"


class SafetyStock(models.Model):
    """Stock that is not shown for sale, taken off when OrderFlow's figure is written.

    It counts for what matches all that is filled in; with nothing filled in, for every figure. Of
    several, the one that leaves least counts.
    """

    class Kind(models.TextChoices):
        """What the amount means."""

        UNITS = "units", _("Units kept back")
        PERCENT = "percent", _("Per cent kept back")
        MOST = "most", _("Most that is shown")

    kind = models.CharField(_("what"), max_length=8, choices=Kind, default=Kind.UNITS)
    amount = QuantityField(validators=[MinValueValidator(0)])
    sku = models.CharField("SKU", max_length=LONGEST_SKU, blank=True, default="")
    sku_key = SkuKeyField(db_index=True)
    attribute_code = models.CharField(max_length=100, blank=True, default="")
    attribute_value = models.CharField(max_length=255, blank=True, default="")
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    ends_at = models.DateTimeField(
        _("ends"), null=True, blank=True, help_text=_("Empty: it does not end by itself.")
    )

    class Meta:
        ordering = ("id",)
        verbose_name = _("safety stock")
        verbose_name_plural = _("safety stock")

    def __str__(self) -> str:
        number = plain(self.amount)
        texts = {
            self.Kind.UNITS: gettext("%(number)s units kept back"),
            self.Kind.PERCENT: gettext("%(number)s %% kept back"),
            self.Kind.MOST: gettext("At most %(number)s shown"),
        }
        return texts[self.Kind(self.kind)] % {"number": number}


name_model(
    ExportRule,
    name=_("name"),
    website=_("website"),
    position=_("position"),
    release=_("release"),
    filter_groups=_("filter groups"),
    many=_("export rules"),
)
name_model(
    SafetyStock,
    amount=_("amount"),
    attribute_code=_("attribute code"),
    attribute_value=_("attribute value"),
    category=_("category"),
    source=_("source"),
    website=_("website"),
)
