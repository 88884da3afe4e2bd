"""Lists without a table are searched like those that have one: the same model holds for both."""

from itertools import product
from typing import Any

import pytest

from orderflow_bridge.catalog.attributes import KNOWN
from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.documents.attributes import ATTRIBUTE_DOCUMENT, attribute_document
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.listed import listed
from orderflow_bridge.documents.records import Document, Kind
from tests.restapi.plain_search import CONDITIONS, ON_TEXTS, matches

ATTRIBUTES = [attribute_document(each, with_options=False) for each in KNOWN]
KINDS = {
    name: {Kind.INT: ColumnKind.WHOLE, Kind.TEXT: ColumnKind.TEXT, Kind.FLAG: ColumnKind.FLAG}[kind]
    for name, kind in ATTRIBUTE_DOCUMENT.fields.items()
    if isinstance(kind, Kind)
}
VALUES = {
    ColumnKind.WHOLE: ("80", "0"),
    ColumnKind.TEXT: ("text", "T%", "name,sku", "_", "0"),
    ColumnKind.FLAG: ("1", "0"),
}


def _found(field: str, condition: str, value: str) -> list[Document]:
    wanted = {"field": field, "value": value, "condition_type": condition}
    criteria = SearchCriteria.parse({"filter_groups": [{"filters": [wanted]}]})
    found: list[Document] = listed(ATTRIBUTES, ATTRIBUTE_DOCUMENT, criteria, most_rows=500)["items"]
    return found


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_field_with_every_condition_finds_what_the_documents_show(condition: str) -> None:
    for field, kind in KINDS.items():
        for value in VALUES[kind]:
            if kind is not ColumnKind.TEXT and condition in ON_TEXTS:
                with pytest.raises(CriteriaRefused):
                    _found(field, condition, value)
                continue
            if condition == "regexp" and value == "T%":
                value = "^t"
            column = Column(field, kind, is_nullable=True)
            shown = [
                each for each in ATTRIBUTES if matches(each.get(field), column, condition, value)
            ]
            assert _found(field, condition, value) == shown, (field, value)


def test_pages_and_orders_are_those_of_a_table() -> None:
    def page(number: int, direction: str) -> list[Any]:
        criteria = SearchCriteria.parse(
            {
                "sort_orders": [{"field": "attribute_code", "direction": direction}],
                "page_size": 10,
                "current_page": number,
            }
        )
        answer = listed(ATTRIBUTES, ATTRIBUTE_DOCUMENT, criteria, most_rows=500)
        assert answer["total_count"] == len(ATTRIBUTES)
        return [each["attribute_code"] for each in answer["items"]]

    codes = sorted(each["attribute_code"] for each in ATTRIBUTES)
    last = -(-len(codes) // 10)
    for number, (direction, wanted) in product(
        range(1, last + 2), (("ASC", codes), ("DESC", codes[::-1]))
    ):
        start = (min(number, last) - 1) * 10
        assert page(number, direction) == wanted[start : start + 10]


@pytest.mark.parametrize("field", ["nothing", "options", "apply_to"])
def test_what_is_no_plain_field_is_refused(field: str) -> None:
    with pytest.raises(CriteriaRefused, match="is not supported"):
        _found(field, "eq", "1")
