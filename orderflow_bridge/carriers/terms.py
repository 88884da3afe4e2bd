"""The words by which rows of the shipping map are found, and those that were seen. Pure.

What was seen is counted by the rooms above, which have orders and despatches.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

ANY = "*"


@dataclass(frozen=True)
class Seen:
    """A term that orders or despatches of a website have, how often, and when last.

    `word` and `detail` are courier and service, or a method's code and name.
    """

    website_id: int
    word: str
    detail: str
    count: int
    last_at: datetime


Counter = Callable[[datetime], Sequence[Seen]]
_counters: dict[str, Counter] = {}
COURIERS, METHODS = "couriers", "methods"


def count_with(kind: str, counter: Counter) -> None:
    """Count the terms of a kind with a function that takes a time: what was seen since then."""
    _counters[kind] = counter


def seen_since(kind: str, since: datetime) -> Sequence[Seen]:
    """Return the terms of a kind that were seen since a time (aware), the commonest first."""
    found = _counters[kind](since) if kind in _counters else ()
    return sorted(found, key=lambda seen: (-seen.count, seen.word, seen.detail, seen.website_id))


def courier_term(courier: str, service: str = "") -> str:
    """Return courier and service as one term: capitals and further blanks do not tell them apart.

    Within each a slash is written twice, so that no two pairs have the same term.
    """
    courier, service = (_one_form(each).replace("/", "//") for each in (courier, service))
    return f"{courier} / {service}" if service else courier


def method_term(method: str) -> str:
    """Return a shipping method's code as a term."""
    return _one_form(method)


def _one_form(text: str) -> str:
    return " ".join(text.split()).casefold()
