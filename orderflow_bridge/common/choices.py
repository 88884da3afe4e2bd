"""The integration's vocabularies, in OrderFlow's and Magento's words."""

from enum import StrEnum

from django.db import models

# What the self-test's product, user and messages are known by: they are not OrderFlow's.
SELF_TEST = "orderflow-self-test"


class RequestType(models.IntegerChoices):
    """Which way a message travels, seen from the shop."""

    IMPORT = 1, "Import"
    EXPORT = 2, "Export"


class Entity(models.IntegerChoices):
    """What a message is about."""

    INVENTORY = 1, "Inventory"
    SHIPMENT = 2, "Shipment"
    PRODUCT = 3, "Product"
    ORDER = 4, "Order"


class Operation(models.IntegerChoices):
    """What a message asks for."""

    UPDATE = 1, "Update"
    CREATE = 2, "Create"
    EXPORT = 3, "Export"
    CANCEL = 4, "Cancel"
    RESTORE = 5, "Restore"
    RECONCILE = 6, "Reconcile"


class Result(models.IntegerChoices):
    """What became of one line of a message."""

    SUCCESS = 1, "Success"
    DUPLICATE = 2, "Duplicate"
    SUPERSEDED = 3, "Superseded"
    FAILURE = 4, "Failure"
    DISCARDED = 5, "Discarded"


class ExportStatus(models.TextChoices):
    """Where a product or an order stands with OrderFlow (guide, "Magento Workflow")."""

    PENDING = "Pending"
    QUEUED = "Queued"
    EXPORTED = "Exported"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


class OrderState(models.TextChoices):
    """Where an order is in Magento's course of a sale: rules decide by it, never by its status."""

    NEW = "new", "New"
    PENDING_PAYMENT = "pending_payment", "Pending Payment"
    PROCESSING = "processing", "Processing"
    COMPLETE = "complete", "Complete"
    CLOSED = "closed", "Closed"
    CANCELED = "canceled", "Canceled"
    HOLDED = "holded", "On Hold"
    PAYMENT_REVIEW = "payment_review", "Payment Review"


class StatusCode(StrEnum):
    """The codes of Magento's own order statuses. A shop may have more: they are rows of a table."""

    PENDING = "pending"
    PENDING_PAYMENT = "pending_payment"
    PROCESSING = "processing"
    FRAUD = "fraud"
    COMPLETE = "complete"
    CLOSED = "closed"
    CANCELED = "canceled"
    HOLDED = "holded"
    PAYMENT_REVIEW = "payment_review"
