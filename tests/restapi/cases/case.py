"""Cases: a request, and what Magento's own API tests expect of its answer.

A family is a file with its cases and a `fill` that makes what they are about. Each case runs on its
own. A case in which the bridge answers otherwise says so in `differs`, with the reason; what stands
in the case is then the bridge's answer.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PLACE = re.compile(r"\{(\w+)(?:\[(\w+)\])?\}")


@dataclass(frozen=True)
class Step:
    """A call before a case's own; `name` is what its answer is called in what follows."""

    name: str
    method: str
    path: str
    body: Any = None


@dataclass(frozen=True)
class Case:
    """One case. Texts such as `{order}` stand for what `fill` and the steps before have made.

    `answer` is what the answer has: members of an object, entries of a list; `...` is anything,
    a type anything of that type, a function judges. `read` is a GET after the call, by path, with
    what it answers.
    """

    name: str
    method: str
    path: str
    body: Any = None
    status: int = 200
    answer: Any = ...
    before: Sequence[Step] = ()
    read: tuple[str, Any] | None = None
    differs: str = ""


@dataclass(frozen=True)
class Family:
    """The cases of one file, and what makes the things that they are about."""

    title: str
    fill: Callable[[Any], dict[str, Any]]
    cases: Sequence[Case]


def get(name: str, path: str, answer: Any = ..., status: int = 200, **values: Any) -> Case:
    """Return a case that reads."""
    return Case(name, "GET", path, None, status, answer, **values)


def post(name: str, path: str, body: Any = None, answer: Any = ..., **values: Any) -> Case:
    """Return a case that posts."""
    return Case(name, "POST", path, body, answer=answer, **values)


def put(name: str, path: str, body: Any = None, answer: Any = ..., **values: Any) -> Case:
    """Return a case that puts."""
    return Case(name, "PUT", path, body, answer=answer, **values)


def delete(name: str, path: str, answer: Any = True, **values: Any) -> Case:
    """Return a case that deletes."""
    return Case(name, "DELETE", path, answer=answer, **values)


def refused(
    name: str, method: str, path: str, text: str, body: Any = None, status: int = 400, **values: Any
) -> Case:
    """Return a case whose call is refused with a message that begins with this text."""
    return Case(name, method, path, body, status, {"message": begins(text)}, **values)


def missing(name: str, method: str, path: str, text: str, body: Any = None, **values: Any) -> Case:
    """Return a case whose call finds nothing: 404."""
    return refused(name, method, path, text, body, 404, **values)


def begins(text: str) -> Callable[[Any], bool]:
    """Return a judge of texts: they begin so."""
    return lambda found: isinstance(found, str) and found.startswith(text)


class Has(tuple[Any, ...]):
    """Entries, each of which is somewhere in a list."""


def has(*entries: Any) -> Has:
    """Return what is wanted of a list: each of these is somewhere in it."""
    return Has(entries)


def size(length: int) -> Callable[[Any], bool]:
    """Return a judge of lists: they have so many entries."""
    return lambda found: isinstance(found, list) and len(found) == length


def within(values: Any, known: Mapping[str, Any]) -> Any:
    """Return a path, a body or an expectation with what is known in place of its names.

    `{row[item_id]}` is a member of what is known as `row`.
    """
    match values:
        case str():
            whole = _PLACE.fullmatch(values)
            if whole and whole[1] in known:
                return _value(whole, known)
            return _PLACE.sub(lambda found: str(_value(found, known)), values)
        case Mapping():
            return {name: within(value, known) for name, value in values.items()}
        case Has():
            return Has(within(value, known) for value in values)
        case list():
            return [within(value, known) for value in values]
    return values


def _value(found: re.Match[str], known: Mapping[str, Any]) -> Any:
    value = known.get(found[1], found[0])
    return value[found[2]] if found[2] and isinstance(value, Mapping) else value


def fits(found: Any, wanted: Any) -> bool:
    """Tell whether an answer has what is wanted of it."""
    match wanted:
        case _ if wanted is ...:
            return True
        case type():
            return isinstance(found, wanted)
        case Has():
            return all(any(fits(each, entry) for each in found) for entry in wanted)
        case Mapping():
            return isinstance(found, Mapping) and all(
                name in found and fits(found[name], value) for name, value in wanted.items()
            )
        case list():
            return (
                isinstance(found, list)
                and len(found) == len(wanted)
                and all(map(fits, found, wanted))
            )
        case bool() | None:
            return found is wanted
    return bool(wanted(found)) if callable(wanted) else bool(found == wanted)
