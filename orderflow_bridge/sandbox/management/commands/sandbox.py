"""manage.py sandbox: a stand-in for OrderFlow, for trying the bridge without a warehouse."""

import os
import secrets
import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.sandbox.bridge_client import BridgeClient
from orderflow_bridge.sandbox.connecting import connect
from orderflow_bridge.sandbox.fetching import ErrandBoy
from orderflow_bridge.sandbox.incidents import INCIDENTS, play
from orderflow_bridge.sandbox.orderflow_api import Account
from orderflow_bridge.sandbox.sandbox import Sandbox
from orderflow_bridge.sandbox.server import API, SandboxServer
from orderflow_bridge.sandbox.storage import load

MEMORY = "sandbox.json"


class Command(BaseCommand):
    """Run the stand-in until it is told to stop."""

    help = "Runs a stand-in for OrderFlow, for trying things out (docs/sandbox.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where to listen, whom to call, and the account."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument(
            "--bridge", default="http://127.0.0.1:8000", help="the bridge's address"
        )
        parser.add_argument("--user", default="orderflow", help="the bridge's API user")
        parser.add_argument(
            "--password",
            default=os.environ.get("BRIDGE_API_PASSWORD", ""),
            help="that user's password (default: BRIDGE_API_PASSWORD)",
        )
        parser.add_argument("--seed", type=int, help="begin misbehaviour again with this seed")
        parser.add_argument(
            "--play", action="append", default=[], choices=INCIDENTS, help="begin with an incident"
        )
        parser.add_argument("--organisation", default="Magento")
        parser.add_argument("--channel", default="magento")
        parser.add_argument(
            "--connect",
            action="store_true",
            help="point this shop's API settings here and make an API user for the sandbox",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Open the sandbox, say where it is, and serve."""
        host, port = options["host"], options["port"]
        address = _address(host, port)
        try:
            sandbox = self._sandbox(options, endpoint=f"{address}{API}")
            server = SandboxServer(host, port, sandbox)
        except BridgeError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Cannot listen on {host}, port {port}: {error}.") from error
        if options["seed"] is not None:
            with sandbox.changing() as memory:
                memory.faults.restart(options["seed"])
        self.stdout.write(f"Sandbox OrderFlow: {address}/   API: {address}{API}")
        for name in options["play"]:
            self.stdout.write(play(sandbox, INCIDENTS[name]))
        _serve(server, ErrandBoy(sandbox))
        self.stdout.write("The sandbox is closed; its memory is kept.")

    def _sandbox(self, options: dict[str, Any], *, endpoint: str) -> Sandbox:
        path = settings.DATA_DIR / MEMORY
        account = Account(
            username="sandbox",
            password=load(path).secret or secrets.token_urlsafe(18),
            organisation=options["organisation"],
            channel=options["channel"],
        )
        username, password = options["user"], options["password"]
        had: tuple[tuple[str, str], ...] = ()
        if options["connect"]:
            username, password, had = self._connect(account, endpoint)
        else:
            self.stdout.write(
                f"API settings for the shop: endpoint {endpoint}, username {account.username},"
                f" password {account.password}, organisation {account.organisation},"
                f" channel {account.channel}"
            )
            if not password:
                self.stderr.write("Without --password the sandbox cannot fetch or push anything.")
        client = BridgeClient(options["bridge"], username=username, password=password)
        sandbox = Sandbox(client, account, path=path)
        sandbox.fetch_missing(had)
        return sandbox

    def _connect(
        self, account: Account, endpoint: str
    ) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        introduction = connect(account, endpoint=endpoint)
        connections.close_all()
        if not introduction.is_configured:
            self.stderr.write(
                "The API settings name another OrderFlow and were left alone: the shop will not"
                " call this sandbox."
            )
        return introduction.username, introduction.password, introduction.had


def _address(host: str, port: int) -> str:
    """Return the address for this machine; a wildcard is none."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _serve(server: SandboxServer, errand_boy: ErrandBoy) -> None:
    """Serve until SIGINT or SIGTERM; then save."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    errand_boy.start()
    thread.start()
    sys.stdout.flush()
    ended.wait()
    server.stop()
    errand_boy.stop()
