"""Everything that is in the database, to be compared with itself later."""

from collections.abc import Collection

from django.apps import apps
from django.core import serializers

# Whoever looks is signed in, and looking leaves a session and a log entry behind.
LOOKING = ("sessions.Session", "admin.LogEntry")


def snapshot(*, without: Collection[str] = ()) -> dict[str, str]:
    """Return every table's rows as text, by the model's name."""
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models()
        if not model._meta.proxy and model._meta.label not in without
    }
