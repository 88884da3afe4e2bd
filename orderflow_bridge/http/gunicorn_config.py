"""How gunicorn serves the bridge: `gunicorn -c python:orderflow_bridge.http.gunicorn_config`.

Threads, because calls wait for the database; two processes, because one can only use one core. A
request gets a thread when it has come whole (docs/decisions/web-server.md).
"""

from pathlib import Path

from orderflow_bridge.settings import env  # for the values in .env

wsgi_app = "orderflow_bridge.wsgi:application"
bind = f"{env('BRIDGE_HOST', default='127.0.0.1')}:{env.int('BRIDGE_PORT', default=8000)}"
worker_class = "orderflow_bridge.http.web_worker.WebWorker"
asgi_loop = "asyncio"
# Loaded once, and shared by the processes that are forked from it, as long as none writes to it.
preload_app = True
workers = env.int("BRIDGE_WEB_WORKERS", default=2)
threads = env.int("BRIDGE_WEB_THREADS", default=4)
# Each may need a temporary file, too: together they stay below the usual 1,024 descriptors.
worker_connections = env.int("BRIDGE_WEB_CONNECTIONS", default=400)
timeout = 60
graceful_timeout = 8
keepalive = 15
# A worker is replaced now and then, each at another moment, so that no leak grows for months.
max_requests = 50_000
max_requests_jitter = 5_000
# Heartbeats in memory: on a disk they would stall with it, and a container's root is read-only.
MEMORY = Path("/dev/shm")  # noqa: S108
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None
loglevel = "warning"
