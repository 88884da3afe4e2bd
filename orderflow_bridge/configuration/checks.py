"""What `manage.py check --database default`, and so `migrate`, finds wrong."""

from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError

from orderflow_bridge.configuration.rotation import stored_secrets
from orderflow_bridge.configuration.unreadable import ADVICE


def check_secrets(databases: Any = None, **options: Any) -> list[CheckMessage]:
    """Warn of stored secrets that no key fits. Without the tables there is nothing to find."""
    if not databases:
        return []
    try:
        return [
            Warning(f"{secret} {ADVICE}", id="bridge.W001")
            for secret in stored_secrets()
            if not secret.is_readable
        ]
    except DatabaseError:
        return []
