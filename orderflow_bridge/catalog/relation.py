"""Rows that belong to products: what they are made of, and their values in store views."""

from typing import Any, ClassVar

from django.db import models, transaction

from orderflow_bridge.catalog.querysets import RelationManager
from orderflow_bridge.stores.models import Store


class ProductRelation(models.Model):
    """A variant of a configurable product, or a part of a bundle or group."""

    parent = models.ForeignKey("Product", on_delete=models.CASCADE, related_name="child_relations")
    child = models.ForeignKey("Product", on_delete=models.CASCADE, related_name="parent_relations")

    objects: ClassVar["RelationManager[ProductRelation]"] = RelationManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("parent", "child"), name="catalog_relation_once"),
        )

    def __str__(self) -> str:
        return f"{self.parent} / {self.child}"

    def save(self, **kwargs: Any) -> None:
        """Save; a child that shows its parent's picture becomes Pending."""
        with transaction.atomic():
            super().save(**kwargs)
            ProductRelation.objects.filter(pk=self.pk).announce()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; a child that showed its parent's picture becomes Pending."""
        with transaction.atomic():
            ProductRelation.objects.filter(pk=self.pk).announce()
            return super().delete(*args, **kwargs)


class StoreValue(models.Model):
    """One attribute's value in one store view."""

    product = models.ForeignKey("Product", on_delete=models.CASCADE, related_name="store_values")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    attribute = models.CharField(max_length=255)
    value = models.JSONField()

    class Meta:
        default_permissions = ()  # they are the product's
        constraints = (
            models.UniqueConstraint(
                fields=("product", "store", "attribute"), name="catalog_value_once_per_view"
            ),
        )

    def __str__(self) -> str:
        return f"{self.attribute} of {self.product_id} in view {self.store_id}"
