"""The files of pictures: what is taken for one, and where it is kept.

A file is written before the product and deleted after it, so that no product ever names a file
that is not there. Files lie in the storage, a folder or a bucket, under Magento's paths:
/2/4/24-mb01.jpg.
"""

import base64
import binascii
import posixpath
import re
import string
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_noop

from orderflow_bridge.common.exceptions import PictureRefused

FOLDER = "catalog/product"
_LARGEST = 10 * 1024 * 1024
_TOO_LARGE = gettext_noop("The image is larger than 10 MiB.")
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
        raise PictureRefused(_TOO_LARGE)
    try:
        content = base64.b64decode(encoded.translate(_NO_BLANKS), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise PictureRefused(gettext_noop("The image content must be valid base64 encoded data."))
    ending, signature = _SIGNATURES.get((given.get("type") or "").lower(), ("", None))
    if signature is None or not signature.match(content):
        raise PictureRefused(gettext_noop("The image MIME type is not valid or not supported."))
    stem = Path((given.get("name") or "").replace("\\", "/").rpartition("/")[2]).stem
    clean = _FORBIDDEN.sub("_", stem.lower()).strip("._")[:_LONGEST_NAME]
    if not clean:
        raise PictureRefused(gettext_noop("The image name must be provided."))
    return Picture(clean + ending, content)


def uploaded(name: str, content: bytes) -> dict[str, str | None]:
    """Return an uploaded file as `read_picture` takes it; what it is, its bytes say."""
    kinds = (kind for kind, (_, signature) in _SIGNATURES.items() if signature.match(content))
    encoded = base64.b64encode(content[: _LARGEST + 8]).decode()
    return {"base64_encoded_data": encoded, "type": next(kinds, ""), "name": name}


def keep(picture: Picture) -> str:
    """Write a picture to a file of its own and return its path below the catalogue's folder.

    Raises OSError if it cannot be kept.
    """
    folder = f"{_sanitized(picture.name[0])}/{_sanitized(picture.name[1])}"
    stem, _, ending = picture.name.rpartition(".")
    names = (f"{stem}_{number}.{ending}" if number else picture.name for number in count())
    free = next(name for name in names if not default_storage.exists(_place(f"{folder}/{name}")))
    # Another host may be faster: then the storage finds a name of its own.
    kept = default_storage.save(_place(f"{folder}/{free}"), ContentFile(picture.content))
    return kept.removeprefix(FOLDER)


def discard(path: str) -> None:
    """Delete a picture's file, if it is one of the catalogue's folder."""
    if place := place_of(path):
        default_storage.delete(place)


def url_of(path: str) -> str:
    """Return where a picture's file is served; "" if it does not lie here, or nobody can tell."""
    if not path or "://" in path:
        return ""
    place = place_of(path)
    try:
        is_here = bool(place) and default_storage.exists(place)
    except OSError:
        is_here = False
    return f"{settings.MEDIA_URL}{quote(place)}" if is_here else ""


def _place(path: str) -> str:
    """Return the storage's name for a path below the catalogue's folder."""
    return f"{FOLDER}/{path.lstrip('/')}"


def place_of(path: str) -> str:
    """Return the storage's name for a path; "" for one that leads out of the folder or is none."""
    place = posixpath.normpath(_place(path))
    return place if place.startswith(f"{FOLDER}/") and "\0" not in place else ""


def _sanitized(sign: str) -> str:
    return "_" if sign == "." else sign
