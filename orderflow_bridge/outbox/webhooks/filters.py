"""Which events a receiver hears: a plain function of what it asked for and what has happened.

The import's SQL says the same of stock (`stock_terms`).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.outbox.webhooks.models import Kind

MOST_PATTERNS = 50
_SOURCE_CODE = re.compile(r"[A-Za-z0-9_-]{1,255}")
# What can be chosen among, as far as rooms above know it: by the filter's field.
_offered: dict[str, tuple[tuple[str, str], ...]] = {}


def offer(field: str, choices: Collection[tuple[str, str]]) -> None:
    """Say what a field of the filter can be chosen among; for the rooms that know."""
    _offered[field] = tuple(choices)


def offered(field: str) -> tuple[tuple[str, str], ...]:
    """Return what a field can be chosen among: pairs of value and words."""
    return _offered.get(field, ())


@dataclass(frozen=True)
class Facts:
    """What an event is about, as far as filters ask. Empty: the question does not arise.

    `websites` are the ids of those it concerns, None for the whole installation. `sku` is as the
    product has it, `store_view` a code, `severity` a number as problems have it.
    """

    websites: frozenset[int] | None
    sku: str = ""
    source_code: str = ""
    order_status: str = ""
    store_view: str = ""
    problem_kind: str = ""
    severity: int = 0


@dataclass(frozen=True)
class Filter:
    """What a receiver hears of the events it has chosen. An empty field lets everything through.

    SKU patterns have * for any characters and ignore case. They, and source codes, ask of stock and
    products (source codes of stock and shipments), statuses and store views of orders and
    shipments, kinds and severity of problems; every other event passes.
    """

    sku_patterns: tuple[str, ...] = ()
    source_codes: tuple[str, ...] = ()
    order_statuses: tuple[str, ...] = ()
    store_views: tuple[str, ...] = ()
    problem_kinds: tuple[str, ...] = ()
    least_severity: int = 0

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Return a filter as it is stored."""
        known = {each.name for each in fields(cls)} & stored.keys()
        values: Any = {
            name: tuple(stored[name]) if isinstance(stored[name], list) else stored[name]
            for name in known
        }
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored: without what is empty."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value
        }

    def lets_pass(self, facts: Facts) -> bool:
        """Tell whether an event passes."""
        return (
            (not facts.sku or _matches(self.sku_patterns, facts.sku))
            and _is_among(facts.source_code, self.source_codes)
            and _is_among(facts.order_status, self.order_statuses)
            and _is_among(facts.store_view, self.store_views)
            and _is_among(facts.problem_kind, self.problem_kinds)
            and (not facts.severity or facts.severity >= self.least_severity)
        )


@dataclass(frozen=True)
class Listener:
    """An active receiver: `websites` are ids, None for every website; `events` are kinds."""

    id: int
    websites: frozenset[int] | None
    events: frozenset[str]
    filter: Filter

    def wants(self, kind: Kind, facts: Facts) -> bool:
        """Tell whether it is to hear of this."""
        return (
            kind in self.events
            and (
                self.websites is None
                or facts.websites is None
                or bool(self.websites & facts.websites)
            )
            and self.filter.lets_pass(facts)
        )

    def stock_terms(self) -> dict[str, Any]:
        """Return for SQL what stock it hears of; None where everything passes.

        `skus` are patterns of LIKE over the SKU's key, escaped by a backslash.
        """
        patterns = self.filter.sku_patterns
        return {
            "receiver": self.id,
            "websites": None if self.websites is None else sorted(self.websites),
            "skus": [_like(each) for each in patterns] or None,
            "sources": list(self.filter.source_codes) or None,
        }


def patterns_of(text: str) -> tuple[str, ...]:
    """Return the SKU patterns of a text, one a line. Raises ValidationError, saying how."""
    found = tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(found) > MOST_PATTERNS:
        text = _("At most %(count)s patterns: use * for any characters.")
        raise ValidationError(text % {"count": MOST_PATTERNS})
    for each in found:
        if len(each) > 64 or "\0" in each:
            text = _("“%(sku)s…” is longer than a SKU: at most 64 characters.")
            raise ValidationError(text % {"sku": each[:20]})
        if not each.strip("*"):
            raise ValidationError(_("“*” alone is every SKU: leave the field empty instead."))
    return found


def sources_of(text: str) -> tuple[str, ...]:
    """Return the source codes of a text, with commas or blanks between. Raises ValidationError."""
    found = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for each in found:
        if not _SOURCE_CODE.fullmatch(each):
            raise ValidationError(
                _(
                    "“%(code)s” is no source code: letters, digits, _ and - only, several with"
                    " commas between them."
                )
                % {"code": each[:40]}
            )
    return found


def _is_among(value: str, wanted: Collection[str]) -> bool:
    return not value or not wanted or value in wanted


def _matches(patterns: Collection[str], sku: str) -> bool:
    key = sku_key(sku)
    return not patterns or any(_as_expression(each).fullmatch(key) for each in patterns)


def _as_expression(pattern: str) -> re.Pattern[str]:
    parts = map(re.escape, sku_key(pattern).split("*"))
    return re.compile(".*".join(parts), re.DOTALL)


def _like(pattern: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", sku_key(pattern))
    return escaped.replace("*", "%")
