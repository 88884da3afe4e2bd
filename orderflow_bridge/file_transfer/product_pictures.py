"""The pictures of a product row: which there are, what they are called, what they play.

A row adds pictures to those that a product has, as in Magento. A product whose row names nothing
but the pictures in a role keeps no list of them: that is what the roles say already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderflow_bridge.file_transfer.product_cells import EMPTIED, join_list, split_cells

GALLERY = "media_gallery_entries"
COLUMNS = ("additional_images", "additional_image_labels", "hide_from_product_page")
_LABELS = {
    "image": "image_label",
    "small_image": "small_image_label",
    "thumbnail": "thumbnail_label",
    "swatch_image": "swatch_image_label",
}
# Without a picture of their own they show the product's image.
_FOLLOWING = ("small_image", "thumbnail")
_NONE = ("", "no_selection", None)

Entry = dict[str, Any]


@dataclass(frozen=True)
class Pictures:
    """What a row says of pictures beside the roles: files, labels by place, files not shown.

    None leaves what there is.
    """

    files: Sequence[str] = ()
    labels: Sequence[str] | None = None
    hidden: frozenset[str] | None = field(default=None)

    @property
    def is_empty(self) -> bool:
        """Whether the row has no picture but those in a role."""
        return not self.files and self.hidden is None


def pictures_of(cells: Mapping[str, str]) -> Pictures:
    """Read a row's cells."""
    files = [file for each in split_cells(cells.get(COLUMNS[0], "")) if (file := each.strip())]
    labels, hidden = cells.get(COLUMNS[1], ""), cells.get(COLUMNS[2], "").strip()
    emptied = [""] * len(files)
    return Pictures(
        [file for file in files if file != EMPTIED],
        emptied if labels.strip() == EMPTIED else split_cells(labels) or None,
        frozenset(each.strip() for each in split_cells(hidden) if each != EMPTIED)
        if hidden
        else None,
    )


def gallery_of(
    pictures: Pictures,
    columns: Mapping[str, Any],
    attributes: Mapping[str, Any],
    known: Mapping[str, Any] | None,
) -> list[Entry] | None:
    """Return the list of pictures that a row wants, None if none has to be kept.

    `columns` and `attributes` are the row's, `known` the product's columns if there is one.
    """
    there = known["custom_attributes"] if known else {}
    before = there.get(GALLERY) or []
    if pictures.is_empty and not before:
        return None
    image = known["image"] if known else ""
    playing = {role: there.get(role) or (image if role in _FOLLOWING else "") for role in _LABELS}
    playing["image"] = image
    entries = _listed(before, image, playing)
    given = {**attributes, **({"image": columns["image"]} if "image" in columns else {})}
    wanted = {role: given[role] for role in _LABELS if role in given}
    files = [file for file in (*wanted.values(), *pictures.files) if file not in _NONE]
    for file in dict.fromkeys(files):
        if not any(entry["file"] == file for entry in entries):
            entries.append(_new(entries, file, _label(file, wanted, attributes)))
    _describe(entries, pictures)
    for role, file in wanted.items():
        _play(entries, role, file, is_so=known is not None and playing[role] == file)
    return entries


def _listed(before: Sequence[Entry], image: Any, playing: Mapping[str, Any]) -> list[Entry]:
    """Return the list as it is; of a product without one, the picture that it shows."""
    if before or image in _NONE:
        return [_entry(at) | entry for at, entry in enumerate(before, 1)]
    roles = [role for role in ("image", *_FOLLOWING) if playing[role] == image]
    return [_entry(1) | {"file": image, "types": roles}]


def _describe(entries: Sequence[Entry], pictures: Pictures) -> None:
    """Write the row's labels, as many as it gives, and which pictures it hides."""
    for file, label in zip(pictures.files, pictures.labels or (), strict=False):
        _named(entries, file)["label"] = label
    if pictures.hidden is not None:
        for entry in entries:
            entry["disabled"] = entry["file"] in pictures.hidden


def _entry(number: int) -> Entry:
    return {
        "id": number, "media_type": "image", "label": "", "position": number, "disabled": False,
        "types": [], "file": "",
    }  # fmt: skip


def _new(entries: Sequence[Entry], file: str, label: str) -> Entry:
    number = max((entry["id"] for entry in entries), default=0) + 1
    position = max((entry["position"] for entry in entries), default=0) + 1
    return _entry(number) | {"position": position, "file": file, "label": label}


def _label(file: str, wanted: Mapping[str, Any], attributes: Mapping[str, Any]) -> str:
    labels = (attributes.get(_LABELS[role]) for role, each in wanted.items() if each == file)
    return next((label for label in labels if label), "")


def _named(entries: Sequence[Entry], file: str) -> Entry:
    return next(entry for entry in entries if entry["file"] == file)


def _play(entries: Sequence[Entry], role: str, file: Any, *, is_so: bool) -> None:
    """Let a file play a role; where it does so without being listed with it, nothing changes."""
    playing = [entry["file"] for entry in entries if role in entry["types"]]
    if playing == [file] or (is_so and not playing):
        return
    for entry in entries:
        kept = [each for each in entry["types"] if each != role]
        entry["types"] = [*kept, role] if entry["file"] == file else kept


def picture_cells(attributes: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the cells of `COLUMNS`; `attributes` are the product's further ones."""
    entries: dict[str, Entry] = {}
    for entry in sorted(attributes.get(GALLERY) or [], key=_place):
        entries.setdefault(entry["file"], entry)
    labels = [str(entry.get("label") or "") for entry in entries.values()]
    is_labelled = any(labels) or any(attributes.get(code) for code in _LABELS.values())
    hidden = [file for file, entry in entries.items() if entry.get("disabled")]
    return (
        join_list(entries),
        join_list(labels) if is_labelled and entries else "",
        join_list(hidden),
    )


def file_playing(role: str, attributes: Mapping[str, Any]) -> str:
    """Return the file that plays a role beside the image, "" if none is kept for it."""
    entries = attributes.get(GALLERY) or []
    listed = (entry["file"] for entry in entries if role in entry.get("types", ()))
    return str(attributes.get(role) or next(listed, ""))


def _place(entry: Entry) -> tuple[int, int]:
    return entry.get("position") or 0, entry.get("id") or 0
