"""Products and categories, with the attributes OrderFlow works with."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from typing import Any, ClassVar, Self, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from orderflow_bridge.catalog import attribute_set, events
from orderflow_bridge.catalog.category import Category as Category
from orderflow_bridge.catalog.querysets import (
    EXPORTED_FIELDS,
    SHOWN_BY_CHILDREN,
    STATUS,
    MembershipManager,
    ProductLinkManager,
    ProductManager,
)
from orderflow_bridge.catalog.relation import ProductRelation as ProductRelation
from orderflow_bridge.catalog.relation import StoreValue as StoreValue
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.export_state import ExportState
from orderflow_bridge.common.fields import MoneyField
from orderflow_bridge.common.skus import LONGEST_SKU, SkuKeyField
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.stores.models import Website


class Product(models.Model):
    """A catalogue entry. Only the carrier types (simple, virtual, downloadable) hold stock."""

    class Type(models.TextChoices):
        SIMPLE = "simple", _("Simple Product")
        CONFIGURABLE = "configurable", _("Configurable Product")
        VIRTUAL = "virtual", _("Virtual Product")
        DOWNLOADABLE = "downloadable", _("Downloadable Product")
        BUNDLE = "bundle", _("Bundle Product")
        GROUPED = "grouped", _("Grouped Product")

    class Status(models.IntegerChoices):
        ENABLED = 1, _("Enabled")
        DISABLED = 2, _("Disabled")

    class Visibility(models.IntegerChoices):
        NOT_VISIBLE = 1, _("Not Visible Individually")
        CATALOG = 2, _("Catalog")
        SEARCH = 3, _("Search")
        BOTH = 4, _("Catalog, Search")

    sku = models.CharField(_("SKU"), max_length=LONGEST_SKU)
    sku_key = SkuKeyField(unique=True)
    name = models.CharField(max_length=255)
    type_id = models.CharField(_("type"), max_length=32, choices=Type, default=Type.SIMPLE)
    attribute_set_id = models.PositiveIntegerField(default=attribute_set.DEFAULT_SET)
    status = models.PositiveSmallIntegerField(choices=Status, default=Status.ENABLED)
    visibility = models.PositiveSmallIntegerField(choices=Visibility, default=Visibility.BOTH)
    price = MoneyField(null=True, blank=True)
    weight = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    description = models.TextField(blank=True, default="")
    image = models.CharField(
        max_length=255,
        blank=True,
        default="",
        help_text=_("Path below the media folder, or a URL."),
    )
    tax_class_id = models.PositiveIntegerField(null=True, blank=True)
    barcode = models.CharField(max_length=64, blank=True, default="")
    weight_units = models.CharField(max_length=16, blank=True, default="")
    length = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    width = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    height = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    area = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    volume = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    storage_types = models.CharField(max_length=255, blank=True, default="")
    tax_code = models.CharField(max_length=64, blank=True, default="")

    custom_attributes = models.JSONField(
        default=dict, blank=True, help_text=_("Further Magento attributes, by attribute code.")
    )
    categories = models.ManyToManyField(Category, through="ProductCategory", blank=True)
    websites = models.ManyToManyField(
        Website, through="ProductWebsite", blank=True, related_name="products"
    )

    orderflow_export_status = models.CharField(
        _("Export Status (OF)"), max_length=16, choices=ExportStatus, default=ExportStatus.PENDING
    )
    orderflow_export_date = models.DateTimeField(_("Last Exported"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar["ProductManager[Product]"] = ProductManager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.sku

    def save(self, **kwargs: Any) -> None:
        """Save; a change that OrderFlow must hear of makes the product Pending.

        A status that was changed itself is an explicit wish: the websites' rows take it over.
        """
        if "sku" in (kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "sku_key"}
        is_new = self._state.adding
        changed = set() if is_new else self._changed(kwargs.get("update_fields"))
        with transaction.atomic(savepoint=bool(changed)):
            if STATUS in changed and self.orderflow_export_status != ExportStatus.PENDING:
                self.website_links.all().take_over(self.orderflow_export_status)
            elif changed:
                self._make_pending(changed, kwargs)
            super().save(**kwargs)
            if is_new or changed - {STATUS}:
                events.tell_of_changed(Product.objects.filter(pk=self.pk))
        self._remember()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; children that showed its picture become Pending."""
        with transaction.atomic():
            orphans = Product.objects.filter(pk=self.pk).orphans()
            deleted = super().delete(*args, **kwargs)
            Product.objects.filter(pk__in=orphans).mark_pending()
        return deleted

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any
    ) -> Self:
        """Remember what was read, so that `save` knows what has changed."""
        product = super().from_db(db, field_names, values, **kwargs)
        product._remember()
        return product

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read again, and remember that."""
        super().refresh_from_db(*args, **kwargs)
        self._remember()

    def _make_pending(self, changed: set[str], kwargs: dict[str, Any]) -> None:
        """Mark the product's rows, and those of children that show the changed picture."""
        self.orderflow_export_status = ExportStatus.PENDING
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], STATUS}
        self.website_links.all().mark_pending(is_simple=self.type_id == Product.Type.SIMPLE)
        if SHOWN_BY_CHILDREN & changed:
            Product.objects.filter(pk=self.pk).announce_children()

    def _changed(self, update_fields: Sequence[str] | None) -> set[str]:
        """Return which exported fields are about to be saved with a new value, or the status."""
        watched = EXPORTED_FIELDS | {STATUS}
        if update_fields is not None:
            watched &= set(update_fields)
        return {
            name
            for name in watched & self.__dict__.keys()
            if name not in self._read or self._read[name] != self._value(name)
        }

    def _remember(self) -> None:
        known = self.__dict__.keys() & (EXPORTED_FIELDS | {STATUS})
        self._read = {name: deepcopy(self._value(name)) for name in known}

    def _value(self, name: str) -> Any:
        """Return a value in the database's form, so that "10.00" is no change from 10."""
        field = cast("models.Field[Any, Any]", Product._meta.get_field(name))
        try:
            return field.to_python(self.__dict__[name])
        except ValidationError:
            return self.__dict__[name]  # an expression


class ProductCategory(models.Model):
    """A product's place in a category (Magento's category_links)."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="category_links")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="product_links")
    position = models.IntegerField(default=0)

    objects: ClassVar["ProductLinkManager[ProductCategory]"] = ProductLinkManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("product", "category"), name="catalog_product_once_per_category"
            ),
        )

    def __str__(self) -> str:
        return f"{self.product} in {self.category}"

    def save(self, **kwargs: Any) -> None:
        """Save; the product becomes Pending."""
        with transaction.atomic():
            super().save(**kwargs)
            ProductCategory.objects.announce([self.product_id])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; the product becomes Pending."""
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            ProductCategory.objects.announce([self.product_id])
        return deleted


class ProductWebsite(ExportState):
    """A product's membership of a website, and where it stands with that website's OrderFlow."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="website_links")
    website = models.ForeignKey(Website, on_delete=models.CASCADE, related_name="product_links")

    objects: ClassVar["MembershipManager[ProductWebsite]"] = MembershipManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("product", "website"), name="catalog_product_once_per_website"
            ),
        )
        # New and changed products have a job each, and a queue each: neither reads past the other.
        indexes = (
            models.Index(
                fields=("website", "orderflow_due_at", "id"),
                condition=models.Q(
                    orderflow_due_at__isnull=False, orderflow_export_date__isnull=True
                ),
                name="catalog_due_new",
            ),
            models.Index(
                fields=("website", "orderflow_due_at", "id"),
                condition=models.Q(
                    orderflow_due_at__isnull=False, orderflow_export_date__isnull=False
                ),
                name="catalog_due_changed",
            ),
            # What was announced and not fetched, or has failed: few among many.
            models.Index(
                fields=("orderflow_export_status", "orderflow_due_at"),
                condition=models.Q(
                    orderflow_export_status__in=(ExportStatus.QUEUED, ExportStatus.FAILED)
                ),
                name="catalog_held_up",
            ),
        )

    def __str__(self) -> str:
        return f"{self.product} on {self.website}"

    def save(self, **kwargs: Any) -> None:
        """Save; a new row is Pending, and due only if the product is exported at all.

        A row that moves to another website begins anew: that website's OrderFlow knows nothing.
        """
        with transaction.atomic():
            others = ProductWebsite.objects.joined([self])
            if self._state.adding:
                ProductWebsite.objects.rest_others([self])
                super().save(**kwargs)
                ProductWebsite.objects.note_changes([self])
            else:
                super().save(**kwargs)
                if others:
                    ProductWebsite.objects.filter(pk=self.pk).update(orderflow_export_date=None)
            ProductWebsite.objects.announce(others)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; the rows of the websites that still sell the product become Pending."""
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            rest = ProductWebsite.objects.filter(product=self.product_id)
            ProductWebsite.objects.announce(rest.values_list("pk", flat=True))
        return deleted
