"""What an import would change, and what cannot be taken. Nothing is written here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orderflow_bridge.configuration.transfer.parts import DEFAULT, Change, State, parts
from orderflow_bridge.stores.models import Website


@dataclass(frozen=True)
class Problem:
    """Something of a file that cannot be taken, and why."""

    part: str
    scope: str
    key: str
    text: str


@dataclass(frozen=True)
class Row:
    """A change in a person's words."""

    part: str
    scope: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Plan:
    """What an import would change, thing by thing, and what of the file cannot be taken."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def digest(self) -> str:
        """What tells this plan from any other: an import writes what somebody has seen."""
        seen = [[each.part, each.scope, each.key, each.before, each.after] for each in self.changes]
        seen += [[each.part, each.scope, each.key, each.text, None] for each in self.problems]
        return hashlib.sha256(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def rows(self) -> list[Row]:
        """Return the changes as people read them, part by part, scope by scope."""
        names = scope_names()
        return [_row(each, names) for each in self.changes]


def plan_of(wanted: Mapping[str, State], by: User | None = None) -> Plan:
    """Compare what a file says with what is here. `by` is who would import it.

    What is the same already is neither a change nor judged.
    """
    known, scopes = parts(), {DEFAULT, *Website.objects.values_list("code", flat=True)}
    changes: list[Change] = []
    problems: list[Problem] = []
    problems += [
        Problem(name, DEFAULT, "", _("This bridge has no such part."))
        for name in sorted(wanted.keys() - known.keys())
    ]
    for name, part in known.items():
        current = part.read() if name in wanted else {}
        for scope, things in sorted(wanted.get(name, {}).items()):
            if scope not in scopes:
                problems.append(
                    Problem(
                        name,
                        scope,
                        "",
                        _("There is no website “%(scope)s” here.") % {"scope": scope},
                    )
                )
                continue
            here = current.get(scope, {})
            for key, value in sorted(things.items()):
                before = here.get(key)
                if key in here and value == before:
                    continue
                try:
                    after = part.clean(scope, key, value, by)
                except ValidationError as error:
                    problems.append(Problem(name, scope, key, " ".join(error.messages)))
                    continue
                if after != before:
                    changes.append(Change(name, scope, key, before, after))
    return Plan(tuple(changes), tuple(problems))


def scope_names() -> dict[str, str]:
    """Return what people call the scopes."""
    return {DEFAULT: _("Default Config"), **dict(Website.objects.values_list("code", "name"))}


def _row(change: Change, names: Mapping[str, str]) -> Row:
    part = parts()[change.part]
    before, after = (_shown(change, each) for each in (change.before, change.after))
    return Row(
        str(part.title),
        names.get(change.scope, change.scope),
        part.label(change.key),
        before,
        _("changed") if after == before else after,
    )


def _shown(change: Change, value: Any) -> str:
    return parts()[change.part].show(change.key, value)
