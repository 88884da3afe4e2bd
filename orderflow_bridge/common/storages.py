"""Where files are kept: pictures in a folder or in a bucket, and the static files of pages."""

from collections.abc import Mapping
from typing import Any

_FOLDER = "orderflow_bridge.common.kept_files.Folder"
_MARKED = "orderflow_bridge.common.static_files.MarkedFiles"
_BUCKET = "orderflow_bridge.common.bucket.Bucket"


def storages(environment: Mapping[str, str], *, are_statics_collected: bool) -> dict[str, Any]:
    """Return Django's STORAGES: a bucket if the environment names one, else MEDIA_ROOT."""
    bucket = environment.get("BRIDGE_S3_BUCKET", "")
    return {
        "default": _bucket(bucket, environment) if bucket else {"BACKEND": _FOLDER},
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if are_statics_collected
            else _MARKED
        },
    }


def _bucket(name: str, environment: Mapping[str, str]) -> dict[str, Any]:
    endpoint = environment.get("BRIDGE_S3_ENDPOINT") or None
    return {
        "BACKEND": _BUCKET,
        "OPTIONS": {
            "bucket_name": name,
            "endpoint_url": endpoint,
            "region_name": environment.get("BRIDGE_S3_REGION") or None,
            "location": environment.get("BRIDGE_S3_PREFIX", ""),
            # Servers of one's own have no name for each bucket.
            "addressing_style": "path" if endpoint else None,
        },
    }
