"""How an operation of Magento 2's services is declared: its right, and its types under the names of
Magento's WSDL. The types of documents are derived from the documents' records.
"""

from functools import cache
from typing import Any

from spyne import AnyXml, Array, Boolean, ComplexModel, Float, Integer32, Unicode, rpc
from spyne.model.complex import SelfReference

from orderflow_bridge.documents.records import Kind, Many, Record, Shape, camel_case
from soapapi.calls import Guard

# One fixed name: in WSDLs it gives way to the address called, in replies to the caller's own
# namespace. An application for every address would never be freed (docs/decisions/spyne.md).
TNS = "urn:orderflow:soap"

Text = Unicode(nillable=False)
RequiredText = Unicode(min_occurs=1, nillable=False)
Flag = Boolean(nillable=False)
Integer = Integer32(nillable=False)
RequiredInteger = Integer32(min_occurs=1, nillable=False)

_SIMPLE = {
    Kind.INT: (Integer32, "Int"),
    Kind.FLOAT: (Float, "Float"),
    Kind.TEXT: (Unicode, "String"),
    Kind.FLAG: (Boolean, "Boolean"),
    Kind.ANY: (AnyXml, "AnyType"),
}
_records: dict[str, Record] = {}


def operation(service: str, *arguments: Any, right: str | None, returns: Any) -> Any:
    """Declare a method of a Magento 2 service; its name on the wire is the function's own.

    `arguments` are wire types; `returns` is one too, or the shape of the documents that come back
    (documents/records.py).
    """
    shape = returns if isinstance(returns, Record | Many) else None

    def declare(function: Any) -> Any:
        return rpc(
            *arguments,
            _in_message_name=f"{function.__name__}Request",
            _returns=wire_type(shape) if shape else returns,
            _out_variable_name="result",
            _port_type=f"{service}PortType",
            _udd={"guard": Guard(service, right), "shape": shape},
        )(function)

    return declare


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


def array_of(item: Any) -> Any:
    """Return Magento's array of a type: `ArrayOf…`, a sequence of `item`."""
    return Array(item, member_name="item", type_name=f"ArrayOf{item.get_type_name()}")


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
