"""Checks on a call's own arguments. A bad *line* is never judged here: it fails at import."""

from typing import TypeVar

from orderflow_bridge.common.numbers import parse_sequence
from soapapi.refusals import invalid_input, required

T = TypeVar("T")

_LONGEST_MESSAGE_ID = 150


def given(field: str, value: T | None) -> T:
    """Return an argument that must be there. Raises Refusal if it is not."""
    if value is None:
        raise required(field)
    return value


def message_number(field: str, text: str | None) -> str:
    """Return the number of a stock message in plain digits. Raises Refusal for anything else."""
    try:
        return str(parse_sequence(given(field, text)))
    except ValueError:
        raise invalid_input(field, "must be a whole number.") from None


def message_id(field: str, text: str | None) -> str:
    """Return the id of a despatch: free text, "" when absent. Raises Refusal if too long."""
    if text and len(text) > _LONGEST_MESSAGE_ID:
        raise invalid_input(field, f"must have at most {_LONGEST_MESSAGE_ID} characters.")
    return text or ""
