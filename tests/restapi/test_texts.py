"""Magento's own words, where a client may look at them."""

from typing import Any

import pytest

from tests.carts import make_sold
from tests.factories import make_order
from tests.restapi.shop import Script, an_order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "carts/999", None),
        ("GET", "carts/999/totals", None),
        ("POST", "carts/999/items", {"cartItem": {"sku": "A", "qty": 1}}),
        ("PUT", "carts/999/order", {"paymentMethod": {"method": "checkmo"}}),
    ],
)
def test_a_cart_that_is_not_there_is_named(
    script: Script, method: str, path: str, body: Any
) -> None:
    make_sold("A")

    answer = script.call(method, path, body)

    assert (answer.status_code, answer.json()) == (
        404,
        {
            "message": "No such entity with %fieldName = %fieldValue",
            "parameters": {"fieldName": "cartId", "fieldValue": 999},
        },
    )


@pytest.mark.parametrize(("method", "body"), [("PUT", {"entry": {"id": 77}}), ("DELETE", None)])
def test_a_picture_that_is_not_there(script: Script, method: str, body: Any) -> None:
    make_sold("A")

    text = script.refused(method, "products/A/media/77", body, status=404)

    assert text == "No image with the provided ID was found. Verify the ID and try again."


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_website_that_is_not_there(script: Script, method: str) -> None:
    make_sold("A")
    link = {"productWebsiteLink": {"sku": "A", "website_id": 999}}

    answer = script.call(method, "products/A/websites", link)

    text = 'Could not assign product "%1" to websites "%2"'
    assert (answer.status_code, answer.json()) == (400, {"message": text, "parameters": ["A", 999]})


def test_a_video_is_refused_with_the_reason(script: Script) -> None:
    make_sold("A")
    content = {"type": "image/png", "name": "a.png", "base64_encoded_data": "iVBORw0KGgo="}
    entry = {"media_type": "external-video", "label": "v", "content": content}

    text = script.refused("POST", "products/A/media", {"entry": entry})

    assert text.startswith("Only media of the type image are kept")


@pytest.mark.parametrize(
    ("status", "is_taken"),
    [
        ("processing", True), ("fraud", True), ("packing", True), ("", True),
        ("canceled", False), ("pending", False), ("complete", False),
    ],
)  # fmt: skip
def test_a_comment_does_not_move_an_order_to_a_status_of_another_state(
    script: Script, status: str, is_taken: bool
) -> None:
    order = make_order(items=[("A", 1)])
    body = {"statusHistory": {"comment": "Hello", "status": status}}

    answer = script.call("POST", f"orders/{order.pk}/comments", body)

    assert answer.status_code == (200 if is_taken else 400)
    if not is_taken:
        assert answer.json()["message"] == (
            f'Unable to add comment: The status "{status}" is not part of the order status history.'
        )
        assert script.get(f"orders/{order.pk}/statuses") == "processing"


@pytest.mark.parametrize(
    "notes",
    [["Check / Money order", None], [None, "Paid"], [None], ["Paid", True], ["Paid", False]],
)
def test_nulls_and_flags_among_the_notes_of_a_payment_are_texts(
    script: Script, notes: list[str | bool | None]
) -> None:
    make_sold("A")
    payment = {"method": "checkmo", "additional_information": notes}

    order = script.post("orders", an_order({"sku": "A", "qty_ordered": 1}, payment=payment))

    given_back = order["payment"]["additional_information"]
    assert given_back == ["1" if note is True else note or "" for note in notes]
    again = {"entity": {"entity_id": order["entity_id"], "payment": order["payment"]}}
    assert script.post("orders", again)["payment"] == order["payment"]
