"""The pictures of a product as a list of entries: what changing it comes to (docs/rest.md).

An entry is `{id, media_type, label, position, disabled, types, file}`. `types` are the roles that
the picture plays: image, small_image, thumbnail. A role has one picture.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from orderflow_bridge.common.exceptions import NoSuchEntity

Entry = dict[str, Any]
_MEMBERS = ("label", "position", "disabled", "types")


def with_new(gallery: Sequence[Entry], given: Mapping[str, Any], file: str) -> list[Entry]:
    """Return the gallery with one more picture, at its end unless a position is given."""
    number = max((entry["id"] for entry in gallery), default=0) + 1
    entry: Entry = {
        "id": number,
        "media_type": "image",
        "label": "",
        "position": len(gallery) + 1,
        "disabled": False,
        "types": [],
        "file": file,
    }
    return _placed([*gallery, entry | _members(given)], number)


def with_changed(
    gallery: Sequence[Entry], number: int, given: Mapping[str, Any], file: str | None = None
) -> list[Entry]:
    """Return the gallery with an entry changed; what is not given stays. Raises NoSuchEntity."""
    entry = find(gallery, number)
    changed = entry | _members(given) | ({"file": file} if file else {})
    return _placed([changed if each is entry else each for each in gallery], number)


def without(gallery: Sequence[Entry], number: int) -> list[Entry]:
    """Return the gallery without an entry. Raises NoSuchEntity."""
    entry = find(gallery, number)
    return [each for each in gallery if each is not entry]


def find(gallery: Sequence[Entry], number: int) -> Entry:
    """Return an entry by its id. Raises NoSuchEntity."""
    for entry in gallery:
        if entry["id"] == number:
            return entry
    raise NoSuchEntity.any()


def roles(gallery: Sequence[Entry]) -> dict[str, str]:
    """Return the file of every role that is played."""
    return {role: entry["file"] for entry in gallery for role in entry["types"]}


def _members(given: Mapping[str, Any]) -> Entry:
    members = {name: given[name] for name in _MEMBERS if given.get(name) is not None}
    if "types" in members:
        members["types"] = list(dict.fromkeys(members["types"]))
    return members


def _placed(gallery: list[Entry], number: int) -> list[Entry]:
    """Take the roles of one entry from all others, and sort by position."""
    taken = set(find(gallery, number)["types"])
    cleared = [
        entry
        if entry["id"] == number
        else entry | {"types": [role for role in entry["types"] if role not in taken]}
        for entry in gallery
    ]
    return sorted(cleared, key=lambda entry: (entry["position"], entry["id"]))
