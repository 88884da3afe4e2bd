"""A mail server on loopback: real SMTP, every message remembered."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class MailServer:
    """What has arrived, in order; `port` is where it listens."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)

    def subjects(self) -> list[str]:
        return [str(each["Subject"]) for each in self.messages]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Listen until the block is left."""
    server = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 ready")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip()
                if verb == b"QUIT":
                    self.say("221 bye")
                    return
                if verb == b"DATA":
                    self.say("354 go on")
                    parts = []
                    while (part := self.rfile.readline()) not in (b".\r\n", b""):
                        parts.append(part.removeprefix(b".") if part[:2] == b".." else part)
                    message = message_from_bytes(b"".join(parts), policy=default)
                    assert isinstance(message, EmailMessage)
                    server.messages.append(message)
                self.say("250 ok")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        server.port = listener.server_address[1]
        threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        listener.shutdown()
