"""Submitting a JSON message without HTTP: the REST twin of soapapi/submitting.py."""

from typing import Any

from orderflow_bridge.common.exceptions import MessageRefused
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.restapi.body import Body, parsed
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.orderflow import take_despatch, take_inventory

NOT_A_MESSAGE = "Only stock and despatch messages can be submitted again."
_STOCK = ("productQtys", "product_qtys")
_DESPATCH = ("orderIncrementId", "order_increment_id")


def submit(body: bytes, *, received_by: str) -> None:
    """Put a stock or despatch message into the queue, as its endpoint does.

    What it is, its members tell. Raises MessageRefused with the endpoint's own text.
    """
    values = _members(body)
    is_stock = any(name in values for name in _STOCK)
    if not is_stock and not any(name in values for name in _DESPATCH):
        raise MessageRefused(NOT_A_MESSAGE)
    take = take_inventory if is_stock else take_despatch
    try:
        take(body, Body(values), received_by=received_by)
    except Refusal as refusal:
        raise MessageRefused(_text(refusal)) from None


def _members(body: bytes) -> dict[str, Any]:
    limit = web_services().max_body_bytes
    if len(body) > limit:
        raise MessageRefused(f"The message is refused: its size in bytes is above {limit:,}.")
    try:
        values = parsed(body)
    except Refusal as refusal:
        raise MessageRefused(_text(refusal)) from None
    if not isinstance(values, dict):
        raise MessageRefused("Decoding error: the body must be an object.")
    return values


def _text(refusal: Refusal) -> str:
    """Return a refusal as text, every error in it with its parameters filled in."""
    item_errors = refusal.body.get("errors") or [refusal.body]
    return " ".join(_filled(item_error) for item_error in item_errors)


def _filled(item_error: dict[str, Any]) -> str:
    text = str(item_error["message"])
    parameters = item_error.get("parameters") or {}
    if isinstance(parameters, list):
        parameters = {str(number): value for number, value in enumerate(parameters, start=1)}
    for name, value in parameters.items():
        text = text.replace(f"%{name}", str(value))
    return text
