"""Spyne's types of documents, under Magento's names, derived from the documents' records."""

from functools import cache
from typing import Any

from spyne import AnyXml, Array, Boolean, ComplexModel, Float, Integer32, Unicode
from spyne.model.complex import SelfReference

from orderflow_bridge.documents.records import Kind, Many, Record, Shape, camel_case
from soapapi.types import TNS

_SIMPLE = {
    Kind.INT: (Integer32, "Int"),
    Kind.FLOAT: (Float, "Float"),
    Kind.TEXT: (Unicode, "String"),
    Kind.FLAG: (Boolean, "Boolean"),
    Kind.ANY: (AnyXml, "AnyType"),
}
_records: dict[str, Record] = {}


@cache
def wire_type(shape: Shape) -> Any:
    """Return the type of a shape. A record's type is made once, and known by its name."""
    if isinstance(shape, Many):
        return Array(_optional(shape.of), member_name="item", type_name=f"ArrayOf{_name(shape.of)}")
    if isinstance(shape, Record):
        _records[shape.name] = shape
        return type(shape.name, (ComplexModel,), _declared(shape))
    return _SIMPLE[shape][0]


def record_of(cls: Any) -> Record:
    """Return the record that a type was made from."""
    return _records[cls.get_type_name()]


def _declared(record: Record) -> dict[str, Any]:
    members = [
        (camel_case(name), _member(shape, is_required=name in record.required))
        for name, shape in record.fields.items()
    ]
    return {"__namespace__": TNS, "__type_name__": record.name, "_type_info": members}


def _member(shape: Shape, *, is_required: bool) -> Any:
    if shape is Kind.SELF:
        return SelfReference
    if is_required:
        return wire_type(shape).customize(min_occurs=1, nillable=False)
    return _optional(shape)


def _optional(shape: Shape) -> Any:
    return wire_type(shape).customize(nillable=False)


def _name(shape: Kind | Record) -> str:
    return shape.name if isinstance(shape, Record) else _SIMPLE[shape][1]
