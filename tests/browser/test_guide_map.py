"""docs/guide-map.md is true: its addresses and pictures exist, its pages show what it says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve

from tests.browser.guide import fill_as_in_the_guide
from tests.browser.screenshots import DATETIME, FOLDER, MOST_BYTES, PICTURES

PAGE = Path(__file__).parents[2] / "docs" / "guide-map.md"
CHAPTERS = (
    "Introduction", "Licensing", "Support Arrangements", "Induction", "Customisation",
    "Installation", "Magento Configuration", "Web Services Configuration",
    "OrderFlow Configuration", "Product Export", "Order Export", "Inventory Import",
    "Shipment Import",
)  # fmt: skip
_SHOWN = ("placeholder", "aria-label", "title", "value")


class Row(NamedTuple):
    """A line of the map: what the guide has, what is here, and where."""

    guide: str
    here: str
    address: str

    @property
    def words(self) -> list[str]:
        """What the page is said to show."""
        return re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", self.here)

    @property
    def names(self) -> list[str]:
        """What the guide's screen shows, where the row lists it."""
        _, colon, listed = self.guide.partition(": ")
        return [] if not colon or '"' in listed else [each.strip() for each in listed.split(",")]


def _rows() -> Iterator[Row]:
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and len(cells) == 3 and not cells[0].startswith(("---", "guide")):
            yield Row(cells[0], cells[1], cells[2].strip("`| "))


ROWS = list(_rows())


def test_every_picture_is_taken_shown_and_small():
    shown = set(re.findall(r"screenshots/([\w-]+)\.png", PAGE.read_text()))
    taken = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}

    assert {picture.name for picture in PICTURES} == set(taken)
    assert shown <= set(taken)
    assert max(taken.values()) <= MOST_BYTES


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(/admin/[^`?#]*)", PAGE.read_text()))))
def test_every_address_leads_somewhere(path: str):
    # What nothing else answers, the admin's last pattern takes; it has no name.
    assert resolve(path).url_name


def test_every_chapter_of_the_guide_is_there():
    text = PAGE.read_text()

    assert [chapter for chapter in CHAPTERS if chapter not in text] == []


def test_whatever_a_row_lists_of_the_guide_it_says_something_of():
    silent = [
        f"{row.guide}: {name}"
        for row in ROWS
        for name in row.names
        if name.casefold() not in row.here.casefold() and not row.here.startswith("not ")
    ]

    assert len(ROWS) > 60
    assert silent == []


@pytest.mark.django_db
def test_every_page_shows_what_its_row_says():
    with time_machine.travel(DATETIME, tick=False) as clock:
        boss = User.objects.create_superuser("admin", "admin@example.com", "admin-12345")
        fill_as_in_the_guide(clock)
        client = Client()
        client.force_login(boss)
        pages = {row.address: _shown(client, row.address) for row in ROWS if row.words}
        missing = [
            f"{row.address}: {word}"
            for row in ROWS
            for word in row.words
            if word not in pages[row.address]
        ]

    assert missing == []


def _shown(client: Client, address: str) -> set[str]:
    """Return what a page shows: its texts, and what its controls are called."""
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    soup = BeautifulSoup(answer.content, "html.parser")
    for hidden in soup.select("script, style, #nav-sidebar"):
        hidden.decompose()
    texts = {text.strip().rstrip(" *") for text in soup.stripped_strings}
    texts |= {node.get_text(" ", strip=True) for node in soup.select("a, button, label, p, h2, h3")}
    return texts | {str(node[name]) for name in _SHOWN for node in soup.select(f"[{name}]")}
