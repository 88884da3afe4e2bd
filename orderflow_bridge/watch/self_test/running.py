"""A self-test under way: its row and its steps, as the steps' own functions get it."""

from dataclasses import dataclass
from datetime import datetime

from orderflow_bridge.watch.self_test.models import SelfTest, Step, StepState


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
