"""Quotes: the baskets of customers who have not ordered yet; and addresses, as on orders."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.fields import MoneyField, QuantityField
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model
from orderflow_bridge.stores.models import Store


class PostalAddress(models.Model):
    """Where somebody is billed, or where goods go."""

    class Type(models.TextChoices):
        BILLING = "billing", _("Billing")
        SHIPPING = "shipping", _("Shipping")

    address_type = models.CharField(max_length=16, choices=Type)
    firstname = models.CharField(max_length=255)
    lastname = models.CharField(max_length=255)
    company = models.CharField(max_length=255, blank=True, default="")
    street = models.TextField(
        blank=True, default="", help_text=_("One line per line of the address.")
    )
    city = models.CharField(max_length=255)
    region = models.CharField(max_length=255, blank=True, default="")
    region_code = models.CharField(max_length=32, blank=True, default="")
    postcode = models.CharField(max_length=32, blank=True, default="")
    country_id = models.CharField("country", max_length=2)
    telephone = models.CharField(max_length=64, blank=True, default="")
    fax = models.CharField(max_length=64, blank=True, default="")
    email = models.EmailField(max_length=255, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.firstname} {self.lastname}, {self.city}"


class Quote(models.Model):
    """A basket. Ordering it clears `is_active`; any change of its items renews `updated_at`."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="quotes")
    is_active = models.BooleanField(default=True)
    is_virtual = models.BooleanField(default=False)
    customer_email = models.EmailField(max_length=128, blank=True, default="")
    customer_id = models.BigIntegerField(
        null=True, blank=True, help_text=_("Of the customer it was assigned to; guests have none.")
    )
    payment = models.JSONField(
        default=dict, blank=True, help_text=_("How it is to be paid: method and po_number.")
    )
    reserved_order_id = models.CharField(max_length=50, blank=True, default="")
    currency_code = models.CharField(max_length=3, default="USD")
    shipping_method = models.CharField(max_length=120, blank=True, default="")
    customer_note = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("created_at", "id"),
                condition=models.Q(is_active=True),
                name="sales_quote_active",
            ),
        )

    def __str__(self) -> str:
        return f"Quote {self.pk}"


class QuoteAddress(PostalAddress):
    """Where the order that a quote becomes is billed or shipped to."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="addresses")
    extra = models.JSONField(
        default=dict, blank=True, help_text=_("Magento's rarer fields of an address, by name.")
    )

    class Meta:
        verbose_name_plural = _("quote addresses")
        constraints = (
            models.UniqueConstraint(
                fields=("quote", "address_type"), name="sales_one_quote_address_per_type"
            ),
        )


class QuoteItem(models.Model):
    """One row of a basket. A child row counts per unit of its parent."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="items")
    parent_item = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="quote_items", db_index=False
    )
    sku = models.CharField("SKU", max_length=64)
    name = models.CharField(max_length=255)
    product_type = models.CharField(
        max_length=32, choices=Product.Type, default=Product.Type.SIMPLE
    )
    qty = QuantityField(default=1)
    price = MoneyField(default=0)
    options = models.JSONField(
        default=dict, blank=True, help_text=_("What was chosen of a bundle, as in product_option.")
    )

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("product",), include=("quote", "qty"), name="sales_quote_product"),
        )

    def __str__(self) -> str:
        return f"{self.qty} × {self.sku}"


name_model(Quote, _("quote"), _("quotes"), store=_("store"), customer_email=_("customer email"))
