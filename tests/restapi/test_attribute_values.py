"""Further attributes that are amounts, dates or switches hold nothing else."""

from typing import Any

import pytest

from orderflow_bridge.catalog.models import Product
from tests.factories import make_product
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db


def _wanted(code: str, value: Any) -> dict[str, Any]:
    attributes = [{"attribute_code": code, "value": value}]
    return {"product": {"sku": "A", "name": "A", "custom_attributes": attributes}}


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("special_price", "abc"),
        ("special_price", "1,5"),
        ("special_price", "-1"),
        ("special_price", ["1"]),
        ("cost", "NaN"),
        ("special_from_date", "31/12/26"),
        ("special_to_date", "2026-02-30"),
        ("news_from_date", "soon"),
        ("news_to_date", "46082"),
        ("manage_stock", "off"),
        ("manage_stock", "2"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused(script: Script, code: str, value: Any) -> None:
    answer = script.call("POST", "products", _wanted(code, value))

    assert answer.status_code == 400
    assert answer.json()["parameters"]["fieldName"] == code
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("special_price", "9.5000"),
        ("special_price", 9),
        ("special_from_date", "2026-03-01"),
        ("special_from_date", "2026-03-01 10:00:00"),
        ("news_to_date", "2026-03-01T10:00:00Z"),
        ("manage_stock", "0"),
        ("manage_stock", "False"),
        ("special_price", ""),
        ("special_from_date", None),
    ],
)
def test_others_are_kept(script: Script, code: str, value: Any) -> None:
    script.post("products", _wanted(code, value))

    kept = Product.objects.get().custom_attributes.get(code)
    assert kept == (None if value in ("", None) else str(value))


def test_who_saves_what_he_has_read_is_not_refused_for_what_was_there(script: Script) -> None:
    make_product("A", custom_attributes={"special_from_date": "soon"})
    document = script.get("products/A")

    assert script.put("products/A", {"product": {**document, "name": "B"}})["name"] == "B"
