"""The description of every route, made from what the routes declare (drf-spectacular serves it)."""

import re
from typing import Any

from drf_spectacular.drainage import reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import build_root_object, normalize_result_object

from orderflow_bridge.access.rights import resource_of
from orderflow_bridge.documents.records import Kind, Many, Record, Shape
from orderflow_bridge.restapi.routes import ROUTES
from orderflow_bridge.restapi.views import Operation, Route, operation_of

Schema = dict[str, Any]

_KINDS: dict[Kind, Schema] = {
    Kind.INT: {"type": "integer"},
    Kind.FLOAT: {"type": "number"},
    Kind.TEXT: {"type": "string"},
    Kind.FLAG: {"type": "boolean"},
    **{kind: {"type": "string"} for kind in (Kind.CODE, Kind.WORDS, Kind.QUANTITY, Kind.SWITCH)},
    Kind.SEQUENCE: {"type": "integer"},
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


SECURITY = "bearer"
_SECURITY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": (
        "A token of POST /rest/V1/integration/admin/token, or an integration's access token; an"
        " integration may sign by OAuth 1.0a instead (docs/integrations.md)."
    ),
}
_CRITERIA: Schema = {
    "name": "searchCriteria",
    "in": "query",
    "required": True,
    "description": (
        "Magento's search criteria, as searchCriteria[filter_groups][0][filters][0][field] and so"
        " on; alone and empty it asks for everything."
    ),
    "style": "deepObject",
    "explode": True,
    "schema": {
        "type": "object",
        "properties": {
            "pageSize": {"type": "integer", "minimum": 1},
            "currentPage": {"type": "integer", "minimum": 1},
        },
        "required": ["pageSize"],
    },
}
_TAGGED: Schema = {
    "headers": {
        "ETag": {
            "description": "The document's version, for If-None-Match and If-Match.",
            "schema": {"type": "string"},
        }
    }
}
_METHODS = ("get", "post", "put", "delete")


class BridgeSchemaGenerator(SchemaGenerator):
    """Describes our routes; named in SPECTACULAR_SETTINGS."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        """Return the whole document."""
        reset_generator_stats()
        components = Components()
        paths: dict[str, Schema] = {}
        for route in sorted(ROUTES, key=lambda each: each.documented_path):
            paths.setdefault(route.documented_path, {}).update(_methods(route, components))
        result = build_root_object(
            paths=paths,
            components={
                "schemas": dict(sorted(components.schemas.items())),
                "securitySchemes": {SECURITY: _SECURITY_SCHEME},
            },
            webhooks={},
            version=self.api_version,
        )
        return normalize_result_object(result)  # type: ignore[no-untyped-call]


def _methods(route: Route, components: Components) -> dict[str, Schema]:
    return {
        method: _described(route, method, declared, components)
        for method in _METHODS
        if (declared := operation_of(route.view, method))
    }


def _described(route: Route, method: str, declared: Operation, components: Components) -> Schema:
    summary, _, more = declared.text.partition("\n\n")
    described: Schema = {
        "operationId": _operation_id(route, method),
        "tags": [route.address.partition("/")[0]],
        "summary": " ".join(summary.split()),
        "parameters": _parameters(declared),
        "responses": _responses(declared, components, is_read=method == "get"),
        "security": [{SECURITY: []}] if declared.right else [],
    }
    texts = [more, f"Needs {resource_of(declared.right)}." if declared.right else ""]
    if any(texts):
        described["description"] = "\n\n".join(text for text in texts if text)
    if declared.takes:
        described["requestBody"] = {
            "required": isinstance(declared.takes, Many) or bool(declared.takes.required),
            "content": {"application/json": {"schema": components.schema_of(declared.takes)}},
        }
    return described


def _parameters(declared: Operation) -> list[Schema]:
    parameters: list[Schema] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer"} if kind is int else {"type": "string", "minLength": 1},
        }
        for name, kind in declared.parameters.items()
    ]
    criteria = _CRITERIA | {"required": declared.are_criteria_required}
    return [*parameters, *([criteria] if declared.is_search else [])]


def _responses(declared: Operation, components: Components, *, is_read: bool) -> Schema:
    answer = components.schema_of(declared.returns)
    error = {"$ref": f"#/components/schemas/{ERROR}"}
    texts = {"400": "What was sent cannot be used.", "404": "It does not exist."}
    if declared.right:
        texts["401"] = "The caller may not do this."
    if not is_read:
        texts["412"] = "The document is not the one that If-Match names. Nothing was written."
    return {
        str(declared.status): _response("Done.", answer) | (_TAGGED if is_read else {}),
        **({"304": {"description": "If-None-Match names what there still is."}} if is_read else {}),
        **{code: _response(text, error) for code, text in sorted(texts.items())},
        "default": _response("Another refusal.", error),
    }


def _response(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _operation_id(route: Route, method: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", f"{route.prefix}_{route.address}").strip("_")
    return f"{method}_{words}"
