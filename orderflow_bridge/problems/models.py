"""What needs a person: problems, and what became of them."""

from datetime import datetime

from django.conf import settings
from django.db import models

from orderflow_bridge.problems.kinds import KINDS, Kind, Severity


class Problem(models.Model):
    """Something that is wrong now, or was. Its `open_key` is unique while it is open: kind, website
    and subject, and where a subject has several, what tells them apart.

    `text` says in one sentence what is wrong, `remedy` in one what to do, `url` is the page that
    does it. `count` is how often it was met, `evidence` the newest case: message, line, call.
    """

    kind = models.CharField(
        max_length=40, choices=[(each.name, each.title) for each in KINDS.values()]
    )
    subject = models.CharField(max_length=255)
    website = models.ForeignKey(
        "stores.Website", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Unique while the problem is open, empty afterwards: what an upsert finds it by.
    open_key = models.CharField(max_length=320, unique=True, null=True, editable=False)  # noqa: DJ001
    severity = models.PositiveSmallIntegerField(choices=Severity)
    text = models.TextField()
    remedy = models.TextField(blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")
    evidence = models.JSONField(default=dict, blank=True)
    count = models.PositiveBigIntegerField(default=1)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    # Above this count a snoozed problem shows again.
    snoozed_count = models.PositiveBigIntegerField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    end_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-severity", "-last_seen", "-id")
        # Who may see a problem is said by the rights of its kind.
        default_permissions = ()
        permissions = (("settle_problem", "Snooze, take and resolve"),)
        indexes = (
            models.Index(
                fields=("-severity", "kind", "id"),
                condition=models.Q(resolved_at__isnull=True),
                name="problem_open",
            ),
            models.Index(fields=("kind", "subject"), name="problem_subject"),
            models.Index(fields=("resolved_at",), name="problem_resolved"),
        )

    def __str__(self) -> str:
        return f"{self.known_kind.title}: {self.subject}"

    @property
    def known_kind(self) -> Kind:
        """The kind as the table of kinds has it."""
        return KINDS[self.kind]

    @property
    def is_open(self) -> bool:
        """Whether it is still wrong."""
        return self.resolved_at is None

    def is_snoozed(self, now: datetime) -> bool:
        """Tell whether nobody wants to see it at `now` (`selectors.is_snoozed` in SQL)."""
        until, grown = self.snoozed_until, self.snoozed_count
        return bool((until and until > now) or (grown and grown > self.count))


class ProblemNote(models.Model):
    """What somebody did about a problem or wrote on it; without a user, what the bridge did."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="notes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        default_permissions = ()

    def __str__(self) -> str:
        return self.text
