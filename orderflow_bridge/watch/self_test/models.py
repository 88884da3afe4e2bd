"""Runs of the self-test, each with its steps, as kept and as the steps' functions get it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from django.db import models
from django.db.models import Q

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.problems.kinds import Severity


class StepState(StrEnum):
    """How far a step is."""

    WAITING = "waiting"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass
class Step:
    """One step: what is tried, what came of it, and what to do if it failed.

    `part` is the heading it stands under; steps of a part follow one another. `data` is what the
    step has to remember. Times are ISO texts, as they are stored.
    """

    key: str
    part: str
    title: str
    state: StepState = StepState.WAITING
    text: str = ""
    remedy: str = ""
    url: str = ""
    severity: int = Severity.CRITICAL
    began: str = ""
    ended: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def began_at(self) -> datetime | None:
        """When it was begun; None for one that has to wait for its turn."""
        return datetime.fromisoformat(self.began) if self.began else None

    @property
    def seconds(self) -> float | None:
        """How long it took; None for one that is not over, or was never begun."""
        if not (self.began and self.ended):
            return None
        taken = datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.began)
        return taken.total_seconds()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is tried."""
        return self.state != StepState.WAITING

    def end(self, state: StepState, text: str, at: datetime) -> None:
        """Note what came of it, at a time; not before it was begun."""
        ended = max(at, self.began_at or at)
        self.state, self.text, self.ended = StepState(state), text, ended.isoformat()

    def fail(
        self,
        text: str,
        remedy: str,
        url: str,
        at: datetime,
        severity: Severity = Severity.CRITICAL,
    ) -> None:
        """Note why it has failed, and what to do."""
        self.end(StepState.FAILED, text, at)
        self.remedy, self.url, self.severity = remedy, url, int(severity)


class SelfTest(models.Model):
    """A run. At most one is under way; it is over at `ends_by` whatever becomes of it."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PASSED = "passed", _("Passed")
        FAILED = "failed", _("Failed")
        TIMED_OUT = "timed_out", _("Timed out")

    state = models.CharField(max_length=16, choices=State, default=State.RUNNING)
    started_by = models.CharField(max_length=150, blank=True, default="")
    created_at = models.DateTimeField(_("Began"))
    ends_by = models.DateTimeField()
    finished_at = models.DateTimeField(_("Finished"), null=True)
    summary = models.TextField(blank=True, default="")
    stored_steps = models.JSONField(default=list)

    class Meta:
        ordering = ("-id",)
        verbose_name = "self-test"
        permissions = (("run_selftest", "Run now"),)
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=Q(state="running"), name="watch_one_self_test"
            ),
        )
        indexes = (models.Index(fields=("created_at",), name="watch_self_test_began"),)

    def __str__(self) -> str:
        return f"Self-test {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self.state == self.State.RUNNING

    def steps(self) -> list[Step]:
        """Return its steps, in order."""
        return [
            Step(**{**stored, "state": StepState(stored["state"])}) for stored in self.stored_steps
        ]

    @classmethod
    def begun(cls, steps: Iterable[Step], **values: Any) -> Self:
        """Store a new one. Raises IntegrityError while another is under way."""
        return cls.objects.create(stored_steps=[asdict(each) for each in steps], **values)

    def note(self, steps: Iterable[Step], **values: Any) -> bool:
        """Store how far it is; tell whether it was still under way: else nothing is written."""
        self.stored_steps = [asdict(each) for each in steps]
        mine = SelfTest.objects.filter(pk=self.pk, state=self.State.RUNNING)
        written = mine.update(stored_steps=self.stored_steps, **values)
        for name, value in values.items():
            setattr(self, name, value)
        return bool(written)


@dataclass
class Run:
    """A self-test and its steps. What is noted on them is kept by `save`."""

    test: SelfTest
    steps: list[Step]

    def save(self) -> None:
        """Store how far it is, for whoever looks on, and for who goes on after a crash."""
        self.test.note(self.steps)

    def of_part(self, part: str) -> list[Step]:
        """Return the steps under a heading."""
        return [step for step in self.steps if step.part == part]

    def step(self, key: str) -> Step:
        """Return the step with this key. Raises StopIteration."""
        return next(step for step in self.steps if step.key == key)

    def skip(self, part: str, text: str, at: datetime) -> None:
        """Leave out what is left of a part, and say why."""
        for step in self.of_part(part):
            if not step.is_over:
                step.end(StepState.SKIPPED, text, at)
