"""The sandbox's web server: OrderFlow's API below `/web/`, and pages for people."""

import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6, MSG_PEEK
from urllib.parse import parse_qsl, urlsplit

from orderflow_bridge.sandbox.answers import Answer
from orderflow_bridge.sandbox.faults import CERTIFICATE, CertificateKind
from orderflow_bridge.sandbox.orderflow_api import Call
from orderflow_bridge.sandbox.pages import SCREEN, Pages, Visit
from orderflow_bridge.sandbox.sandbox import Sandbox

API = "/web/"
TLS_HANDSHAKE = b"\x16"
LARGEST_BODY = 32 * 1024 * 1024


class SandboxServer(ThreadingHTTPServer):
    """Serves one sandbox, a thread per connection."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, port: int, sandbox: Sandbox) -> None:
        """`port` 0 takes any free one. Raises OSError if nobody can listen there."""
        self.address_family = AF_INET6 if ":" in host else AF_INET
        self.sandbox = sandbox
        self.stopping = threading.Event()
        self.pages = Pages(sandbox, host=host)
        super().__init__((host, port), Handler)

    def stop(self) -> None:
        """End `serve_forever`, from another thread, and wake what is slow on purpose."""
        self.stopping.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a caller who went away; that is what time-outs are for."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "SandboxOrderFlow"
    sys_version = ""
    timeout = 60
    server: SandboxServer

    def setup(self) -> None:
        """Speak TLS with a caller who begins to: one port serves both."""
        self.request.settimeout(self.timeout)
        if self.request.recv(1, MSG_PEEK) == TLS_HANDSHAKE:
            kind = self.server.sandbox.fate(CERTIFICATE)
            context = self.server.sandbox.authority.context(CertificateKind(kind) if kind else None)
            self.request = context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        """Close what TLS has put in the connection's place, too."""
        super().finish()
        self.request.close()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet: the page shows every message."""

    def do_GET(self) -> None:
        """Answer a question."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a call or a form."""
        self._answer()

    def _answer(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY or self._is_chunked():
            self.close_connection = True
            self._write(Answer(b"", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain"))
            return
        body = self.rfile.read(int(length))
        path = urlsplit(self.path).path
        with suppress(OSError):
            is_call = path.startswith(API) and not path.endswith(SCREEN)
            self._write(self._called(body) if is_call else self._visited(body))

    def _is_chunked(self) -> bool:
        return "Transfer-Encoding" in self.headers

    def _called(self, body: bytes) -> Answer:
        parts = urlsplit(self.path)
        call = Call(
            method=self.command,
            path=parts.path.removeprefix(API),
            parameters=dict(parse_qsl(parts.query, keep_blank_values=True)),
            authorisation=self.headers.get("Authorization", ""),
            body=body,
        )
        return self.server.sandbox.receive(call, target=f"{self.command} {self.path}")

    def _visited(self, body: bytes) -> Answer:
        parts = urlsplit(self.path)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if self.command == "POST":
            pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
        host = self.headers.get("Host", "")
        return self.server.pages.answer(Visit(self.command, parts.path, dict(pairs), host))

    def _write(self, answer: Answer) -> None:
        """Send an answer at its pace. A silent one ends the connection instead."""
        self.server.stopping.wait(answer.delay)
        if answer.is_silent:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if not answer.drip:
            self.wfile.write(answer.body)
            return
        for byte in answer.body:
            self.wfile.write(bytes((byte,)))
            self.server.stopping.wait(answer.drip)
