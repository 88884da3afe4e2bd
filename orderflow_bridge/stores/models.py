"""Websites, store groups and store views: Magento's three levels of scope."""

from django.db import models


class Website(models.Model):
    """A website: the level at which OrderFlow's configuration may differ."""

    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    sort_order = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("sort_order", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("is_default",),
                condition=models.Q(is_default=True),
                name="stores_one_default_website",
            ),
        )

    def __str__(self) -> str:
        return self.name


class StoreGroup(models.Model):
    """A store in Magento's admin: the views of a website that share a catalogue root."""

    website = models.ForeignKey(Website, on_delete=models.PROTECT, related_name="groups")
    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    root_category_id = models.PositiveIntegerField(default=2)

    class Meta:
        ordering = ("website", "name")
        verbose_name = "store"

    def __str__(self) -> str:
        return self.name


class Store(models.Model):
    """A store view. Its code is the last part of the SOAP address, /soap/<code>."""

    group = models.ForeignKey(StoreGroup, on_delete=models.PROTECT, related_name="stores")
    website = models.ForeignKey(Website, on_delete=models.PROTECT, related_name="stores")
    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("website", "sort_order", "name")
        verbose_name = "store view"

    def __str__(self) -> str:
        return self.name
