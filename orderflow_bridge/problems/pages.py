"""What is wrong with what a page shows, told at its head (docs/problems.md).

A view, or a part that a room adds to one, only says what its page is about (`is_about`). The head
of the page asks once for the problems of that, and the failure bar leaves out what is told there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from orderflow_bridge.problems.kinds import KINDS, Kind
from orderflow_bridge.problems.lines import Lines, lines_about

# So many lines do not push the page itself out of sight.
LINES = 3


@dataclass(frozen=True)
class Subjects:
    """What a page is about, as problems know it.

    `named` are pairs of what a kind calls its subject (`Kind.noun`) and a subject; they compare
    ignoring case.
    `cases` are values by their names in the newest evidence. Problems of `kinds` concern the page
    whatever their subject is; so do those that it mends, always.
    """

    named: Sequence[tuple[str, str]] = ()
    cases: Mapping[str, Any] = field(default_factory=dict)
    kinds: Sequence[Kind] = ()

    def condition(self, address: str) -> Q:
        """Return the condition for problems about these subjects, or that this address mends."""
        found = Q(url=address) | Q(url__startswith=f"{address}?")
        for noun, subject in self.named:
            kinds = [kind.name for kind in KINDS.values() if kind.noun == noun]
            found |= Q(kind__in=kinds, subject__iexact=subject)
        for name, value in self.cases.items():
            found |= Q(**{f"evidence__{name}": value})
        return found | Q(kind__in=[kind.name for kind in self.kinds])


def of_order(increment_id: str) -> Subjects:
    """Return what the pages of an order, there or not, are about."""
    return Subjects([("order", increment_id)])


def of_sku(sku: str) -> Subjects:
    """Return what the pages of a SKU, a product's or nobody's, are about."""
    return Subjects([("SKU", sku), ("SKU or source", sku)])


def is_about(request: HttpRequest, subjects: Subjects) -> None:
    """Say what the page of this request is about."""
    request.__dict__["bridge_subjects"] = subjects


def page_lines(request: HttpRequest, *, otherwise: Subjects | None = None) -> Lines | None:
    """Return what is wrong with what the page shows, worst first; None if it says nothing of that.

    `otherwise` is what a page is about that does not say so itself. Takes one query, once.
    """
    known = request.__dict__
    if "bridge_page_lines" not in known:
        subjects = known.get("bridge_subjects", otherwise)
        known["bridge_page_lines"] = _read(request, subjects) if subjects else None
    found: Lines | None = known["bridge_page_lines"]
    return found


def _read(request: HttpRequest, subjects: Subjects) -> Lines:
    """Return the lines; what to do is a link unless it leads to this very page."""
    found = lines_about(request.user, subjects.condition(request.path), most=LINES)
    shown = [
        replace(each, remedy_url="") if each.remedy_url.partition("?")[0] == request.path else each
        for each in found.shown
    ]
    return replace(found, shown=shown)
