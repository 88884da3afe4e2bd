"""OrderFlow Bridge: the Magento 2 side of an OrderFlow integration."""

from orderflow_bridge.celery import app as celery_app

VERSION = "0.1.0"  # pyproject.toml says the same

__all__ = ("VERSION", "celery_app")
