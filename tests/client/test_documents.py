"""The documents are the original's, byte for byte, where the original is right."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from orderflow_bridge.client.documents import (
    OrderDocument,
    OrderLine,
    ProductDocument,
    ProductOperation,
    ReturnDocument,
    orders_document,
    products_document,
    returns_document,
)

GOLDEN = Path(__file__).parent / "golden"
RIGHT = [
    "order_guide_like",
    "order_minimal_one_line",
    "order_special_chars",
    "product_import_minimal",
    "product_merge_cdata_terminator",
    "product_merge_guide_example",
    "product_update_multiple",
    "return_minimal",
]
PRODUCTS = {
    "ImportProducts": ProductOperation.IMPORT,
    "MergeProducts": ProductOperation.MERGE,
    "UpdateProducts": ProductOperation.UPDATE,
}


def build(sample: dict[str, Any]) -> bytes:
    entities = sample["entities"]
    if sample["document"] == "ImportOrders":
        return orders_document(order(entity) for entity in entities)
    if sample["document"] == "ImportReturns":
        return returns_document(
            ReturnDocument(
                e["params"]["externalReference"], e["authorisation"], e["params"], e["lines"]
            )
            for e in entities
        )
    products = (ProductDocument(e["externalReference"], e["params"]) for e in entities)
    return products_document(products, PRODUCTS[sample["document"]])


def order(entity: dict[str, Any]) -> OrderDocument:
    return OrderDocument(
        entity["externalReference"],
        entity["params"],
        entity["deliveryAddress"]["params"],
        entity["invoiceAddress"]["params"],
        [OrderLine(line["product"], line["params"]) for line in entity["lines"]],
        entity["shipment"]["params"],
    )


def content(document: bytes) -> list[str]:
    return str(etree.fromstring(document)[0].text).split("\n")


def merged(**fields: Any) -> list[str]:
    return content(products_document([ProductDocument("A-1", fields)], ProductOperation.MERGE))


@pytest.mark.parametrize("name", RIGHT)
def test_a_document_equals_its_golden_file(name: str):
    sample = json.loads((GOLDEN / f"{name}.json").read_text())

    assert build(sample) == (GOLDEN / f"{name}.xml").read_bytes()


def test_zero_and_false_are_sent_where_the_original_drops_them():
    sample = json.loads((GOLDEN / "product_merge_falsy_dropped.json").read_text())

    lines = content(build(sample))

    assert {"description=0", "weight=0", "priceNet=0", "sellable=0", "length=0"} <= set(lines)
    assert not any(line.startswith("barcode=") for line in lines)


def test_a_return_is_known_by_its_own_reference_not_by_its_authorisation():
    document = returns_document([ReturnDocument("RET-7", "RMA-1", {"note": "torn"})])

    assert etree.fromstring(document)[0].get("externalReference") == "RET-7"
    assert content(document)[:3] == [
        "return.externalReference=RET-7",
        "return.authorisation=RMA-1",
        "return.note=torn",
    ]


def test_an_empty_collection_is_an_empty_root():
    document = products_document([], ProductOperation.MERGE)

    assert document == b'<?xml version="1.0" encoding="UTF-8"?>\n<imports/>\n'


def test_a_line_break_becomes_a_blank_and_never_a_second_field():
    assert merged(description="one\nsellable=0")[1] == "description=one sellable=0"
    assert merged(note="one\r\ntwo")[1] == "note=one two"


def test_a_custom_key_cannot_smuggle_in_a_field():
    assert merged(**{"a=b\nc": "d"})[1] == "a b c=d"


def test_a_product_reference_cannot_smuggle_in_an_order_line():
    line = OrderLine("A-1\norderLine.1.quantity=99", {"quantity": 1})
    document = orders_document([OrderDocument("000000001", lines=[line])])

    assert content(document).count("orderLine.1.quantity=1") == 1
    assert "orderLine.1.quantity=99" not in content(document)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("10.0000"), "10"),
        (0.30000000000000004, "0.3"),
        (1e15, "1000000000000000"),
        (33.333333333333336, "33.3333"),
        (-0.00001, "0"),
        (7, "7"),
        (True, "1"),
    ],
)
def test_a_number_is_plain_with_at_most_four_decimal_places(number: Any, text: str):
    assert merged(weight=number)[1] == f"weight={text}"


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not a number"):
        merged(weight=float("nan"))


@given(reference=st.text(), value=st.text(), key=st.text(min_size=1))
def test_any_text_gives_a_well_formed_document_with_one_line_per_field(
    reference: str, value: str, key: str
):
    document = products_document(
        [ProductDocument(reference, {"description": value, f"x{key}": value})],
        ProductOperation.MERGE,
    )

    names = [line.split("=", 1)[0] for line in content(document)]

    assert len(names) <= 3
    assert set(names) - {"externalReference", "description"} == {names[-1]}
