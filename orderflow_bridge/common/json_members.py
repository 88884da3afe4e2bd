"""Members of a JSON column as values of a query: texts, numbers, and attributes of any form.

The member's name is part of the SQL and not a parameter, so that an index on the same expression
serves a query on either database. Names are therefore identifiers and nothing else.
"""

import re
from collections.abc import Iterable
from typing import Any

import orjson
from django.db.models import DecimalField, Func, JSONField, Lookup, TextField

EXACT: "DecimalField[Any, Any]" = DecimalField(max_digits=40, decimal_places=12)
_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,9}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a member."""
    return bool(_NAME.fullmatch(text))


class _Member(Func):
    """A member of a JSON object, by the column's path and the member's name."""

    arity = 1
    postgresql = ""
    sqlite = ""

    def __init__(self, path: Any, name: str, **extra: Any) -> None:
        if not is_name(name):
            raise ValueError(f"{name!r} is not the name of a member.")
        self.name = name
        super().__init__(path, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL of PostgreSQL."""
        template = self.postgresql.replace("NAME", self.name)
        return super().as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL of SQLite."""
        template = self.sqlite.replace("NAME", self.name)
        return super().as_sql(compiler, connection, template=template, **context)


class JsonText(_Member):
    """A member that is a text; NULL if it is not there."""

    output_field = TextField()
    postgresql = "(%(expressions)s ->> 'NAME')"
    sqlite = "CAST(JSON_EXTRACT(%(expressions)s, '$.NAME') AS TEXT)"


class JsonNumber(_Member):
    """A member that is a number; NULL if it is not there, or something else."""

    output_field = EXACT
    postgresql = (
        "(CASE WHEN jsonb_typeof(%(expressions)s -> 'NAME') = 'number'"
        " THEN (%(expressions)s ->> 'NAME')::numeric END)"
    )
    sqlite = (
        "CAST(CASE WHEN JSON_TYPE(%(expressions)s, '$.NAME') IN ('integer', 'real')"
        " THEN JSON_EXTRACT(%(expressions)s, '$.NAME') END AS NUMERIC)"
    )


class JsonObject(_Member):
    """A member that is an object, whose own members are wanted."""

    output_field = JSONField()
    postgresql = "(%(expressions)s -> 'NAME')"
    sqlite = "JSON_EXTRACT(%(expressions)s, '$.NAME')"


class AttributeText(_Member):
    """A product's attribute as Magento compares it: yes is 1, a list is joined with commas."""

    output_field = TextField()
    postgresql = (
        "(CASE jsonb_typeof(%(expressions)s -> 'NAME')"
        " WHEN 'array' THEN (SELECT string_agg(entry, ',')"
        " FROM jsonb_array_elements_text(%(expressions)s -> 'NAME') AS entry)"
        " WHEN 'boolean' THEN CASE %(expressions)s ->> 'NAME' WHEN 'true' THEN '1' ELSE '0' END"
        " WHEN 'object' THEN NULL"
        " ELSE %(expressions)s ->> 'NAME' END)"
    )
    sqlite = (
        "(CASE JSON_TYPE(%(expressions)s, '$.NAME')"
        " WHEN 'array' THEN (SELECT GROUP_CONCAT(value, ',')"
        " FROM JSON_EACH(%(expressions)s, '$.NAME'))"
        " WHEN 'true' THEN '1' WHEN 'false' THEN '0' WHEN 'object' THEN NULL"
        " ELSE CAST(JSON_EXTRACT(%(expressions)s, '$.NAME') AS TEXT) END)"
    )


class WholeText(Func):
    """A JSON column that is one value, as `AttributeText` has it."""

    arity = 1
    output_field = TextField()
    template = (
        "(CASE JSON_TYPE(%(expressions)s)"
        " WHEN 'array' THEN (SELECT GROUP_CONCAT(value, ',') FROM JSON_EACH(%(expressions)s))"
        " WHEN 'true' THEN '1' WHEN 'false' THEN '0' WHEN 'object' THEN NULL"
        " ELSE CAST(JSON_EXTRACT(%(expressions)s, '$') AS TEXT) END)"
    )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the SQL of PostgreSQL."""
        template = (
            "(CASE jsonb_typeof(%(expressions)s)"
            " WHEN 'array' THEN (SELECT string_agg(entry, ',')"
            " FROM jsonb_array_elements_text(%(expressions)s) AS entry)"
            " WHEN 'boolean' THEN CASE %(expressions)s #>> '{}' WHEN 'true' THEN '1' ELSE '0' END"
            " WHEN 'object' THEN NULL"
            " ELSE %(expressions)s #>> '{}' END)"
        )
        return super().as_sql(compiler, connection, template=template, **context)


@JSONField.register_lookup
class MayHold(Lookup):
    """A column may have one of these texts as a member, in whatever form it was written.

    `custom_attributes__may_hold=("ean", ["401"])` is there for its index on PostgreSQL, beside the
    exact comparison with `AttributeText`; on SQLite it is always true.
    """

    lookup_name = "may_hold"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return what excludes nothing (SQLite)."""
        return "1 = 1", ()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return whether the column contains one of the forms."""
        left, parameters = self.process_lhs(compiler, connection)
        name, texts = self.rhs
        forms = [orjson.dumps({name: form}).decode() for text in texts for form in _forms(text)]
        return f"{left} @> ANY(%s::jsonb[])", (*parameters, forms)


def _forms(text: str) -> Iterable[Any]:
    """Return what a text may be in JSON: itself, a list of its parts, a number, yes or no."""
    yield text
    yield text.split(",")
    if _WHOLE.fullmatch(text):
        yield int(text)
    elif _NUMBER.fullmatch(text):
        yield float(text)
    if text in ("0", "1"):
        yield text == "1"
