"""The admin pages of this room (Django looks for them here)."""

from orderflow_bridge.monitoring.backups import BackupAdmin

__all__ = ("BackupAdmin",)
