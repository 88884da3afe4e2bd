"""What waits for a product, and which SKUs of OrderFlow mean something else: tables."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.fields import QuantityField
from orderflow_bridge.common.skus import LONGEST_SKU, SkuKeyField
from orderflow_bridge.common.translation import gettext_lazy


class WaitingSku(models.Model):
    """OrderFlow's newest figure of a SKU that the shop lacks, at one source.

    Written by the import, set-wise (imports/inventory/unknown_skus.py); once the SKU is known it
    becomes an ordinary message and is gone from here. `count` lines have named the SKU since
    `first_seen`.
    """

    sku = models.CharField("SKU", max_length=LONGEST_SKU)
    sku_key = SkuKeyField()
    source_code = models.CharField(gettext_lazy("source"), max_length=64)
    sequence_id = models.BigIntegerField(gettext_lazy("sequence ID"))
    quantity = QuantityField()
    last_order_exported = models.DateTimeField(null=True)
    message_id = models.CharField(gettext_lazy("message ID"), max_length=150, blank=True)
    request_id = models.BigIntegerField(null=True)
    count = models.PositiveBigIntegerField(default=1)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        verbose_name = gettext_lazy("waiting SKU")
        ordering = ("-last_seen", "-id")
        permissions = (("ignore_waitingsku", "Ignore SKUs"),)
        constraints = (
            models.UniqueConstraint(
                fields=("sku_key", "source_code"), name="imports_waiting_once_per_source"
            ),
        )

    def __str__(self) -> str:
        return self.sku


class IgnoredSku(models.Model):
    """A SKU that the shop does not want to hear of: its figures wait, but are no problem."""

    sku = models.CharField("SKU", max_length=LONGEST_SKU)
    sku_key = SkuKeyField(unique=True)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sku


class SkuAlias(models.Model):
    """A SKU by which OrderFlow means a product that is called otherwise in the shop."""

    sku = models.CharField(gettext_lazy("OrderFlow's SKU"), max_length=LONGEST_SKU)
    sku_key = SkuKeyField(unique=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="sku_aliases")
    created_at = models.DateTimeField(gettext_lazy("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = gettext_lazy("SKU alias")
        verbose_name_plural = gettext_lazy("SKU aliases")
        ordering = ("sku_key",)

    def __str__(self) -> str:
        return self.sku

    def clean(self) -> None:
        """Refuse a SKU that needs no alias, or that has one."""
        self.sku = self.sku.strip()
        if Product.objects.filter(sku_key=self.sku).exists():
            raise ValidationError({"sku": _("A product has this SKU: it needs no alias.")})
        if SkuAlias.objects.filter(sku_key=self.sku).exclude(pk=self.pk).exists():
            raise ValidationError({"sku": _("This SKU is an alias already: change that one.")})
