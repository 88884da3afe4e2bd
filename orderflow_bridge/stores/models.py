"""Websites, store groups and store views, Magento's three levels of scope; order statuses."""

from collections.abc import Collection

from django.db import models

from orderflow_bridge.common.choices import OrderState
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model


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
        verbose_name = _("store")

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
        verbose_name = _("store view")

    def __str__(self) -> str:
        return self.name


class OrderStatus(models.Model):
    """What an order's status may be called: its code, its label, and the state it belongs to.

    A code that came with an order has neither label nor state until somebody gives it some.
    """

    code = models.CharField(max_length=32, unique=True)
    label = models.CharField(
        max_length=128, blank=True, default="", help_text=_("Without a label the code is shown.")
    )
    state = models.CharField(
        max_length=32,
        blank=True,
        default="",
        choices=OrderState,
        help_text=_(
            "The state of the orders that have this status, in Magento's course of a sale."
        ),
    )
    is_default = models.BooleanField(
        _("default of its state"),
        default=False,
        help_text=_(
            "Orders that come into the state get this status. The mark is taken off the status"
            " that had it."
        ),
    )

    class Meta:
        ordering = ("id",)
        verbose_name_plural = _("order statuses")
        constraints = (
            models.UniqueConstraint(
                fields=("state",),
                condition=models.Q(is_default=True),
                name="stores_one_default_status",
            ),
        )

    def __str__(self) -> str:
        return self.label or self.code

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Leave it to saving that a state has one default: the mark moves."""
        super().validate_constraints({*(exclude or ()), "is_default"})


name_model(
    Website,
    _("website"),
    _("websites"),
    code=_("code"),
    name=_("name"),
    sort_order=_("sort order"),
    is_default=_("is default"),
)
name_model(
    StoreGroup,
    many=_("stores"),
    website=_("website"),
    code=_("code"),
    name=_("name"),
    root_category_id=_("root category id"),
)
name_model(
    Store,
    many=_("store views"),
    group=_("group"),
    website=_("website"),
    code=_("code"),
    name=_("name"),
    is_active=_("is active"),
    sort_order=_("sort order"),
)
name_model(OrderStatus, _("order status"), code=_("code"), label=_("label"), state=_("state"))
