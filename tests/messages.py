"""The texts of the pages and their translations: `make messages` brings the catalogues up to date.

Babel finds the texts in our modules and templates, and in unfold's, which brings no catalogues.
orderflow_bridge/locale/ has a file for each language, with the one that Django reads beside it.
"""

import ast
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import unfold
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.supervisor.servers import ROOT

LOCALE = ROOT / "orderflow_bridge" / "locale"
LANGUAGES = ("de", "fr")
ROOMS = ("orderflow_bridge", "exports", "imports", "soapapi")
UNFOLD = Path(unfold.__file__).parent
_HEAD = (
    "# OrderFlow Bridge. Texts come from the source (make messages); translations are written here."
)
_SINCE = datetime(2026, 12, 1, tzinfo=UTC)  # a catalogue that says the same is the same file
# Places in the arguments, as gettext has them: a context, then one text or two.
KEYWORDS: Any = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "worded": None,  # orderflow_bridge/common/worded.py
    "nworded": (1, 2),
    "phrased": None,  # orderflow_bridge/client/said.py
}


def texts() -> Catalog:
    """Return every text that is marked to be translated, with the files it stands in."""
    catalog = Catalog(project="OrderFlow Bridge", charset="utf-8", fuzzy=False)
    for path, name in files():
        source = path.read_text()
        if path.suffix in (".html", ".txt"):
            # Django's own way: what is no text becomes XXX. In brackets, lines need no order.
            source = f"(\n{templatize(source, origin=name)}\n)"
        found = extract("python", BytesIO(source.encode()), KEYWORDS)
        for _, message, _, context in found:
            catalog.add(message, locations=[(name, 0)], context=context)
        if path.suffix == ".py" and UNFOLD in path.parents:
            for message in _within_f_strings(source):
                catalog.add(message, locations=[(name, 0)])
    return catalog


def _within_f_strings(source: str) -> Iterator[str]:
    """Yield what unfold marks within f-strings, which Babel sees on Python 3.12 and later only.

    Ours has none (tests/test_messages.py).
    """
    for text in ast.walk(ast.parse(source)):
        for call in ast.walk(text) if isinstance(text, ast.JoinedStr) else ():
            match call:
                case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(message))]):
                    yield message


def files() -> Iterator[tuple[Path, str]]:
    """Yield the files that may have texts, and what they are called in the catalogues."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, str(path.relative_to(ROOT))
    for path in sorted((ROOT / "templates").rglob("*.*")):
        yield path, str(path.relative_to(ROOT))
    for path in sorted(UNFOLD.rglob("*")):
        if path.suffix in (".py", ".html") and "contrib" not in path.parts:
            yield path, f"unfold/{path.relative_to(UNFOLD)}"


def kept(language: str) -> Catalog:
    """Return the translations that we have."""
    with po(language).open("rb") as file:
        return read_po(file, locale=language)


def po(language: str) -> Path:
    """Return the file of a language that people edit."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def compiled(catalog: Catalog) -> bytes:
    """Return what Django reads of a catalogue."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def write(catalog: Catalog, language: str) -> None:
    """Write a catalogue, in both forms."""
    path = po(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalog,
            width=100,
            sort_output=True,
            include_lineno=False,
            ignore_obsolete=True,
        )
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def updated(language: str) -> Catalog:
    """Return a language's catalogue with the texts of today: new ones empty, old ones gone."""
    catalog = kept(language) if po(language).exists() else Catalog(locale=language, fuzzy=False)
    catalog.header_comment = _HEAD
    catalog.update(texts(), no_fuzzy_matching=True)
    catalog.creation_date = catalog.revision_date = _SINCE
    catalog.obsolete.clear()
    return catalog


def missing(language: str, below: Sequence[str] = ()) -> dict[str, str | list[str]]:
    """Return the texts without a translation, those of some files or folders if any are named."""
    found: dict[str, str | list[str]] = {}
    for message in updated(language):
        places = [name for name, _ in message.locations]
        here = not below or any(place.startswith(tuple(below)) for place in places)
        if message.id and here and not _is_whole(message.string):
            found[_key(message.id, message.context)] = _empty(message.id)
    return found


def take(language: str, told: dict[str, str | list[str]]) -> None:
    """Write translations into the catalogue, each under its text's key (`missing`)."""
    catalog = updated(language)
    for message in catalog:
        if message.id and (said := told.get(_key(message.id, message.context))):
            message.string = tuple(said) if isinstance(said, list) else said
    write(catalog, language)


def _key(text: str | Sequence[str], context: str | None) -> str:
    one = text if isinstance(text, str) else text[0]
    return f"{context}\x04{one}" if context else one


def _empty(text: str | Sequence[str]) -> str | list[str]:
    return "" if isinstance(text, str) else ["", ""]


def _is_whole(said: str | Sequence[str] | None) -> bool:
    return bool(said) if isinstance(said, str) or not said else all(said)


def main(action: str, *arguments: str) -> None:
    """Bring the catalogues up to date, show what is missing, or take translations from a file."""
    if action == "update":
        for language in LANGUAGES:
            write(updated(language), language)
    elif action == "missing":
        print(json.dumps(missing(arguments[0], arguments[1:]), indent=1, ensure_ascii=False))
    elif action == "take":
        take(arguments[0], json.loads(Path(arguments[1]).read_text()))


if __name__ == "__main__":
    main(*sys.argv[1:])
