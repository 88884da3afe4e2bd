"""The pictures of products: their entries, and changing them (docs/rest.md).

An entry is `{id, media_type, label, position, disabled, types, file}`. `types` are the roles that
the picture plays: image, small_image, thumbnail. A role has one picture. A picture is a part of
what OrderFlow gets: a change makes the product Pending. The files are picture_files.py's.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.picture_files import discard, keep, read_picture
from orderflow_bridge.catalog.selectors import product_by_sku, read_known
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.exceptions import NoSuchEntity, PictureRefused

IMAGE_ROLES = ("image", "small_image", "thumbnail")
_NO_PICTURE: dict[str, Any] = {
    "media_type": "image", "label": "", "disabled": False, "types": [], "file": "",
}  # fmt: skip


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
    raise NoSuchEntity("No image with the provided ID was found. Verify the ID and try again.")


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


_IMAGE = "image"
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)


@transaction.atomic
def add_media(sku: str, given: Mapping[str, Any]) -> int:
    """Add a picture with its `content`; return its id. Raises NoSuchEntity, PictureRefused."""
    gallery = _locked_gallery(sku)
    changed = with_new(gallery, _checked(given), _kept(given))
    _write(sku, gallery, changed)
    return int(max(entry["id"] for entry in changed))


@transaction.atomic
def change_media(sku: str, number: int, given: Mapping[str, Any]) -> None:
    """Change a picture; with `content` its file as well. Raises NoSuchEntity, PictureRefused."""
    gallery = _locked_gallery(sku)
    find(gallery, number)
    file = _kept(given) if given.get("content") else None
    _write(sku, gallery, with_changed(gallery, number, _checked(given), file))


@transaction.atomic
def remove_media(sku: str, number: int) -> None:
    """Take a picture away, with its file and its roles. Raises NoSuchEntity."""
    gallery = _locked_gallery(sku)
    _write(sku, gallery, without(gallery, number))


@transaction.atomic
def save_media(sku: str, given: Sequence[Mapping[str, Any]]) -> None:
    """Make these the pictures of a product: change those with an id, add the others, drop the rest.

    Raises NoSuchEntity, PictureRefused.
    """
    before = gallery = _locked_gallery(sku)
    named = {entry["id"] for entry in given if entry.get("id")}
    for left in [entry["id"] for entry in gallery if entry["id"] not in named]:
        gallery = without(gallery, left)
    for entry in given:
        file = _kept(entry) if entry.get("content") else None
        if entry.get("id"):
            gallery = with_changed(gallery, entry["id"], _checked(entry), file)
        else:
            gallery = with_new(gallery, _checked(entry), file or _kept(entry))
    _write(sku, before, gallery)


def _locked_gallery(sku: str) -> list[Entry]:
    """Lock a product and return its pictures. Raises NoSuchEntity."""
    if "\0" not in sku:
        read_known([sku], lock=True)
    return product_gallery(product_by_sku(sku))


def _kept(given: Mapping[str, Any]) -> str:
    return keep(read_picture(given.get("content") or {}))


def _checked(given: Mapping[str, Any]) -> Mapping[str, Any]:
    if (given.get("media_type") or _IMAGE) != _IMAGE:
        raise PictureRefused(
            "Only media of the type image are kept: the bridge has no use for videos. Leave it out."
        )
    if not all(_ROLE.fullmatch(role) for role in given.get("types") or ()):
        raise PictureRefused("The types of an image are attribute codes, such as small_image.")
    return given


def _write(sku: str, before: Sequence[Entry], after: Sequence[Entry]) -> None:
    """Save the product with its changed pictures; a gallery that is the same changes nothing."""
    if list(before) == list(after):
        return
    played = roles(after)
    attributes: dict[str, Any] = {"media_gallery_entries": list(after)}
    for role in {*roles(before), *played} - {_IMAGE}:
        attributes[role] = played.get(role)
    change = ProductChange(sku, {_IMAGE: played.get(_IMAGE, "")}, attributes)
    item_error = save_products([change])[0].item_error
    if item_error:
        raise PictureRefused(item_error.text)
    gone = {entry["file"] for entry in before} - {entry["file"] for entry in after}
    for path in gone:
        if not Product.objects.filter(image=path).exists():
            transaction.on_commit(partial(discard, path))


def product_gallery(product: Product) -> list[dict[str, Any]]:
    """Return a product's pictures; one that has an image and no gallery has a gallery of one."""
    kept: list[dict[str, Any]] = product.custom_attributes.get("media_gallery_entries") or []
    if kept or not product.image:
        return [
            _NO_PICTURE | {"id": at, "position": at} | entry for at, entry in enumerate(kept, 1)
        ]
    return [
        {
            "id": product.pk,
            "media_type": "image",
            "label": product.name,
            "position": 1,
            "disabled": False,
            "types": list(IMAGE_ROLES),
            "file": product.image,
        }
    ]
