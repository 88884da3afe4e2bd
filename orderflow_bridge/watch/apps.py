"""The watch: what it remembers between two looks."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    """Detectors of problems."""

    name = "orderflow_bridge.watch"
