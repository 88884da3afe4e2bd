"""Customers: a small record of who buys with an account, as shops and ERPs ask for it by REST.

Nobody signs in with it: passwords are not kept. What orders say of their buyers stays with them.
"""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model
from orderflow_bridge.stores.models import Website

GENERAL = 1


class Customer(models.Model):
    """A customer of a website, known by the e-mail address in any case of letters.

    The id is the shop's where an order brought it, so that what an order names is found.
    """

    id = models.BigIntegerField(primary_key=True)
    website = models.ForeignKey(Website, on_delete=models.PROTECT, related_name="customers")
    store_id = models.PositiveBigIntegerField(default=0)
    group_id = models.PositiveIntegerField(default=GENERAL)
    email = models.EmailField(max_length=255)
    firstname = models.CharField(max_length=255)
    lastname = models.CharField(max_length=255)
    addresses = models.JSONField(default=list, blank=True, help_text=_("As Magento's documents."))
    extra = models.JSONField(
        default=dict, blank=True, help_text=_("Magento's rarer fields of a customer, by name.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(Lower("email"), "website", name="customers_once_per_website"),
        )

    def __str__(self) -> str:
        return f"Customer {self.pk}"


name_model(Customer, _("customer"), _("customers"), email=_("email"), website=_("website"))
