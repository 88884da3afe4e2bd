"""OrderFlow Bridge: the Magento 2 side of an OrderFlow integration."""

from orderflow_bridge.celery import app as celery_app

__all__ = ("celery_app",)
