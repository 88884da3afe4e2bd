"""Adding, changing and removing a product's pictures (docs/rest.md, "Products").

A picture is a part of what OrderFlow gets: a change makes the product Pending. A file is written
before the product and deleted after it, so that no product ever names a file that is not there.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog import gallery as galleries
from orderflow_bridge.catalog.api import product_gallery
from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.gallery import Entry
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.pictures import discard, keep, read_picture
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.catalog.writing import read_known
from orderflow_bridge.common.exceptions import PictureRefused

_IMAGE = "image"
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)


@transaction.atomic
def add_media(sku: str, given: Mapping[str, Any]) -> int:
    """Add a picture with its `content`; return its id. Raises NoSuchEntity, PictureRefused."""
    gallery = _locked_gallery(sku)
    changed = galleries.with_new(gallery, _checked(given), _kept(given))
    _write(sku, gallery, changed)
    return int(max(entry["id"] for entry in changed))


@transaction.atomic
def change_media(sku: str, number: int, given: Mapping[str, Any]) -> None:
    """Change a picture; with `content` its file as well. Raises NoSuchEntity, PictureRefused."""
    gallery = _locked_gallery(sku)
    galleries.find(gallery, number)
    file = _kept(given) if given.get("content") else None
    _write(sku, gallery, galleries.with_changed(gallery, number, _checked(given), file))


@transaction.atomic
def remove_media(sku: str, number: int) -> None:
    """Take a picture away, with its file and its roles. Raises NoSuchEntity."""
    gallery = _locked_gallery(sku)
    _write(sku, gallery, galleries.without(gallery, number))


@transaction.atomic
def save_media(sku: str, given: Sequence[Mapping[str, Any]]) -> None:
    """Make these the pictures of a product: change those with an id, add the others, drop the rest.

    Raises NoSuchEntity, PictureRefused.
    """
    before = gallery = _locked_gallery(sku)
    named = {entry["id"] for entry in given if entry.get("id")}
    for left in [entry["id"] for entry in gallery if entry["id"] not in named]:
        gallery = galleries.without(gallery, left)
    for entry in given:
        file = _kept(entry) if entry.get("content") else None
        if entry.get("id"):
            gallery = galleries.with_changed(gallery, entry["id"], _checked(entry), file)
        else:
            gallery = galleries.with_new(gallery, _checked(entry), file or _kept(entry))
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
        raise PictureRefused("Only media of the type image are kept.")
    if not all(_ROLE.fullmatch(role) for role in given.get("types") or ()):
        raise PictureRefused("The types of an image are attribute codes, such as small_image.")
    return given


def _write(sku: str, before: Sequence[Entry], after: Sequence[Entry]) -> None:
    """Save the product with its changed pictures; a gallery that is the same changes nothing."""
    if list(before) == list(after):
        return
    played = galleries.roles(after)
    attributes: dict[str, Any] = {"media_gallery_entries": list(after)}
    for role in {*galleries.roles(before), *played} - {_IMAGE}:
        attributes[role] = played.get(role)
    change = ProductChange(sku, {_IMAGE: played.get(_IMAGE, "")}, attributes)
    item_error = save_products([change])[0].item_error
    if item_error:
        raise PictureRefused(item_error.text)
    gone = {entry["file"] for entry in before} - {entry["file"] for entry in after}
    for path in gone:
        if not Product.objects.filter(image=path).exists():
            transaction.on_commit(partial(discard, path))
