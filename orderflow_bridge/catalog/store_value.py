"""A product's values in a store view, one row for each attribute (catalog/store_values.py)."""

from django.db import models

from orderflow_bridge.stores.models import Store


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
