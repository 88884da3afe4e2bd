"""The system behind an integration: it listens for its credentials, and comes for its token."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256
from oauthlib.oauth1 import Client as Signer

FORM = "application/x-www-form-urlencoded"


class OtherSystem:
    """A web server that takes the post of an activation, and a client of `shop` (an address).

    `comes_at_once` says that it fetches its token before it answers the post, with `status`.
    """

    def __init__(self, shop: str) -> None:
        self.shop = shop
        self.url = ""
        self.status = 200
        self.comes_at_once = False
        self.told: list[dict[str, str]] = []
        self.token: dict[str, str] = {}
        self.signed_in: list[dict[str, str]] = []

    def sign_in(self, query: str) -> str:
        """Take somebody who comes by the identity link; return where to send him back to."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        self.signed_in.append(asked)
        self.fetch_token()
        return asked["success_call_back"]

    def take(self, body: bytes, content_type: str) -> int:
        """Take a post; return the status to answer with."""
        assert content_type == FORM
        self.told.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
        if self.comes_at_once:
            self.token = self.fetch_token()
        return self.status

    def fetch_token(self) -> dict[str, str]:
        """Come for the token; return it with its secret."""
        first = self.ask("request")
        assert first.status_code == 200, first.text
        request_token = _read(first)
        second = self.ask("access", request_token)
        assert second.status_code == 200, second.text
        self.token = _read(second)
        return self.token

    def ask(self, what: str, token: dict[str, str] | None = None, **values: Any) -> Any:
        """Post to /oauth/token/…, signed with what was told last and a token, if there is one."""
        told, token = self.told[-1], token or {}
        signer: Any = Signer(
            **{
                "client_key": told["oauth_consumer_key"],
                "client_secret": told["oauth_consumer_secret"],
                "resource_owner_key": token.get("oauth_token"),
                "resource_owner_secret": token.get("oauth_token_secret"),
                "verifier": told["oauth_verifier"] if token else None,
                "signature_method": SIGNATURE_HMAC_SHA256,
                **values,
            }
        )
        url, headers, _ = signer.sign(f"{self.shop}/oauth/token/{what}", "POST")
        return requests.post(url, headers=headers, timeout=30)


def _read(answer: Any) -> dict[str, str]:
    assert answer.headers["Content-Type"] == FORM
    return {name: values[0] for name, values in parse_qs(answer.text).items()}


@contextmanager
def other_system(shop: str) -> Iterator[OtherSystem]:
    """Let one listen on a port of its own."""
    system = OtherSystem(shop)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Be quiet."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(system.take(body, self.headers["Content-Type"]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", system.sign_in(urlsplit(self.path).query))
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    system.url = f"http://127.0.0.1:{server.server_port}/callback"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
