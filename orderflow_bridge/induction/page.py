"""A website's checklist as it is drawn: steps with their values, and what has been seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from orderflow_bridge.induction.evidence import evidence_of
from orderflow_bridge.induction.guide import chapters, shown_by
from orderflow_bridge.induction.guide_steps import Step
from orderflow_bridge.induction.installation import Installed, installed
from orderflow_bridge.induction.models import Evidence
from orderflow_bridge.stores.models import Website


@dataclass
class ShownStep:
    """A step with this installation's values, and the first thing that shows it was taken.

    `link` leads to that, for whoever may look at it.
    """

    number: int
    step: Step
    values: Sequence[Installed]
    seen: Evidence | None
    link: str = ""

    @property
    def shown_by(self) -> str:
        """What ticks it."""
        return shown_by(self.step)

    @property
    def paragraphs(self) -> list[list[tuple[bool, str]]]:
        """Its texts in pieces: whether it is a name of OrderFlow's, and the piece."""
        return [
            [(bool(place % 2), piece) for place, piece in enumerate(text.split("`")) if piece]
            for text in self.step.texts
        ]


@dataclass(frozen=True)
class SetUp:
    """A website's checklist."""

    website: Website
    chapters: Sequence[tuple[str, Sequence[ShownStep]]]

    @property
    def steps(self) -> list[ShownStep]:
        """All steps, in their order."""
        return [each for _, steps in self.chapters for each in steps]

    @property
    def provable(self) -> list[ShownStep]:
        """The steps that something seen here can tick."""
        return [each for each in self.steps if each.step.proofs]

    @property
    def done(self) -> list[ShownStep]:
        """The steps that are ticked."""
        return [each for each in self.steps if each.seen]

    @property
    def to_do(self) -> list[ShownStep]:
        """The steps that something seen here could tick, and has not."""
        return [each for each in self.provable if not each.seen]

    @property
    def missing(self) -> list[Installed]:
        """The values that this installation still lacks, each once."""
        found = {each.value.label: each for step in self.steps for each in step.values}
        return [each for each in found.values() if each.missing]


def set_up_of(website: Website) -> SetUp:
    """Return a website's checklist as it stands."""
    seen = evidence_of(website)
    number, shown = 0, []
    for chapter, steps in chapters().items():
        drawn = []
        for step in steps:
            number += 1
            first = min(
                (seen[proof] for proof in step.proofs if proof in seen),
                key=lambda each: each.seen_at,
                default=None,
            )
            values = [installed(value, website) for value in step.values]
            drawn.append(ShownStep(number, step, values, first))
        shown.append((chapter, drawn))
    return SetUp(website, shown)
