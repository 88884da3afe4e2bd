"""Where files are kept: pictures, and the static files of pages."""

from collections.abc import Mapping
from typing import Any


def storages(environment: Mapping[str, str], *, are_statics_collected: bool) -> dict[str, Any]:
    """Return Django's STORAGES."""
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if are_statics_collected
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }
