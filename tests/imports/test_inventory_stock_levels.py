"""Lines compared with the others of their batch. Pure."""

from decimal import Decimal

from imports.inventory.lines import Line
from imports.inventory.stock_levels import StockLevels


def line(sku: str, sequence_id: int | None, source: str = "default", reason: str = "") -> Line:
    return Line(sku, source, sequence_id, Decimal(1), None, reason)


def enter(*lines: Line) -> tuple[list[int | None], list[int]]:
    """Return what each line found, and the places of those that were overtaken."""
    stock_levels = StockLevels()
    found = [stock_levels.enter(ord, each.sku, each) for ord, each in enumerate(lines)]
    return found, sorted(stock_levels.overtaken)


def test_each_line_finds_the_newest_before_it() -> None:
    found, _ = enter(line("A", 5), line("A", 9), line("A", 7), line("A", 9), line("A", 0))

    assert found == [None, 5, 9, 9, 9]


def test_a_line_is_overtaken_by_a_newer_one_only() -> None:
    _, overtaken = enter(line("A", 5), line("A", 9), line("A", 7), line("A", 9), line("A", 12))

    assert overtaken == [0, 1]


def test_skus_and_sources_are_compared_apart() -> None:
    assert enter(line("A", 5), line("B", 6), line("A", 7, "eu")) == ([None, None, None], [])


def test_failed_lines_count_for_nothing() -> None:
    found, overtaken = enter(
        line("A", 9, reason="bad"), line("A", None, reason="bad"), line("A", 5), line("A", 6)
    )

    assert (found, overtaken) == ([None, None, None, 5], [2])


def test_sequence_zero_is_a_number_like_any_other() -> None:
    assert enter(line("A", 0), line("A", 0), line("A", 1)) == ([None, 0, 0], [0])
