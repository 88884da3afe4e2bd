"""Lists that no table holds: every field with every condition answers, and every field sorts."""

import pytest

from orderflow_bridge.documents.attributes import ATTRIBUTE_DOCUMENT, ATTRIBUTE_SET
from orderflow_bridge.documents.customers import CUSTOMER_GROUP
from orderflow_bridge.documents.records import Kind, Record
from orderflow_bridge.restapi.taxes import TAX_CLASS, TAX_RATE
from tests.restapi.plain_search import CONDITIONS, ON_TEXTS
from tests.restapi.shop import Script
from tests.restapi.test_every_field_and_condition import query

pytestmark = pytest.mark.django_db
LISTS = {
    "products/attributes": ATTRIBUTE_DOCUMENT,
    "products/attribute-sets/sets/list": ATTRIBUTE_SET,
    "eav/attribute-sets/list": ATTRIBUTE_SET,
    "customerGroups/search": CUSTOMER_GROUP,
    "taxClasses/search": TAX_CLASS,
    "taxRates/search": TAX_RATE,
}
_VALUES = {Kind.INT: "2", Kind.FLOAT: "2.5", Kind.TEXT: "a", Kind.FLAG: "1"}


def simple_fields(record: Record) -> dict[str, Kind]:
    """Return the fields that a list is searched by."""
    return {
        name: shape
        for name, shape in record.fields.items()
        if isinstance(shape, Kind) and shape in _VALUES
    }


@pytest.mark.parametrize("path", LISTS)
def test_every_field_with_every_condition_answers(script: Script, path: str) -> None:
    for name, kind in simple_fields(LISTS[path]).items():
        wanted = [
            (name, condition, _VALUES[kind])
            for condition in CONDITIONS
            if condition not in ON_TEXTS or kind is Kind.TEXT
        ]
        answer = script.call("GET", f"{path}?{query(*wanted)}")
        assert answer.status_code == 200, (name, answer.content)


@pytest.mark.parametrize("path", LISTS)
def test_every_field_sorts(script: Script, path: str) -> None:
    answer = script.call("GET", f"{path}?{query(sort=list(simple_fields(LISTS[path])))}")

    assert answer.status_code == 200, answer.content
