"""The table of a list, drawn from what its columns hold."""

from typing import Any

from django import template

from orderflow_bridge.console.grids.changelist import Grid
from orderflow_bridge.console.grids.table import table_of

register = template.Library()


@register.inclusion_tag("bridge/grid/table.html")
def grid_table(cl: Grid) -> dict[str, Any]:
    """Show a list's rows, or what to do where there are none."""
    table = table_of(cl) if cl.result_list else None
    return {"cl": cl, "table": table}
