"""Rows of our tables from documents that callers send: the way back of the documents.

What has a column goes there; the rest of the record's fields is kept in `extra`. What follows from
other values is not kept: it would be old tomorrow.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, DateTimeField, DecimalField, Field, Model

from orderflow_bridge.common.datetimes import parse_datetime
from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.documents.records import Record
from orderflow_bridge.sales.api.records import base_twin

Values = Mapping[str, Any]


def columns_in(values: Values, model: type[Model], names: Collection[str]) -> dict[str, Any]:
    """Return the values of these columns that were given, by field name; null ones are left out.

    Raises OrderRefused for a time that cannot be read.
    """
    fields = {field.name: field for field in model._meta.concrete_fields}
    return {
        name: _column(values[name], fields[name], name)
        for name in names
        if values.get(name) is not None
    }


def rarer_in(values: Values, record: Record, but: Collection[str]) -> dict[str, Any]:
    """Return the record's plain fields that were given and are not among `but`, as JSON holds them.

    An amount in the base currency that equals the order's own is left out: it follows from it.
    """
    document = record.of(values)
    twins = {base_twin(name) for name in record.fields if base_twin(name) in record.fields}
    own = {base_twin(name): name for name in record.fields}
    return {
        name: value
        for name, value in document.items()
        if name not in but
        and not isinstance(record.fields[name], Record)
        and not (name in twins and values.get(name) == values.get(own[name]))
    }


def extension_in(
    values: Values, record: Record, but: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return the extension attributes that were given and are not among `but`, for `extra`."""
    given = values.get("extension_attributes") or {}
    kept = {name: value for name, value in record.of(given).items() if name not in but}
    return {"extension_attributes": kept} if kept else {}


def checked(row: Model, what: str, *, but: Collection[str] = ()) -> None:
    """Raise OrderRefused, naming `what` and the field, if a row cannot be saved as it is."""
    links = [field.name for field in row._meta.concrete_fields if field.is_relation]
    try:
        row.clean_fields(exclude={*links, *but})
    except ValidationError as error:
        name, texts = next(iter(error.message_dict.items()))
        raise OrderRefused(f"{what}, {name}: {texts[0]}") from None


def at(text: str, name: str) -> datetime:
    """Read a time as Magento writes it, UTC unless it says otherwise; raises OrderRefused."""
    try:
        return parse_datetime(text, UTC)
    except ValueError:
        raise OrderRefused(f"{name}: a time is written like 2017-03-22 15:25:16.") from None


def _column(value: Any, field: "Field[Any, Any]", name: str) -> Any:
    match field:
        case DateTimeField():
            return at(str(value), name)
        case BooleanField():
            return bool(value)
        case DecimalField():
            return round(value, field.decimal_places)
    return value
