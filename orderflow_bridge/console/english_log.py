"""What the admin keeps of who did what: in English, whatever language it was done in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from orderflow_bridge.common.translation import in_english

_Admin = TypeVar("_Admin")
_WRITERS = ("log_addition", "log_change", "log_deletions")


def logging_in_english(admin: type[_Admin]) -> type[_Admin]:
    """Let an admin write down its records by their English names: they are read by others."""
    for name in _WRITERS:
        setattr(admin, name, _in_english(getattr(admin, name)))
    return admin


def _in_english(write: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(write)
    def written(*args: Any, **kwargs: Any) -> Any:
        with in_english():
            return write(*args, **kwargs)

    return written
