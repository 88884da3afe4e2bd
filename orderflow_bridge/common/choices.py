"""The integration's vocabularies, in OrderFlow's and Magento's words."""

from enum import StrEnum

from django.db import models

from orderflow_bridge.common.translation import gettext_lazy as _

# What the self-test's product, user and messages are known by: they are not OrderFlow's.
SELF_TEST = "orderflow-self-test"


class RequestType(models.IntegerChoices):
    """Which way a message travels, seen from the shop."""

    IMPORT = 1, _("Import")
    EXPORT = 2, _("Export")


class Entity(models.IntegerChoices):
    """What a message is about."""

    INVENTORY = 1, _("Inventory")
    SHIPMENT = 2, _("Shipment")
    PRODUCT = 3, _("Product")
    ORDER = 4, _("Order")


class Operation(models.IntegerChoices):
    """What a message asks for."""

    UPDATE = 1, _("Update")
    CREATE = 2, _("Create")
    EXPORT = 3, _("Export")
    CANCEL = 4, _("Cancel")
    RESTORE = 5, _("Restore")
    RECONCILE = 6, _("Reconcile")


class Result(models.IntegerChoices):
    """What became of one line of a message."""

    SUCCESS = 1, _("Success")
    DUPLICATE = 2, _("Duplicate")
    SUPERSEDED = 3, _("Superseded")
    FAILURE = 4, _("Failure")
    DISCARDED = 5, _("Discarded")


class ExportStatus(models.TextChoices):
    """Where a product or an order stands with OrderFlow (guide, "Magento Workflow")."""

    PENDING = "Pending", _("Pending")
    QUEUED = "Queued", _("Queued")
    EXPORTED = "Exported", _("Exported")
    FAILED = "Failed", _("Failed")
    CANCELLED = "Cancelled", _("Cancelled")


class OrderState(models.TextChoices):
    """Where an order is in Magento's course of a sale: rules decide by it, never by its status."""

    NEW = "new", _("New")
    PENDING_PAYMENT = "pending_payment", _("Pending Payment")
    PROCESSING = "processing", _("Processing")
    COMPLETE = "complete", _("Complete")
    CLOSED = "closed", _("Closed")
    CANCELED = "canceled", _("Canceled")
    HOLDED = "holded", _("On Hold")
    PAYMENT_REVIEW = "payment_review", _("Payment Review")


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
