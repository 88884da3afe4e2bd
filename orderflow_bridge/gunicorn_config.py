"""How gunicorn serves the bridge: `gunicorn -c python:orderflow_bridge.gunicorn_config`.

Threads, because calls wait for the database; two processes, because one can only use one core.
"""

import os

wsgi_app = "orderflow_bridge.wsgi:application"
bind = f"{os.environ.get('BRIDGE_HOST', '127.0.0.1')}:{os.environ.get('BRIDGE_PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("BRIDGE_WEB_WORKERS", "2"))
threads = int(os.environ.get("BRIDGE_WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 8
keepalive = 15
# A worker is replaced now and then, each at another moment, so that no leak grows for months.
max_requests = 50_000
max_requests_jitter = 5_000
# Heartbeats in memory: on a disk they would stall with it, and a container's root is read-only.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
loglevel = "warning"
