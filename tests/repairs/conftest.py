"""Who repairs."""

from tests.admin.conftest import boss, viewer

__all__ = ("boss", "viewer")
