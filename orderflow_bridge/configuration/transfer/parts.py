"""What a configuration file is made of: parts, one for each kind of thing, which rooms contribute.

A part knows how its things look in a file, what may be written of them, and how. The rest, telling
the difference, asking, writing all or nothing, is the same for all (plans.py, services.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from orderflow_bridge.console.apps import load_pages
from orderflow_bridge.stores.models import Website

# Things by scope and key, as plain JSON. A scope is a website's code, or DEFAULT for Default
# Config; None says that the thing is not there: the setting is inherited, the role does not exist.
# What is not named is not spoken of, and stays as it is.
State = Mapping[str, Mapping[str, Any]]
DEFAULT = ""
_LONGEST_SHOWN = 300


class SecretText(str):
    """A value that goes into a file encrypted, or not at all."""


@dataclass(frozen=True)
class Change:
    """What becomes of one thing: `before` and `after` as in a file, None where it is not there."""

    part: str
    scope: str
    key: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Part:
    """A kind of thing that can be carried from shop to shop.

    `name` stands in the file, `title` on the page. `read()` returns all there is: secrets as
    SecretText, and None for what could be there and is not, as far as that can be listed.
    `clean(scope, key, value, by)` returns a value of a file as `read` would (None is cleaned too),
    and raises ValidationError if it may not be written by this user, None for the command line.
    `write(changes, by)` writes changes that were judged, in the caller's transaction.
    `label(key)` and `show(key, value)` are what a person reads. `at(since)` returns what was at a
    time, and sentences on what cannot be told; without it there is no history to restore from.
    """

    name: str
    title: str
    read: Callable[[], State]
    clean: Callable[[str, str, Any, User | None], Any]
    write: Callable[[Sequence[Change], User | None], None]
    label: Callable[[str], str] = str
    show: Callable[[str, Any], str] = lambda key, value: shown(value)
    at: Callable[[datetime], tuple[State, list[str]]] | None = None


_parts: dict[str, Part] = {}


def add_part(part: Part) -> None:
    """Let files have a further part; to be called from the room's admin module."""
    _parts[part.name] = part


def parts() -> Mapping[str, Part]:
    """Return all parts by name, in the order of the rooms."""
    load_pages()
    return _parts


def scope_names() -> dict[int | None, str]:
    """Return the scopes' names in a file, by the website's id."""
    return {None: DEFAULT, **dict(Website.objects.values_list("pk", "code"))}


def shown(value: Any) -> str:
    """Return a value of a file as a person reads it, cut where it becomes long."""
    if value is None:
        return _("(none)")
    text = value if isinstance(value, str) else orjson.dumps(value, None, orjson.OPT_SORT_KEYS)
    text = text if isinstance(text, str) else text.decode()
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
