"""An OrderFlow on loopback: real HTTP, answers as scripted, every call remembered."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

OK = b"<result>ok</result>"


@dataclass
class Answer:
    """What the fake says next, and how it misbehaves while saying it."""

    body: bytes = OK
    status: int = 200
    content_type: str = "application/xml"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    reset: bool = False
    truncate: int | None = None


@dataclass(frozen=True)
class Heard:
    """One call as it arrived. `port` is the caller's: the same port means the same connection."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # as any WMS has; with five, many calls at once time out


class FakeOrderFlow:
    """The server. `answers` are given in turn; when they run out, everything is a success."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.heard: list[Heard] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

            def do_GET(self) -> None:
                fake.answer(self)

            def do_POST(self) -> None:
                fake.answer(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}/web/"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Remember one call and answer it."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        heard = Heard(
            handler.command, handler.path, dict(handler.headers), body, handler.client_address[1]
        )
        with self._lock:
            self.heard.append(heard)
            answer = self.choose(heard)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            self._say(handler, answer)
        except OSError:
            handler.close_connection = True
        finally:
            with self._lock:
                self._at_once -= 1

    def choose(self, heard: Heard) -> Answer:
        """Return what to say to a call; called by one thread at a time."""
        return self.answers.pop(0) if self.answers else Answer()

    def _say(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        time.sleep(answer.delay)
        if answer.reset:
            linger = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            handler.close_connection = True
            return
        handler.send_response(answer.status)
        if answer.content_type:
            handler.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        if answer.truncate is not None:
            handler.wfile.write(answer.body[: answer.truncate])
            handler.close_connection = True
            return
        for start in range(0, len(answer.body), 1 if answer.drip else len(answer.body) or 1):
            time.sleep(answer.drip)
            handler.wfile.write(answer.body[start : start + 1] if answer.drip else answer.body)

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve for the length of the block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()
