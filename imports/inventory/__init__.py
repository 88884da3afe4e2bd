"""Applying stock messages: Python reads the lines, set-based SQL judges and writes them.

- `lines`: is this line readable? Pure functions.
- `postgresql`, `sqlite`: one batch of lines against the stock, in a fixed number of statements.
- `services`: the importer that `imports.services` calls.
"""

from imports.inventory.services import apply_inventory, inventory_settings

__all__ = ("apply_inventory", "inventory_settings")
