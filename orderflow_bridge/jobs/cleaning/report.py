"""What a cleaning run says about itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orderflow_bridge.jobs.cleaning.batches import Allowance
from orderflow_bridge.jobs.cleaning.cutoffs import Cutoffs

DELETED = "deleted"
EMPTIED = "emptied the bodies of"
REMOVED = "removed"


@dataclass(frozen=True)
class Step:
    """One kind of log, and the function that cleans it and returns how many it has dealt with.

    A step that is `always_told` is named in the report even when there was nothing to do.
    """

    noun: str
    clean: Callable[[Cutoffs, Allowance], int]
    verb: str = DELETED
    always_told: bool = False


def sentence_of(counts: Sequence[tuple[Step, int]]) -> str:
    """Return a sentence: "Deleted 3 exports, 1 import; removed 2 log files."."""
    parts = []
    for verb in (DELETED, EMPTIED, REMOVED):
        told = [
            _counted(count, step.noun)
            for step, count in counts
            if step.verb == verb and (count or step.always_told)
        ]
        if told:
            parts.append(f"{verb} {', '.join(told)}")
    text = "; ".join(parts) or "nothing to clean"
    return f"{text[0].upper()}{text[1:]}."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
