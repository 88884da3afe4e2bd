"""docs/third-party.md, written from the lock files: what runs beside our own code, and its licence.

`python -m tests.third_party` writes it anew; a test compares. Licences are those that the installed
packages name; of one that this Python or platform does not need, the licence the page already names
stays, so that every machine writes the same page.
"""

import re
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from typing import cast

from tests.supervisor.servers import ROOT

PAGE = ROOT / "docs" / "third-party.md"
HEAD = """# Third-party packages

What is installed beside the bridge's own code, from `requirements.lock`, and its licence; after it
what only the extras need (traces and object storage), from `requirements-extras.lock`. The
bridge itself is licensed under the Open Software License version 3.0 (OSL-3.0). This page is
written by `make third-party`; a test compares it with the lock files.

Two files beside our own are cut from django-unfold's (`make theme`): `icons.woff2`, with icons of
Google's Material Symbols, version 2.881 (Apache-2.0, `icons.LICENSE`), and `theme.css`, made by
unfold with Tailwind CSS (MIT).

"""
TABLE = """| package | version | licence |
|---|---|---|
"""
EXTRAS = """
## Extras

"""
_LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_ROW = re.compile(r"^\| (\S+) \| [^|]+ \| (.+) \|$", re.MULTILINE)
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST = 60


def page() -> str:
    """Return the whole page."""
    always = _locked("requirements.lock")
    extras = [each for each in _locked("requirements-extras.lock") if each not in always]
    return "".join((HEAD, TABLE, *_rows(always), EXTRAS, TABLE, *_rows(extras)))


def _locked(lock: str) -> list[tuple[str, str]]:
    return _LOCKED.findall((ROOT / lock).read_text())


def _rows(packages: list[tuple[str, str]]) -> Iterator[str]:
    known = dict(_ROW.findall(PAGE.read_text()))
    for name, version in packages:
        yield f"| {name} | {version} | {_licence(name) or known.get(name, 'not named')} |\n"


def _licence(name: str) -> str | None:
    """Return the SPDX expression, else the classifiers, else the first words of the field.

    None: the package is not installed here.
    """
    try:
        said = cast(Message, metadata(name))
    except PackageNotFoundError:
        return None
    if expression := said.get("License-Expression"):
        return str(expression)
    classifiers = [
        each.removeprefix(_CLASSIFIER)
        for each in said.get_all("Classifier") or ()
        if each.startswith(_CLASSIFIER)
    ]
    if classifiers:
        return ", ".join(classifiers)
    return (said.get("License") or "not named").strip().splitlines()[0][:_LONGEST]


if __name__ == "__main__":
    PAGE.write_text(page())
