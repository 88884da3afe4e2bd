"""How gunicorn serves the bridge: `gunicorn -c python:orderflow_bridge.http.gunicorn_config`.

Threads, because calls wait for the database; two processes, because one can only use one core. A
request gets a thread when it has come whole (docs/decisions/web-server.md).
"""

from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from orderflow_bridge.settings import env  # for the values in .env

wsgi_app = "orderflow_bridge.wsgi:application"
port = env.number("BRIDGE_PORT", 8000, least=1, most=65_535)
bind = f"{env.text('BRIDGE_HOST', '127.0.0.1')}:{port}"
worker_class = "orderflow_bridge.http.web_worker.WebWorker"
asgi_loop = "asyncio"
# Loaded once, and shared by the processes that are forked from it, as long as none writes to it.
preload_app = True
workers = env.number("BRIDGE_WEB_WORKERS", 2, least=1)
threads = env.number("BRIDGE_WEB_THREADS", 4, least=1)
# Each may need a temporary file, too: together they stay below the usual 1,024 descriptors.
worker_connections = env.number("BRIDGE_WEB_CONNECTIONS", 400, least=1)
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


class Log(Logger):  # type: ignore[misc]
    """gunicorn's own lines are written like all others, to the console and the files."""

    def setup(self, cfg: Any) -> None:
        """Give its lines to our handlers: its own formatter wants what our records leave out."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


logger_class = Log
