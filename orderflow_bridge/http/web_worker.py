"""The process that gunicorn starts to serve the bridge: one loop for connections, threads for work.

gunicorn's asyncio worker reads and parses requests; every whole one is answered in a thread
(web_threads.py). A connection has a deadline for whatever it is to bring next, however little it
sends in between, and the one that has waited longest makes room when there are too many.
"""

import asyncio
import os
from asyncio import Server, Transport
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers.gasgi import ASGIWorker

from orderflow_bridge.http.web_threads import Receive, Send, ThreadedApplication
from orderflow_bridge.settings import BRIDGE_MAX_BODY_BYTES, env

HEAD_SECONDS = env.seconds("BRIDGE_WEB_HEAD_SECONDS", 30.0)
BODY_SECONDS = env.seconds("BRIDGE_WEB_BODY_SECONDS", 120.0)
MAX_BODY_BYTES = BRIDGE_MAX_BODY_BYTES
# When a database that says nothing holds every thread, this is what has to be answered.
WATCHED = ("/healthz", "/readyz")
# A client may be sending its next request while we stop.
LINGER_SECONDS = 2.0


class Connection(ASGIProtocol):
    """A connection that is closed when its client is too slow."""

    worker: "WebWorker"
    deadline: asyncio.TimerHandle | None = None
    is_idle = True
    is_whole = False

    def connection_made(self, transport: Transport) -> None:
        """Take a new connection: the head of its first request is awaited."""
        _current.set(self)  # the task that serves this connection inherits it
        super().connection_made(transport)
        self._await(HEAD_SECONDS)
        self.worker.make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection that has ended."""
        self.body_has_come()
        super().connection_lost(exc)

    def eof_received(self) -> bool:
        """Keep the connection open for the answer if the client has said all it had to say."""
        return self.is_whole

    def head_has_come(self) -> None:
        """Await the body of the request."""
        self.is_idle = False
        self._await(BODY_SECONDS)

    def body_has_come(self) -> None:
        """Await nothing: the request is whole."""
        if self.deadline:
            self.deadline.cancel()
        self.worker.waiting.pop(self, None)

    def is_answering(self) -> None:
        """Await that the client reads its answer."""
        self._await(BODY_SECONDS)

    def has_answered(self) -> None:
        """Await the head of the next request."""
        self.is_idle, self.is_whole = True, False
        self._await(HEAD_SECONDS)

    def give_up(self) -> None:
        """Close the connection, whatever is on its way."""
        self.body_has_come()
        self.transport.abort()

    def _on_message_complete(self) -> None:
        self.is_whole = True
        super()._on_message_complete()

    def _await(self, seconds: float) -> None:
        self.body_has_come()
        self.worker.waiting[self] = None
        self.deadline = self.worker.loop.call_later(seconds, self.give_up)


_current: ContextVar[Connection] = ContextVar("current connection")


class WebWorker(ASGIWorker):
    """A process that keeps at most `worker_connections` connections and has `threads` threads."""

    loop: asyncio.AbstractEventLoop
    servers: list[Server]
    asgi: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Connections that wait for their client, the longest waiting first.
        self.waiting: dict[Connection, None] = {}

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Find nothing wrong: the parent would warn that it has no threads."""

    def load_wsgi(self) -> None:
        """Load the WSGI application and put it behind threads."""
        super().load_wsgi()
        threads = ThreadPoolExecutor(self.cfg.threads)
        apart = ThreadPoolExecutor(len(WATCHED)), WATCHED
        application = ThreadedApplication(self.asgi, threads, ceiling=MAX_BODY_BYTES, apart=apart)

        async def serve(scope: dict[str, Any], receive: Receive, send: Send) -> None:
            await application.answer(scope, receive, send, _current.get())

        self.asgi = serve

    def make_room(self) -> None:
        """Close the connection that has waited longest, if there is one too many."""
        if self.nr_conns > self.worker_connections and self.waiting:
            next(iter(self.waiting)).give_up()

    async def _serve(self) -> None:
        """Serve until gunicorn asks to stop, or is gone."""
        for listener in self.sockets:
            self.servers.append(
                await self.loop.create_server(lambda: Connection(self), sock=listener.sock)
            )
        while self.alive and self.ppid == os.getppid():
            self.notify()
            await asyncio.sleep(1.0)
        await self._shutdown()

    async def _shutdown(self) -> None:
        """Take no more connections, let requests end, close what is idle."""
        self.alive = False  # answers now say that the connection closes
        for server in self.servers:
            server.close()
        start = self.loop.time()
        end = start + self.cfg.graceful_timeout
        while self.nr_conns and self.loop.time() < end and not self._quick_shutdown:
            if self.loop.time() > start + LINGER_SECONDS:
                for connection in [each for each in self.waiting if each.is_idle]:
                    connection.give_up()
            self.notify()
            await asyncio.sleep(0.1)
