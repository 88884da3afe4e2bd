"""What Connect OrderFlow shows of a website, what it remembers, and to whom it was sent."""

from django.db import models
from django.utils import timezone

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.stores.models import Website


class Proof(models.TextChoices):
    """What has been seen of an OrderFlow, so that a step of its set-up must have been taken."""

    ANNOUNCED = "announced", _("First announcement taken")
    PRODUCT_FETCHED = "product_fetched", _("First product fetched")
    ORDER_FETCHED = "order_fetched", _("First order fetched")
    STOCK = "stock", _("First stock figure applied")
    PUSH = "push", _("First push of several products")
    DESPATCH = "despatch", _("First despatch booked")
    CANCELLED = "cancelled", _("First cancellation taken")


class Connection(Website):
    """The menu entry "Connect OrderFlow": a website, and what its OrderFlow needs to be told."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = _("connection")
        verbose_name_plural = _("Connect OrderFlow")
        permissions = (("share_connection", _("Send links")),)


class Evidence(models.Model):
    """When something was first seen of a website's OrderFlow, and by what it can be looked up.

    It is kept for good: the history that it was found in is cleaned. `page` is an admin page's
    name, `object_id` its record; `text` is how people call it.
    """

    website = models.ForeignKey(Website, on_delete=models.CASCADE, related_name="+")
    proof = models.CharField(max_length=32, choices=Proof)
    seen_at = models.DateTimeField()
    text = models.CharField(max_length=200)
    page = models.CharField(max_length=100)
    object_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("website", "proof"), name="induction_evidence_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_proof_display()}: {self.text}"


class SharedLink(models.Model):
    """A link by which somebody without a sign-in reads a website's checklist until it ends."""

    website = models.ForeignKey(Website, on_delete=models.CASCADE, related_name="+")
    recipient = models.CharField(_("For"), max_length=150, help_text=_("Who is to get the link."))
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True, default="")
    opened_at = models.DateTimeField(_("Last opened"), null=True)

    class Meta:
        default_permissions = ()
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.website_id} for {self.recipient}"


class Launch(Website):
    """The menu entry "Go Live": a website, and what is left to do before OrderFlow gets its orders.

    The steps follow from the shop's own tables; GoLive remembers what only people decide.
    """

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = _("launch")
        verbose_name_plural = _("Go Live")
        permissions = (("run_launch", _("Take the steps")),)


class GoLive(models.Model):
    """What was decided for a website's going live, by whom and when.

    `compared_id` is the stock comparison whose differences somebody accepted.
    """

    website = models.OneToOneField(Website, on_delete=models.CASCADE, related_name="+")
    cut_over_by = models.CharField(max_length=150, blank=True, default="")
    cut_over_set_at = models.DateTimeField(null=True)
    compared_id = models.BigIntegerField(null=True)
    compared_by = models.CharField(max_length=150, blank=True, default="")
    compared_at = models.DateTimeField(null=True)
    live_by = models.CharField(max_length=150, blank=True, default="")
    live_at = models.DateTimeField(null=True)
    live_without = models.TextField(
        blank=True, default="", help_text=_("What was still missing, if anything.")
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Going live of {self.website_id}"


class MarkedOrder(models.Model):
    """A test order: that it was placed, and that it was removed. The order itself has no mark that
    a shop or OrderFlow could miss: its number, its note and its name say what it is.
    """

    website = models.ForeignKey(Website, on_delete=models.CASCADE, related_name="+")
    order_id = models.BigIntegerField()
    increment_id = models.CharField(max_length=50)
    placed_at = models.DateTimeField(default=timezone.now)
    placed_by = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("website",),
                condition=models.Q(removed_at=None),
                name="induction_one_test_order",
            ),
        )

    def __str__(self) -> str:
        return self.increment_id
