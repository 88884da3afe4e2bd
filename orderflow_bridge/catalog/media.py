"""The pictures of products: their files, their entries, and changing them (docs/rest.md).

An entry is `{id, media_type, label, position, disabled, types, file}`. `types` are the roles that
the picture plays: image, small_image, thumbnail. A role has one picture. A picture is a part of
what OrderFlow gets: a change makes the product Pending. A file is written before the product and
deleted after it, so that no product ever names a file that is not there. Files lie below the media
folder, under Magento's paths: /2/4/24-mb01.jpg.
"""

import base64
import binascii
import os
import re
import string
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import transaction

from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.catalog.services import read_known, save_products
from orderflow_bridge.common.exceptions import NoSuchEntity, PictureRefused

IMAGE_ROLES = ("image", "small_image", "thumbnail")
_NO_PICTURE: dict[str, Any] = {
    "media_type": "image", "label": "", "disabled": False, "types": [], "file": "",
}  # fmt: skip
FOLDER = "catalog/product"
_LARGEST = 10 * 1024 * 1024
_LONGEST_NAME = 90
# Without a list of what stands between them, which may be millions of words.
_NO_BLANKS = dict.fromkeys(map(ord, string.whitespace))
_SIGNATURES = {
    "image/jpeg": (".jpg", re.compile(rb"\xff\xd8\xff")),
    "image/png": (".png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    "image/gif": (".gif", re.compile(rb"GIF8[79]a")),
    "image/webp": (".webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
}
_FORBIDDEN = re.compile(r"[^a-z0-9_.-]+")


class Picture(NamedTuple):
    """A picture that may be kept: a clean file name and the bytes."""

    name: str
    content: bytes


def read_picture(given: Mapping[str, str | None]) -> Picture:
    """Read `{base64_encoded_data, type, name}`. Raises PictureRefused.

    What the bytes are counts, not what they are called: only pictures that browsers cannot take
    for a page are kept, and under the ending of their kind.
    """
    encoded = given.get("base64_encoded_data") or ""
    if len(encoded) > _LARGEST * 4 // 3 + 4:
        raise PictureRefused(f"The image is larger than {_LARGEST // 1024 // 1024} MiB.")
    try:
        content = base64.b64decode(encoded.translate(_NO_BLANKS), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise PictureRefused("The image content must be valid base64 encoded data.")
    ending, signature = _SIGNATURES.get((given.get("type") or "").lower(), ("", None))
    if signature is None or not signature.match(content):
        raise PictureRefused("The image MIME type is not valid or not supported.")
    stem = Path((given.get("name") or "").replace("\\", "/").rpartition("/")[2]).stem
    clean = _FORBIDDEN.sub("_", stem.lower()).strip("._")[:_LONGEST_NAME]
    if not clean:
        raise PictureRefused("The image name must be provided.")
    return Picture(clean + ending, content)


def uploaded(name: str, content: bytes) -> dict[str, str | None]:
    """Return an uploaded file as `read_picture` takes it; what it is, its bytes say."""
    kinds = (kind for kind, (_, signature) in _SIGNATURES.items() if signature.match(content))
    encoded = base64.b64encode(content[: _LARGEST + 8]).decode()
    return {"base64_encoded_data": encoded, "type": next(kinds, ""), "name": name}


def keep(picture: Picture) -> str:
    """Write a picture to a file of its own and return its path below the catalogue's folder."""
    folder = f"/{_sanitized(picture.name[0])}/{_sanitized(picture.name[1])}"
    place = _root() / folder[1:]
    place.mkdir(parents=True, exist_ok=True)
    stem, _, ending = picture.name.rpartition(".")
    for number in count():
        name = f"{stem}_{number}.{ending}" if number else picture.name
        with suppress(FileExistsError), open(place / name, "xb") as file:
            file.write(picture.content)
            file.flush()
            os.fsync(file.fileno())
            return f"{folder}/{name}"
    raise AssertionError("count() does not end")


def discard(path: str) -> None:
    """Delete a picture's file, if it is one of the catalogue's folder."""
    file = (_root() / path.lstrip("/")).resolve()
    if file.is_relative_to(_root()):
        file.unlink(missing_ok=True)


def url_of(path: str) -> str:
    """Return where a picture's file is served; "" if it does not lie here."""
    if not path or "://" in path:
        return ""
    file = (_root() / path.lstrip("/")).resolve()
    is_here = file.is_relative_to(_root()) and file.is_file()
    return f"{settings.MEDIA_URL}{FOLDER}/{quote(path.lstrip('/'))}" if is_here else ""


def _root() -> Path:
    return (Path(settings.MEDIA_ROOT) / FOLDER).resolve()


def _sanitized(sign: str) -> str:
    return "_" if sign == "." else sign


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
