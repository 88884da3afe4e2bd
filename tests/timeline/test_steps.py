"""Several sources told as one story, page by page: nothing lost, nothing told twice. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderflow_bridge.timeline.steps import Channel, Cursor, Step, told

NOON = datetime(2017, 3, 22, 12, tzinfo=UTC)


def step(minute, rank=0, pk=1):
    return Step(NOON + timedelta(minutes=minute), pk, Channel.SHOP, "Something", rank=rank)


def newest_first(steps):
    return sorted(steps, key=lambda one: one.cursor, reverse=True)


def test_the_newest_step_comes_first_whatever_its_source():
    story = told([[step(5), step(1)], [step(3, rank=1)]], size=10)

    assert [one.at.minute for one in story.steps] == [5, 3, 1]
    assert story.older is None


def test_a_full_page_says_where_the_older_steps_begin():
    story = told([[step(5), step(1)], [step(3, rank=1)]], size=2)

    assert [one.at.minute for one in story.steps] == [5, 3]
    assert story.older == Cursor(step(3).at, 1, 1)


def test_nothing_makes_an_empty_story():
    assert told([[], []], size=2).steps == []


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=40),
    st.integers(1, 7),
)
def test_the_pages_of_a_story_hold_every_step_once(rows, size):
    steps = [step(minute, rank, pk) for pk, (minute, rank) in enumerate(rows)]
    pages: list[Any] = []
    cursor = None

    for _ in range(len(steps) + 1):
        sources = [
            newest_first(
                one for one in steps if one.rank == rank and (cursor is None or one.cursor < cursor)
            )[: size + 1]
            for rank in range(3)
        ]
        story = told(sources, size=size)
        pages += story.steps
        cursor = story.older
        if cursor is None:
            break

    assert pages == newest_first(steps)


def test_a_cursor_survives_an_address():
    cursor = Cursor(NOON, 3, 55)

    assert Cursor.read(str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "x", "2017~1~2", "2017-03-22T12:00:00~1~2", f"{NOON}~1~x"])
def test_what_is_no_cursor_is_none(text):
    assert Cursor.read(text) is None
