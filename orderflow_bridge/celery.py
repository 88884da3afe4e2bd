"""The Celery application. A task only wakes a worker: the queue itself is in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")

app = Celery("orderflow_bridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
