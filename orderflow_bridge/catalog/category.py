"""Categories: what OrderFlow gets of a product names the ones it is in."""

from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone

from orderflow_bridge.catalog.querysets import CategoryManager
from orderflow_bridge.common.translation import gettext_lazy as _


class Category(models.Model):
    """A node of the catalogue tree."""

    name = models.CharField(max_length=255)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    extra = models.JSONField(
        default=dict, blank=True, help_text=_("Magento's rarer fields of a category, by name.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar["CategoryManager[Category]"] = CategoryManager()

    class Meta:
        ordering = ("position", "name")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Save; under a new name, its products become Pending."""
        with transaction.atomic():
            before = Category.objects.filter(pk=self.pk).values_list("name", flat=True).first()
            super().save(**kwargs)
            if before not in (None, self.name):
                Category.objects.filter(pk=self.pk).announce()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; the products that were in it become Pending."""
        with transaction.atomic():
            Category.objects.filter(pk=self.pk).announce()
            return super().delete(*args, **kwargs)
