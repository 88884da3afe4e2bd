"""What this installation is, and when its exchange with OrderFlow was paused."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from orderflow_bridge.stores.models import Website


class Direction(models.TextChoices):
    """What a pause holds up."""

    ALL = "all", "Everything"
    OUT = "out", "What goes out to OrderFlow"
    IN = "in", "What has come in from OrderFlow"


class Installation(models.Model):
    """One row: the environment whose database this is. "" until somebody has named it.

    `endpoint` is the OrderFlow that it was pointed at when it was adopted.
    """

    environment = models.CharField(max_length=20, blank=True, default="")
    endpoint = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.environment or "without a name"


class Pause(models.Model):
    """A time in which nothing goes out, or nothing that has come in is applied, or neither.

    Without a website it is for all of them; without `until` it lasts until somebody resumes.
    """

    # Read along with the installation, in one statement.
    installation = models.ForeignKey(
        Installation, on_delete=models.CASCADE, related_name="pauses", editable=False
    )
    direction = models.CharField(
        "what is paused", max_length=3, choices=Direction, default=Direction.ALL
    )
    website = models.ForeignKey(
        Website,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only what goes out can be paused for one website.",
    )
    reason = models.CharField(max_length=200, help_text="Everybody reads it on every page.")
    paused_by = models.CharField(max_length=150, editable=False)
    since = models.DateTimeField(editable=False)
    until = models.DateTimeField(
        null=True, blank=True, help_text="Empty: until somebody resumes it."
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
        where = f" for {self.website.name}" if self.website else ""
        return f"{self.get_direction_display()}{where}"

    def clean(self) -> None:
        """Refuse what cannot be paused by website."""
        if self.website_id and self.direction != Direction.OUT:
            raise ValidationError(
                {"website": "Only what goes out can be paused for one website. Leave it empty."}
            )
