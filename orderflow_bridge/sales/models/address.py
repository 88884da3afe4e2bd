"""The columns of an address, on an order as on a quote (docs/contract/documents.md)."""

from django.db import models


class PostalAddress(models.Model):
    """Where somebody is billed, or where goods go."""

    class Type(models.TextChoices):
        BILLING = "billing", "Billing"
        SHIPPING = "shipping", "Shipping"

    address_type = models.CharField(max_length=16, choices=Type)
    firstname = models.CharField(max_length=255)
    lastname = models.CharField(max_length=255)
    company = models.CharField(max_length=255, blank=True, default="")
    street = models.TextField(blank=True, default="", help_text="One line per line of the address.")
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
