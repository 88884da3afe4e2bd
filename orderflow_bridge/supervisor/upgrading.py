"""What a new version will do to the database, and about how long it takes: told, not done.

What a migration costs depends on what it does and on how many rows the table has. The rates are
measured ones, rounded up, of a machine with other work to do: an order of magnitude, no promise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from orderflow_bridge.common.created_together import CreateModels
from orderflow_bridge.request_queue.models import Request

# Seconds for a million rows.
_INDEX, _REWRITE, _DATA = 5, 15, 60
_INDEXING = (operations.AddIndex, operations.AddConstraint)
_CHANGING = (
    operations.AddField,
    operations.RemoveField,
    operations.AlterField,
    operations.RemoveConstraint,
    operations.AlterUniqueTogether,
)
_LEAST = timedelta(seconds=1)


@dataclass(frozen=True)
class Work:
    """A migration that is due: its name, what it does, and about how long it takes.

    `tables` are those it reads or changes, with their rows. `stops_accepting` says that messages
    wait for it.
    """

    name: str
    does: str
    tables: tuple[tuple[str, int], ...]
    takes: timedelta
    stops_accepting: bool = False

    @property
    def sentence(self) -> str:
        """Say it in one line."""
        where = ", ".join(f"{table} ({rows:,} rows)" for table, rows in self.tables)
        text = f"Migration {self.name}: {self.does}{f' in {where}' if where else ''};"
        text += f" about {in_words(self.takes)}"
        return f"{text}, messages wait meanwhile." if self.stops_accepting else f"{text}."


def due_work() -> list[Work]:
    """Return the migrations of this version that the database lacks, in their order."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    due = {migration for migration, _ in executor.migration_plan(leaves)}
    if not due:
        return []
    rows, is_postgresql = rows_of_tables(), connection.vendor == "postgresql"
    found, state = [], ProjectState()
    for migration, _ in executor.migration_plan(leaves, clean_start=True):
        if migration in due:
            found.append(judge(migration, state, rows, is_postgresql=is_postgresql))
        state = migration.mutate_state(state, preserve=False)
    return found


def judge(
    migration: Migration, state: ProjectState, rows: dict[str, int], *, is_postgresql: bool
) -> Work:
    """Judge a migration by its operations. `state` is that before it, `rows` those of tables."""
    costs: list[tuple[str, str, int]] = []
    for operation in migration.operations:
        costs += _costs(operation, migration.app_label, state, is_postgresql)
    seconds = sum(rows.get(table, 0) * rate / 1_000_000 for _, table, rate in costs)
    kinds = list(dict.fromkeys(does for does, _, _ in costs))
    tables = sorted({table for _, table, rate in costs if rate and rows.get(table)})
    return Work(
        f"{migration.app_label} {migration.name}",
        " and ".join(kinds) or "changes names only",
        tuple((table, rows[table]) for table in tables),
        max(timedelta(seconds=round(seconds)), _LEAST),
        stops_accepting=Request._meta.db_table in tables,
    )


def rows_of_tables() -> dict[str, int]:
    """Return about how many rows each table has; those of a partitioned one are its partitions'."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
            return {name: int(count) for name, count in cursor.fetchall()}
        found = {}
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT coalesce(max(rowid), 0) FROM {name}")  # noqa: S608
            found[table] = int(cursor.fetchone()[0])
        return found


def in_words(span: timedelta) -> str:
    """Return "1 s", "4 min", "2 h 10 min"."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def summary(work: Sequence[Work]) -> str:
    """Say about how long all of it takes, and what goes on meanwhile."""
    takes = sum((each.takes for each in work), timedelta())
    text = f"About {in_words(takes)} in all."
    if any(each.stops_accepting for each in work):
        return f"{text} OrderFlow's messages wait for a part of it, or are sent again."
    return f"{text} The web processes may go on accepting; pause the exchange first."


def _costs(
    operation: Operation, app_label: str, state: ProjectState, is_postgresql: bool
) -> Iterator[tuple[str, str, int]]:
    """Yield what an operation does, in which table, in seconds for a million rows."""
    if isinstance(operation, operations.CreateModel | CreateModels):
        yield "makes tables", "", 0
    elif isinstance(operation, operations.DeleteModel):
        yield "drops tables", "", 0
    elif isinstance(operation, _INDEXING):
        yield "makes indexes", _table(state, app_label, operation.model_name), _INDEX
    elif isinstance(operation, _CHANGING):
        is_instant = is_postgresql and not isinstance(operation, operations.AlterField)
        name = getattr(operation, "model_name", None) or getattr(operation, "name", "")
        table = _table(state, app_label, str(name))
        yield "changes columns", table, 0 if is_instant else _REWRITE
    elif isinstance(operation, operations.RunPython | operations.RunSQL):
        for (label, _), model in state.models.items():
            if label == app_label:
                yield "goes over rows", _table(state, label, model.name), _DATA


def _table(state: ProjectState, app_label: str, model_name: str) -> str:
    """Return the table of a model as it was; of one that is made by the same migration, ""."""
    model = state.models.get((app_label, model_name.lower()))
    if model is None:
        return ""
    return str(model.options.get("db_table") or f"{app_label}_{model_name.lower()}")


_POSTGRESQL = """
SELECT coalesce(r.relname, c.relname), sum(greatest(c.reltuples, 0))
FROM pg_class c
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
LEFT JOIN pg_class r ON r.oid = i.inhparent
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
GROUP BY 1
"""
