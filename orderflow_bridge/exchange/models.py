"""What this installation is, and when its exchange with OrderFlow was paused."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy, name_model
from orderflow_bridge.stores.models import Website


class Direction(models.TextChoices):
    """What a pause holds up."""

    ALL = "all", gettext_lazy("Everything")
    OUT = "out", gettext_lazy("What goes out to OrderFlow")
    IN = "in", gettext_lazy("What has come in from OrderFlow")


class Installation(models.Model):
    """One row: the environment whose database this is. "" until somebody has named it.

    `endpoint` is the OrderFlow that it was pointed at when it was adopted.
    """

    environment = models.CharField(max_length=20, blank=True, default="")
    endpoint = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.environment or _("without a name")


class Pause(models.Model):
    """A time in which nothing goes out, or nothing that has come in is applied, or neither.

    Without a website it is for all of them; without `until` it lasts until somebody resumes.
    """

    # Read along with the installation, in one statement.
    installation = models.ForeignKey(
        Installation, on_delete=models.CASCADE, related_name="pauses", editable=False
    )
    direction = models.CharField(
        gettext_lazy("what is paused"), max_length=3, choices=Direction, default=Direction.ALL
    )
    website = models.ForeignKey(
        Website,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=gettext_lazy("Only what goes out can be paused for one website."),
    )
    reason = models.CharField(
        max_length=200, help_text=gettext_lazy("Everybody reads it on every page.")
    )
    paused_by = models.CharField(max_length=150, editable=False)
    since = models.DateTimeField(editable=False)
    until = models.DateTimeField(
        null=True, blank=True, help_text=gettext_lazy("Empty: until somebody resumes it.")
    )
    resumed_at = models.DateTimeField(null=True, editable=False)
    resumed_by = models.CharField(max_length=150, blank=True, default="", editable=False)

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view", "add")
        constraints = (
            models.CheckConstraint(
                condition=Q(website=None) | Q(direction=Direction.OUT), name="out_by_website"
            ),
        )

    def __str__(self) -> str:
        what = self.get_direction_display()
        if self.website is None:
            return what
        return _("%(what)s for %(website)s") % {"what": what, "website": self.website.name}

    def clean(self) -> None:
        """Refuse what cannot be paused by website."""
        if self.website_id and self.direction != Direction.OUT:
            raise ValidationError(
                {"website": _("Only what goes out can be paused for one website. Leave it empty.")}
            )


name_model(
    Pause,
    gettext_lazy("pause"),
    gettext_lazy("pauses"),
    website=gettext_lazy("website"),
    reason=gettext_lazy("reason"),
    until=gettext_lazy("until"),
)
