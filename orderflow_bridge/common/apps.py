"""Django's name for this room."""

from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db.backends.signals import connection_created
from django.db.models import Field, ForeignKey
from django.db.models.signals import pre_migrate

from orderflow_bridge.common.lookups import AnyOf
from orderflow_bridge.common.skus import teach_sqlite
from orderflow_bridge.common.sqlite import keep_journal_ahead, raise_parameter_limit

_NO_BUCKET = "BRIDGE_S3_BUCKET names a bucket, but what speaks to one is not installed."


class CommonConfig(AppConfig):
    name = "orderflow_bridge.common"
    verbose_name = "Common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        Field.register_lookup(AnyOf)
        ForeignKey.register_lookup(AnyOf)
        connection_created.connect(raise_parameter_limit)
        pre_migrate.connect(keep_journal_ahead)
        connection_created.connect(teach_sqlite)


@register
def find_what_speaks_to_a_bucket(**_: Any) -> list[CheckMessage]:
    """Find a bucket that is named and cannot be used."""
    is_named = "bucket_name" in settings.STORAGES["default"].get("OPTIONS", {})
    if not is_named or find_spec("storages"):
        return []
    hint = "Install the extra s3 (docs/production.md, Pictures)."
    return [Error(_NO_BUCKET, hint=hint, id="common.E001")]
