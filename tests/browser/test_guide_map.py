"""docs/guide-map.md names addresses and pictures that exist."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

from tests.browser.screenshots import FOLDER, MOST_BYTES, PICTURES

PAGE = Path(__file__).parents[2] / "docs" / "guide-map.md"


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
