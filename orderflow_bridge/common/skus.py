"""SKUs compare ignoring case: what is compared in their place, in Python and in both databases.

Python alone says what the lower case of a text is. PostgreSQL's LOWER follows a database's locale
and SQLite's knows ASCII only, so the catalogue stores the key and compares plain texts.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Transform
from django.db.models.lookups import (
    Contains,
    EndsWith,
    IContains,
    IEndsWith,
    IExact,
    IStartsWith,
    StartsWith,
)

from orderflow_bridge.common.lookups import SqlLike

LONGEST_SKU = 64
# The lower case of a character is at most two (İ).
_LONGEST_KEY = 2 * LONGEST_SKU


def sku_key(sku: str) -> str:
    """Return what a SKU is compared by: its Unicode lower case; accents count.

    A sigma at the end of a word counts as any other, so that the key of a SKU's beginning is the
    beginning of its key.
    """
    return sku.lower() if sku.isascii() else sku.lower().replace("ς", "σ")


def spellings(sku: str) -> set[str]:
    """Return the spellings of a SKU that people and machines use: capitals, small letters, as is.

    For histories, which keep what was received for a product that was not there.
    """
    return {sku, sku.lower(), sku.upper()}


class SkuKeyField(models.CharField):  # type: ignore[type-arg]
    """The key of the SKU in the column `sku` beside it, written whenever a row is.

    Whatever it is compared with may be spelled as it likes: `filter(sku_key="MUG-1")`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", _LONGEST_KEY)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the key of the row's SKU as it is now."""
        key = sku_key(model_instance.sku)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key

    def get_prep_value(self, value: Any) -> Any:
        """Return the key of a SKU that is compared with the column."""
        prepared = super().get_prep_value(value)
        return sku_key(prepared) if isinstance(prepared, str) else prepared


class _Keyed:
    """A comparison with a part of a SKU, which Django leaves unprepared."""

    rhs: Any

    def get_prep_lookup(self) -> Any:
        """Return the key of the text."""
        return sku_key(self.rhs) if isinstance(self.rhs, str) else self.rhs


for _lookup in (Contains, EndsWith, SqlLike, IContains, IStartsWith, IEndsWith, IExact):
    SkuKeyField.register_lookup(type(f"Sku{_lookup.__name__}", (_Keyed, _lookup), {}))


@SkuKeyField.register_lookup
class SkuStartsWith(_Keyed, StartsWith):
    """The beginning of a SKU. On SQLite as a range, as no index serves its LIKE."""

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """Return the range of texts that begin with the key."""
        if not isinstance(self.rhs, str):
            return self.as_sql(compiler, connection)
        left, parameters = self.process_lhs(compiler, connection)
        ends = (*parameters, self.rhs, *parameters, f"{self.rhs}\U0010ffff")
        return f"({left} >= %s AND {left} < %s)", ends


@models.CharField.register_lookup
@models.TextField.register_lookup
class SkuKey(Transform):
    """The key of any column that holds a SKU: `filter(sku__sku_key="MUG-1")`. No index serves it.

    For what is kept as it was ordered, beside a product that may have been renamed since.
    """

    lookup_name = "sku_key"
    function = "SKU_KEY_OF"
    output_field = SkuKeyField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Let Unicode's own rules make the lower case, not those of the database's locale."""
        template = """REPLACE(LOWER(%(expressions)s COLLATE "und-x-icu"), 'ς', 'σ')"""
        return super().as_sql(compiler, connection, template=template, **context)


def teach_sqlite(connection: BaseDatabaseWrapper, **signal: Any) -> None:
    """Give a connection to SQLite the function that `SkuKey` calls."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            SkuKey.function, 1, lambda sku: sku if sku is None else sku_key(sku), deterministic=True
        )
