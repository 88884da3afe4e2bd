"""Traces begin with the process, where a collector is named."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.utils.module_loading import import_string

from orderflow_bridge.tracing import spans

_EXPORTING = "orderflow_bridge.tracing.telemetry.exporting"
_MISSING = (
    "OTEL_EXPORTER_OTLP_ENDPOINT names a collector of traces, but OpenTelemetry is not installed."
)


class TracingConfig(AppConfig):
    """Lets spans be followed if BRIDGE_TRACES is on."""

    name = "orderflow_bridge.tracing"
    lacks_telemetry = False

    def ready(self) -> None:
        """Begin; without OpenTelemetry everything works but that, and a check says so."""
        if not settings.BRIDGE_TRACES:
            return
        try:
            start = import_string(_EXPORTING)
        except ImportError:
            self.lacks_telemetry = True
        else:
            spans.use(start())


@register
def find_telemetry(**_: Any) -> list[CheckMessage]:
    """Warn when traces are wanted and cannot be had."""
    config = apps.get_app_config("tracing")
    if not (isinstance(config, TracingConfig) and config.lacks_telemetry):
        return []
    hint = "Install the extra otel (docs/production.md, Traces)."
    return [Warning(_MISSING, hint=hint, id="tracing.W001")]
