"""The guide's chapters in clicks: counted, and as docs/guide-map.md tells of them."""

import re
from collections.abc import Sequence
from pathlib import Path

from tests.browser.desk import Desk, Part

MAP = Path(__file__).parents[2] / "docs" / "guide-map.md"


def check_chapter(desk: Desk, chapter: str, parts: Sequence[Part]) -> None:
    """Play a chapter; hold it to the guide's clicks, and the map's table to what was counted."""
    here = [_clicks(desk, part) for part in parts]

    there = [part.guide_clicks for part in parts]
    told = [_row(chapter, *each) for each in zip(parts, here, strict=True)]
    told.append(f"| **{chapter}** | | | **{sum(there)}** | **{sum(here)}** |")
    assert sum(here) <= sum(there)
    assert _told_of(chapter) == told


def _clicks(desk: Desk, part: Part) -> int:
    before = desk.hands.clicks
    part.play(desk)
    return desk.hands.clicks - before


def _row(chapter: str, part: Part, here: int) -> str:
    return f"| {chapter} | {part.title} | {part.guide} | {part.guide_clicks} | {here} |"


def _told_of(chapter: str) -> list[str]:
    """Return the map's rows about a chapter's clicks."""
    rows = re.findall(r"^\|.*\|$", MAP.read_text(), re.MULTILINE)
    five = [row for row in rows if row.count(" | ") == 4 or row.startswith(f"| **{chapter}** ")]
    return [row for row in five if re.match(rf"\| (\*\*)?{chapter}(\*\*)? \|", row)]
