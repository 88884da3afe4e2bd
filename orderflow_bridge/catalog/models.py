"""Products and categories, with the attributes OrderFlow works with (reference.md F51)."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.export_standing import ExportStanding
from orderflow_bridge.common.fields import MoneyField
from orderflow_bridge.stores.models import Website


class Category(models.Model):
    """A node of the catalogue tree."""

    name = models.CharField(max_length=255)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "name")
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A catalogue entry. Only the carrier types (simple, virtual, downloadable) hold stock."""

    class Type(models.TextChoices):
        SIMPLE = "simple", "Simple Product"
        CONFIGURABLE = "configurable", "Configurable Product"
        VIRTUAL = "virtual", "Virtual Product"
        DOWNLOADABLE = "downloadable", "Downloadable Product"
        BUNDLE = "bundle", "Bundle Product"
        GROUPED = "grouped", "Grouped Product"

    class Status(models.IntegerChoices):
        ENABLED = 1, "Enabled"
        DISABLED = 2, "Disabled"

    class Visibility(models.IntegerChoices):
        NOT_VISIBLE = 1, "Not Visible Individually"
        CATALOG = 2, "Catalog"
        SEARCH = 3, "Search"
        BOTH = 4, "Catalog, Search"

    sku = models.CharField("SKU", max_length=64, unique=True)
    name = models.CharField(max_length=255)
    type_id = models.CharField("type", max_length=32, choices=Type, default=Type.SIMPLE)
    attribute_set_id = models.PositiveIntegerField(default=4)
    status = models.PositiveSmallIntegerField(choices=Status, default=Status.ENABLED)
    visibility = models.PositiveSmallIntegerField(choices=Visibility, default=Visibility.BOTH)
    price = MoneyField(null=True, blank=True)
    weight = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    description = models.TextField(blank=True, default="")
    image = models.CharField(
        max_length=255, blank=True, default="", help_text="Path below the media folder, or a URL."
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
        default=dict, blank=True, help_text="Further Magento attributes, by attribute code."
    )
    categories = models.ManyToManyField(Category, through="ProductCategory", blank=True)
    websites = models.ManyToManyField(
        Website, through="ProductWebsite", blank=True, related_name="products"
    )

    orderflow_export_status = models.CharField(
        "Export Status (OF)", max_length=16, choices=ExportStatus, default=ExportStatus.PENDING
    )
    orderflow_export_date = models.DateTimeField("Last Exported", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.sku


class ProductCategory(models.Model):
    """A product's place in a category (Magento's category_links)."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="category_links")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="product_links")
    position = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("product", "category"), name="catalog_product_once_per_category"
            ),
        )

    def __str__(self) -> str:
        return f"{self.product} in {self.category}"


class ProductWebsite(ExportStanding):
    """A product's membership of a website, and where it stands with that website's OrderFlow."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="website_links")
    website = models.ForeignKey(Website, on_delete=models.CASCADE, related_name="product_links")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("product", "website"), name="catalog_product_once_per_website"
            ),
        )
        indexes = (
            models.Index(
                fields=("website", "orderflow_due_at", "id"),
                condition=models.Q(orderflow_due_at__isnull=False),
                name="catalog_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.product} on {self.website}"


class ProductRelation(models.Model):
    """A variant of a configurable product, or a part of a bundle or group."""

    parent = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="child_relations")
    child = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="parent_relations")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("parent", "child"), name="catalog_relation_once"),
        )

    def __str__(self) -> str:
        return f"{self.parent} / {self.child}"
