"""Comparisons with OrderFlow's stock, what they found, and which site is which source."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.common.fields import QuantityField
from orderflow_bridge.common.skus import SkuKeyField
from orderflow_bridge.common.translation import gettext_lazy, name_model
from orderflow_bridge.inventory.models import Source
from orderflow_bridge.stores.models import Website

LONGEST_SITE = 64


class SiteSource(models.Model):
    """The stock at a site of OrderFlow's lies at this source. Without a website, for all of them.

    Several sites may be one source: their units are added up.
    """

    site = models.CharField(
        max_length=LONGEST_SITE, help_text=gettext_lazy("As OrderFlow calls it.")
    )
    website = models.ForeignKey(
        Website,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=gettext_lazy("Whose OrderFlow is meant; empty: every website's."),
    )
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ("site", "id")
        verbose_name = gettext_lazy("OrderFlow site")
        constraints = (
            models.UniqueConstraint(fields=("site", "website"), name="watch_site_once_a_website"),
            models.UniqueConstraint(
                fields=("site",), condition=Q(website=None), name="watch_site_once_for_all"
            ),
        )

    def __str__(self) -> str:
        return f"{self.site} → {self.source_id}"

    def clean(self) -> None:
        """Refuse a site without a name; blanks around one are dropped."""
        self.site = self.site.strip()
        if not self.site:
            raise ValidationError({"site": _("Enter the site's code.")})


class StockComparison(models.Model):
    """One look at an OrderFlow's stock. Counts are of pairs of SKU and source, `records` are
    OrderFlow's own.

    `postponed` could not be judged now (a message waits, or something was written meanwhile),
    `not_known` not at all: OrderFlow's last figure came before figures were kept as received.
    `to_confirm` are differences that a second look has yet to find again, `corrected` those that
    were handed to the import to be put right, `unmapped` the records of sites that are no source,
    by site.
    """

    website = models.ForeignKey(Website, on_delete=models.SET_NULL, null=True, related_name="+")
    endpoint = models.CharField(max_length=255)
    channel = models.CharField(max_length=255, blank=True, default="")
    began_at = models.DateTimeField(gettext_lazy("Began"), default=timezone.now)
    finished_at = models.DateTimeField(gettext_lazy("Finished"))
    is_second = models.BooleanField(default=False)
    records = models.PositiveBigIntegerField(default=0)
    unreadable = models.PositiveBigIntegerField(default=0)
    unmapped = models.JSONField(default=dict)
    equal = models.PositiveBigIntegerField(default=0)
    different = models.PositiveBigIntegerField(default=0)
    only_theirs = models.PositiveBigIntegerField(gettext_lazy("Only In OrderFlow"), default=0)
    only_ours = models.PositiveBigIntegerField(gettext_lazy("Only Here"), default=0)
    postponed = models.PositiveBigIntegerField(default=0)
    not_known = models.PositiveBigIntegerField(default=0)
    confirmed = models.PositiveBigIntegerField(default=0)
    to_confirm = models.PositiveBigIntegerField(default=0)
    corrected = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        verbose_name = gettext_lazy("stock comparison")
        permissions = (
            ("run_stockcomparison", "Compare now"),
            ("correct_stockcomparison", "Correct stock"),
        )
        indexes = (models.Index(fields=("website", "-id"), name="watch_comparison_website"),)

    def __str__(self) -> str:
        return f"{self.endpoint} {self.began_at:%Y-%m-%d %H:%M}"


class StockDifference(models.Model):
    """A SKU at a source of which OrderFlow does not hold what it last sent.

    `sequence_id` is that of its last figure, `last_received` the figure, `quantity` what was made
    of it. It is confirmed once a look half an hour after `first_seen` finds it again and no figure
    has come between. `request_id` is the message that corrects it.
    """

    class Kind(models.IntegerChoices):
        DIFFERENT = 2, gettext_lazy("Different")
        ONLY_THEIRS = 3, gettext_lazy("Only in OrderFlow")
        ONLY_OURS = 4, gettext_lazy("Only here")

    class Why(models.IntegerChoices):
        MISSING = 1, gettext_lazy("A message is missing")
        FAILED = 2, gettext_lazy("A line failed")
        WAITING = 3, gettext_lazy("The figure waits for the product")
        UNKNOWN_SKU = 4, gettext_lazy("The shop lacks the SKU")
        NEVER = 5, gettext_lazy("OrderFlow never sent a figure")
        GONE = 6, gettext_lazy("OrderFlow no longer lists it")
        BY_HAND = 7, gettext_lazy("The stock was entered by hand")
        DISCARDED = 8, gettext_lazy("Discarded in a mass change")

    comparison = models.ForeignKey(
        StockComparison, on_delete=models.CASCADE, related_name="differences", db_index=False
    )
    kind = models.PositiveSmallIntegerField(choices=Kind)
    sku = models.CharField("SKU", max_length=64)
    sku_key = SkuKeyField()
    source_code = models.CharField(gettext_lazy("source"), max_length=64)
    product_id = models.BigIntegerField(null=True)
    theirs = QuantityField(gettext_lazy("OrderFlow's Figure"), null=True)
    last_received = QuantityField(gettext_lazy("Last Received"), null=True)
    quantity = QuantityField(gettext_lazy("Quantity Here"), null=True)
    sequence_id = models.BigIntegerField(gettext_lazy("sequence ID"), null=True)
    first_seen = models.DateTimeField()
    is_confirmed = models.BooleanField(gettext_lazy("Confirmed"))
    is_edited = models.BooleanField(
        gettext_lazy("Edited By Hand"),
        help_text=gettext_lazy("The quantity was written by hand after the last figure."),
    )
    why = models.PositiveSmallIntegerField(choices=Why)
    request_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = gettext_lazy("stock difference")
        indexes = (
            models.Index(
                fields=("comparison", "sku_key", "source_code"), name="watch_difference_of"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sku} @ {self.source_code}"


name_model(
    StockDifference,
    kind=gettext_lazy("kind"),
    first_seen=gettext_lazy("first seen"),
    why=gettext_lazy("why"),
)
