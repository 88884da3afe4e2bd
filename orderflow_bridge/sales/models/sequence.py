"""The counters behind order, invoice and shipment numbers."""

from django.db import models

from orderflow_bridge.stores.models import Store


class Sequence(models.Model):
    """The last number given out for one kind of document in one store view.

    Gaps are allowed; the same number twice is not.
    """

    class Document(models.TextChoices):
        ORDER = "order", "Order"
        INVOICE = "invoice", "Invoice"
        SHIPMENT = "shipment", "Shipment"
        CREDIT_MEMO = "creditmemo", "Credit Memo"

    document = models.CharField(max_length=16, choices=Document)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    last_value = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("document", "store"), name="sales_one_sequence"),
        )

    def __str__(self) -> str:
        return f"{self.document} {self.store_id}: {self.last_value}"
