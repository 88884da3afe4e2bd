"""Reading a body by its record: names, kinds, nulls, what is missing."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.test import RequestFactory

from orderflow_bridge.documents.records import Kind, Many, flags, floats, given, ints, record, texts
from orderflow_bridge.restapi.body import read_members
from orderflow_bridge.restapi.errors import Refusal

pytestmark = pytest.mark.django_db

PART = record("Part", texts("sku"), floats("qty"), required="sku qty")
THING = record(
    "Thing",
    texts("name"),
    ints("store_id"),
    floats("price"),
    flags("is_active"),
    {"parts": Many(PART), "value": Kind.ANY, "child": Kind.SELF},
    {"custom_attributes": Many(record("Attribute", texts("attribute_code"), {"value": Kind.ANY}))},
    required="name",
)
BODY = record("Body", {"thing": THING}, flags("save_options"), required="thing")


def _read(thing: Any, **members: Any) -> Any:
    raw = orjson.dumps({"thing": thing, **members})
    request = RequestFactory().post("/", raw, content_type="application/json")
    return read_members(request, BODY)


def test_only_what_was_given_is_there() -> None:
    assert _read({"name": "A", "price": None}) == {"thing": {"name": "A", "price": None}}


def test_camel_case_means_the_same() -> None:
    read = _read({"name": "A", "storeId": 3, "isActive": True}, saveOptions=False)

    assert read == {"thing": {"name": "A", "store_id": 3, "is_active": True}, "save_options": False}


def test_what_the_record_does_not_know_is_ignored() -> None:
    assert _read({"name": "A", "colour": {}}, other=[]) == {"thing": {"name": "A"}}


@pytest.mark.parametrize(
    ("member", "sent", "read"),
    [
        ("store_id", 7, 7),
        ("store_id", "7", 7),
        ("store_id", 7.0, 7),
        ("store_id", True, 1),
        ("price", 1.5, Decimal("1.5")),
        ("price", "1.50", Decimal("1.50")),
        ("price", f"5.{'0' * 40}", Decimal(5)),
        ("price", f"{'0' * 40}5", Decimal(5)),
        ("price", 0.1, Decimal("0.1")),
        ("is_active", 1, True),
        ("is_active", "0", False),
        ("is_active", "true", True),
        ("name", 24, "24"),
        ("value", ["a", 1, None], ["a", "1"]),
        ("value", False, False),
        ("parts", [], []),
    ],
)
def test_a_value_becomes_its_kind(member: str, sent: Any, read: Any) -> None:
    assert _read({"name": "A", member: sent})["thing"][member] == read


@pytest.mark.parametrize(
    ("thing", "field", "kind"),
    [
        ("A", "thing", "object"),
        ({"name": ["A"]}, "thing.name", "string"),
        ({"name": "A\0"}, "thing.name", "string"),
        ({"name": True}, "thing.name", "string"),
        ({"name": "A", "store_id": "seven"}, "thing.store_id", "int"),
        ({"name": "A", "store_id": 2**31}, "thing.store_id", "int"),
        ({"name": "A", "store_id": "99999999999"}, "thing.store_id", "int"),
        ({"name": "A", "store_id": 1.5}, "thing.store_id", "int"),
        ({"name": "A", "price": "1e5"}, "thing.price", "float"),
        ({"name": "A", "price": 1e300}, "thing.price", "float"),
        ({"name": "A", "price": True}, "thing.price", "float"),
        ({"name": "A", "is_active": "maybe"}, "thing.is_active", "boolean"),
        ({"name": "A", "is_active": 2}, "thing.is_active", "boolean"),
        ({"name": "A", "parts": {}}, "thing.parts", "array"),
        ({"name": "A", "parts": ["x"]}, "thing.parts[0]", "object"),
        ({"name": "A", "parts": [{"sku": {}, "qty": 1}]}, "thing.parts[0].sku", "string"),
        ({"name": "A", "value": {}}, "thing.value", "string"),
        ({"name": "A", "child": 1}, "thing.child", "object"),
    ],
)
def test_a_wrong_kind_is_named_with_its_path(thing: Any, field: str, kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        _read(thing)

    assert refused.value.body["parameters"] == {"fieldName": field, "type": kind}


def test_all_that_is_missing_is_named_together() -> None:
    with pytest.raises(Refusal) as refused:
        _read({"name": None, "parts": [{"sku": "A"}], "child": {}})

    named = [error["parameters"]["fieldName"] for error in refused.value.body["errors"]]
    assert named == ["thing.name", "thing.parts[0].qty", "thing.child.name"]


def test_an_empty_body_has_no_members() -> None:
    request = RequestFactory().generic("POST", "/")

    assert read_members(request, record("Nothing", texts("name"))) == {}
    with pytest.raises(Refusal, match="is required"):
        read_members(request, BODY)


def test_a_document_given_in_part_needs_only_what_is_named() -> None:
    in_part = record("Part", {"thing": given(THING, required="price")}, required="thing")
    raw = orjson.dumps({"thing": {"price": 1, "parts": [{}]}})
    request = RequestFactory().post("/", raw, content_type="application/json")

    assert read_members(request, in_part) == {"thing": {"price": Decimal(1), "parts": [{}]}}


def test_attributes_may_be_written_as_a_mapping() -> None:
    read = _read({"name": "A", "custom_attributes": {"color": "red"}})

    assert read["thing"]["custom_attributes"] == [{"attribute_code": "color", "value": "red"}]
