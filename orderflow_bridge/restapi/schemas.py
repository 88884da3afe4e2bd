"""The shapes of documents (documents/records.py) as OpenAPI writes them."""

from typing import Any

from orderflow_bridge.documents.records import Kind, Many, Record, Shape

Schema = dict[str, Any]

_KINDS: dict[Kind, Schema] = {
    Kind.INT: {"type": "integer"},
    Kind.FLOAT: {"type": "number"},
    Kind.TEXT: {"type": "string"},
    Kind.FLAG: {"type": "boolean"},
    Kind.ANY: {"description": "A text, a number, or a list of them."},
}

ERROR = "ErrorResponse"
_PARAMETERS: Schema = {
    "description": "What belongs in the placeholders of the message.",
    "oneOf": [
        {"type": "object", "additionalProperties": True},
        {"type": "array", "items": {}},
    ],
}
_MESSAGE: Schema = {"type": "string", "example": '"%fieldName" is required. Enter and try again.'}
ERROR_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "message": _MESSAGE,
        "parameters": _PARAMETERS,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"message": {"type": "string"}, "parameters": _PARAMETERS},
                "required": ["message"],
            },
        },
    },
    "required": ["message"],
}


class Components:
    """The named schemas that a description refers to."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self.schemas: dict[str, Schema] = {ERROR: ERROR_SCHEMA}

    def schema_of(self, shape: Shape, owner: Record | None = None) -> Schema:
        """Return the schema of a shape; a record becomes a component and is referred to."""
        if shape is Kind.SELF and owner:
            shape = owner
        match shape:
            case Many():
                return {"type": "array", "items": self.schema_of(shape.of, owner)}
            case Record():
                self._add(shape)
                return {"$ref": f"#/components/schemas/{shape.name}"}
        return dict(_KINDS[shape])

    def _add(self, record: Record) -> None:
        known = self._records.setdefault(record.name, record)
        if known is not record and known != record and _parts(known) != _parts(record):
            raise ValueError(f"Two different records are called {record.name}.")
        if record.name in self.schemas:
            return
        schema: Schema = {"type": "object"}
        self.schemas[record.name] = schema
        schema["properties"] = {
            name: _nullable(self.schema_of(shape, record)) for name, shape in record.fields.items()
        }
        if record.required:
            schema["required"] = sorted(record.required)


def _parts(record: Record) -> tuple[list[str], frozenset[str]]:
    return list(record.fields), record.required


def _nullable(schema: Schema) -> Schema:
    """Any field may be null: a caller's that is to be emptied, an answer's that is required."""
    if "$ref" in schema:
        return {"allOf": [schema], "nullable": True}
    return schema | {"nullable": True}
