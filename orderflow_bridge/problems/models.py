"""What needs a person: problems, and what became of them."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from encrypted_fields.fields import EncryptedTextField

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.worded import shown
from orderflow_bridge.configuration.validators import validate_receiver
from orderflow_bridge.problems.kinds import Kind, Severity, kind_of


class Problem(models.Model):
    """Something that is wrong now, or was. Its `open_key` is unique while it is open: kind, website
    and subject, and where a subject has several, what tells them apart.

    `text` says in one sentence what is wrong, `remedy` in one what to do, `url` is the page that
    does it. Both are English; `wording` is what they were made of, for readers of other languages.
    `count` is how often it was met, `evidence` the newest case: message, line, call.
    """

    class State(models.TextChoices):
        """Whether it calls for somebody now."""

        OPEN = "open", _("Open")
        SNOOZED = "snoozed", _("Snoozed")
        RESOLVED = "resolved", _("Resolved")

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=255)
    website = models.ForeignKey(
        "stores.Website", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Unique while the problem is open, empty afterwards: what an upsert finds it by.
    open_key = models.CharField(max_length=320, unique=True, null=True, editable=False)  # noqa: DJ001
    severity = models.PositiveSmallIntegerField(choices=Severity)
    text = models.TextField()
    remedy = models.TextField(blank=True, default="")
    url = models.TextField(blank=True, default="")
    wording = models.JSONField(null=True, editable=False)
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
        return kind_of(self.kind)

    @property
    def shown_text(self) -> str:
        """What is wrong, in the reader's language."""
        return shown(self.text, (self.wording or {}).get("text"))

    @property
    def shown_remedy(self) -> str:
        """What to do, in the reader's language."""
        return shown(self.remedy, (self.wording or {}).get("remedy"))

    @property
    def is_open(self) -> bool:
        """Whether it is still wrong."""
        return self.resolved_at is None

    def is_snoozed(self, now: datetime) -> bool:
        """Tell whether nobody wants to see it at `now` (`selectors.is_snoozed` in SQL)."""
        until, grown = self.snoozed_until, self.snoozed_count
        return bool((until and until > now) or (grown and grown > self.count))

    def state_at(self, now: datetime) -> State:
        """Return the state at `now` (`selectors.with_state` in SQL)."""
        if not self.is_open:
            return self.State.RESOLVED
        return self.State.SNOOZED if self.is_snoozed(now) else self.State.OPEN


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


class ProblemRoute(models.Model):
    """A rule: who is told of which problems. An empty kind or website stands for all of them.

    It goes to an e-mail address, a user's address, a chat (a URL that takes JSON with `text`), or
    several of these. Problems that no rule fits are told to the website's Admin Email.
    """

    kind = models.CharField(max_length=40, blank=True, default="")
    least_severity = models.PositiveSmallIntegerField(
        _("severity from"), choices=Severity, default=Severity.NOTICE
    )
    website = models.ForeignKey(
        "stores.Website", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    address = models.EmailField(_("e-mail address"), blank=True, default="")
    chat_url = models.CharField(
        _("chat URL"),
        max_length=500,
        blank=True,
        default="",
        validators=[validate_receiver],
        help_text=_("An incoming webhook of Slack, Mattermost, Teams or your own: JSON with text."),
    )
    # An empty text is stored as no secret at all.
    chat_secret = EncryptedTextField(
        blank=True,
        null=True,
        help_text=_("What your own receiver checks signatures with, as for webhooks."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("id",)
        verbose_name = _("problem route")

    def __str__(self) -> str:
        return gettext("%(problem)s to %(receiver)s") % {
            "problem": self.what,
            "receiver": self.whom,
        }

    @property
    def what(self) -> str:
        """The kind of problems that are told, in words."""
        return str(kind_of(self.kind).title) if self.kind else gettext("Every problem")

    @property
    def whom(self) -> str:
        """Who is told, in words."""
        return self.address or (str(self.user) if self.user_id else "") or gettext("a chat")

    def clean(self) -> None:
        """Refuse a rule that tells nobody."""
        if not (self.address or self.user_id or self.chat_url):
            raise ValidationError(gettext("Name a user, an e-mail address or a chat URL."))


class ChatMessage(models.Model):
    """A message to a chat on its way. It is posted again until the chat has taken it."""

    route = models.ForeignKey(ProblemRoute, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=("id",), condition=models.Q(due_at__isnull=False), name="chat_waiting"
            ),
        )

    def __str__(self) -> str:
        return self.text
