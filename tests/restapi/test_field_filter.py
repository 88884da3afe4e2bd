"""`fields=`: what is picked, and what an expression that cannot be read picks."""

from typing import Any

import pytest

from orderflow_bridge.restapi.query_string import FieldFilter

ANSWER: dict[str, Any] = {
    "items": [
        {"increment_id": "1", "items": [{"sku": "A", "qty": 1}, {"sku": "B", "qty": 2}]},
        {"increment_id": "2", "items": []},
    ],
    "custom_attributes": [
        {"attribute_code": "color", "value": "red"},
        {"attribute_code": "size", "value": "L"},
    ],
    "total_count": 2,
}


def _picked(expression: str, answer: Any = ANSWER) -> Any:
    found = FieldFilter.parse(expression)
    assert found is not None
    return found.of(answer)


def test_nested_fields_are_picked_from_every_entry() -> None:
    assert _picked("items[increment_id,items[sku]],total_count") == {
        "items": [
            {"increment_id": "1", "items": [{"sku": "A"}, {"sku": "B"}]},
            {"increment_id": "2", "items": []},
        ],
        "total_count": 2,
    }


def test_a_name_alone_picks_all_below_it() -> None:
    assert _picked("custom_attributes") == {"custom_attributes": ANSWER["custom_attributes"]}


def test_custom_attributes_are_picked_by_their_code() -> None:
    assert _picked("custom_attributes[color]") == {
        "custom_attributes": [{"attribute_code": "color", "value": "red"}]
    }


def test_custom_attributes_keep_their_form_when_only_values_are_wanted() -> None:
    assert _picked("custom_attributes[value]") == {
        "custom_attributes": [{"value": "red"}, {"value": "L"}]
    }


def test_a_list_at_the_top_is_picked_entry_by_entry() -> None:
    assert _picked("id", [{"id": 1, "code": "a"}, {"id": 2}]) == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("answer", ["text", 7, True])
def test_a_bare_answer_stays_as_it_is(answer: Any) -> None:
    assert _picked("id", answer) == answer


def test_fields_that_there_are_not_are_left_out() -> None:
    assert _picked("nothing,total_count") == {"total_count": 2}


@pytest.mark.parametrize(
    "expression",
    [
        "items[",
        "items]",
        "items[a",
        "a,,b",
        ",",
        "a[b]c",
        "a;b",
        "items[]",
        "a[" * 50 + "]" * 50,
        "[a]",
    ],
)
def test_an_expression_that_cannot_be_read_picks_nothing(expression: str) -> None:
    assert _picked(expression) == []


@pytest.mark.parametrize("expression", [None, ""])
def test_without_an_expression_there_is_no_filter(expression: str | None) -> None:
    assert FieldFilter.parse(expression) is None
