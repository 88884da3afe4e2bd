"""Picture files below the media folder, under Magento's paths: /2/4/24-mb01.jpg."""

import base64
import binascii
import os
import re
import string
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from orderflow_bridge.common.exceptions import PictureRefused

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


def _root() -> Path:
    return (Path(settings.MEDIA_ROOT) / FOLDER).resolve()


def _sanitized(sign: str) -> str:
    return "_" if sign == "." else sign
