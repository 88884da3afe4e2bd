"""Servers in between, on loopback: one that drips, and a proxy."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from tests.fakes import FakeOrderFlow

# The environment names this very proxy.
_DIRECT = build_opener(ProxyHandler({}))


class DrippingRelay:
    """Hands on what a caller says at once, and what the server answers byte by byte."""

    def __init__(self, endpoint: str, *, seconds_per_byte: float) -> None:
        parts = urlsplit(endpoint)
        self._target = ("127.0.0.1", parts.port or 80)
        self._pause = seconds_per_byte
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.endpoint = f"{parts.scheme}://127.0.0.1:{port}{parts.path}"

    @contextmanager
    def running(self) -> Iterator["DrippingRelay"]:
        """Serve for the length of the block."""
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self._closing.set()
            self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with suppress(OSError), caller, socket.create_connection(self._target) as server:
            while not self._closing.is_set():
                readable, _, _ = select.select([caller, server], [], [], 0.1)
                if caller in readable:
                    said = caller.recv(65536)
                    if not said:
                        return
                    server.sendall(said)
                if server in readable:
                    answer = server.recv(1)
                    if not answer:
                        return
                    self._closing.wait(self._pause)
                    caller.sendall(answer)


class Proxy:
    """An HTTP proxy. `asked` is what it was asked for: an address, or CONNECT host:port.

    Whatever name is asked for, it connects to `target`; with `login` it wants that header.
    """

    def __init__(self, orderflow: FakeOrderFlow, *, login: str = "") -> None:
        self.asked: list[str] = []
        self.logins: list[str | None] = []
        target = ("127.0.0.1", urlsplit(orderflow.endpoint).port or 80)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

            def may(self) -> bool:
                proxy.asked.append(f"{self.command} {self.path}")
                proxy.logins.append(self.headers["Proxy-Authorization"])
                if login and self.headers["Proxy-Authorization"] != login:
                    self.send_error(407)
                    return False
                return True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                if not self.may():
                    return
                url = urlsplit(self.path)._replace(netloc=f"{target[0]}:{target[1]}").geturl()
                headers = {"Authorization": self.headers["Authorization"] or ""}
                with _DIRECT.open(Request(url, body, headers, method="POST")) as answer:
                    said = answer.read()
                self.send_response(200)
                self.send_header("Content-Type", "application/xml")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def do_CONNECT(self) -> None:
                self.close_connection = True
                if not self.may():
                    return
                with suppress(OSError), socket.create_connection(target) as server:
                    self.send_response(200)
                    self.end_headers()
                    _exchange(self.connection, server)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """Serve for the length of the block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _exchange(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side is done."""
    pairs = {one: other, other: one}
    while True:
        readable, _, _ = select.select(list(pairs), [], [], 10)
        for each in readable:
            said = each.recv(65536)
            if not said:
                return
            pairs[each].sendall(said)
        if not readable:
            return
