"""The admin's name, colours and menu (django-unfold)."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "OrderFlow Bridge",
    "SITE_HEADER": "OrderFlow Bridge",
}
