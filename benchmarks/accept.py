"""Stock messages accepted per second, beside a bare WSGI application on the same server.

    python -m benchmarks.accept [--rounds 3] [--seconds 2.5]

The bridge and its two peers (benchmarks/bare_wsgi.py) run under gunicorn, two workers of four
threads each, and answer eight kept-alive connections in turn. Each ratio is the median of the
rounds' own ratios. The bridge logs in its caller, checks all limits and keeps the raw XML; its
peers do nothing of the kind. Every answer is counted against the rows stored.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.bare_wsgi import SCHEMA
from benchmarks.bench_database import scratch_database

SIZES = (1, 200, 5_000)
# At 200 lines the bridge is to reach these shares of its peers.
TARGETS = {"copy": 1.0, "json": 0.4}
PROCESSES, CONNECTIONS = 2, 4
ROOT = Path(__file__).resolve().parent.parent
OPERATION = "realtimeDespatchOrderFlowInventoryRequestManagementV1UpdateRequest"
LOGIN = """
from django.contrib.auth.models import User, Group
from orderflow_bridge.access.services import grant_token
user = User.objects.create_user("orderflow")
user.groups.add(Group.objects.get(name="orderflow"))
print("TOKEN", grant_token(user))
"""


@dataclass(frozen=True)
class Server:
    """A server under test, and the table that shows what it has stored."""

    name: str
    port: int
    table: str


def main() -> None:
    """Measure and print the table; exit with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.5)
    arguments = parser.parse_args()
    with (
        scratch_database("bridge_bench_accept") as address,
        tempfile.TemporaryDirectory() as folder,
        ExitStack() as stack,
    ):
        environment = {**os.environ, "DATABASE_URL": address, "BRIDGE_DATA_DIR": folder}
        environment.pop("REDIS_URL", None)
        token = api_token(address, environment)
        servers = [
            stack.enter_context(_served(name, application, table, environment))
            for name, application, table in (
                ("bridge", "orderflow_bridge.wsgi", "request_queue_request"),
                ("copy", "benchmarks.bare_wsgi", "bench_request"),
                ("json", "benchmarks.bare_wsgi", "bench_request"),
            )
        ]
        rates = _measure(servers, address, token, arguments)
    raise SystemExit(_report(rates))


def api_token(address: str, environment: dict[str, str]) -> str:
    """Make all tables and one API user; return its token."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(SCHEMA)
    shell = subprocess.run(
        [*manage, "shell", "-v0", "-c", LOGIN],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return shell.stdout.split("TOKEN ")[1].split()[0]


@contextmanager
def _served(
    name: str, application: str, table: str, environment: dict[str, str]
) -> Iterator[Server]:
    """Serve an application on a free port for as long as it is needed."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = f"-m gunicorn -c python:orderflow_bridge.http.gunicorn_config -b :{port}"
    process = subprocess.Popen(
        [sys.executable, *command.split(), f"{application}:application"],
        cwd=ROOT,
        env={**environment, "BENCH_STORE": name},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port)
        yield Server(name, port, table)
    finally:
        process.terminate()
        process.wait()


def wait_for_port(port: int) -> None:
    """Wait until a server listens. Exits if it does not within half a minute."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("a server did not start")


def _measure(
    servers: list[Server], address: str, token: str, arguments: argparse.Namespace
) -> dict[tuple[int, str], list[float]]:
    """Return messages per second for every size and server, one figure for each round."""
    rates: dict[tuple[int, str], list[float]] = {}
    with psycopg.connect(address, autocommit=True) as connection:
        for server in servers:  # connections opened, code loaded
            _run(server, connection, request_of(1, token), 1.0)
        for _ in range(arguments.rounds):
            for size in SIZES:
                request = request_of(size, token)
                for server in servers:
                    rate = _run(server, connection, request, arguments.seconds)
                    rates.setdefault((size, server.name), []).append(rate)
    return rates


def _run(server: Server, connection: psycopg.Connection, request: bytes, seconds: float) -> float:
    """Return the messages accepted per second. Exits if one was not stored."""
    connection.execute(f"TRUNCATE {server.table} CASCADE")
    command = [sys.executable, "-m", "benchmarks.load", str(server.port), str(seconds)]
    started = time.monotonic()
    loads = [
        subprocess.Popen(
            [*command, str(CONNECTIONS)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]
    for load in loads:
        assert load.stdin
        load.stdin.write(request)
        load.stdin.close()
    answered = 0
    for load in loads:
        assert load.stdout
        answered += int(load.stdout.read())
        load.wait()
    elapsed = time.monotonic() - started
    row = connection.execute(f"SELECT count(*) FROM {server.table}").fetchone()
    stored = row[0] if row else 0
    if stored != answered:
        raise SystemExit(f"{server.name}: {answered} acknowledged, {stored} stored")
    return answered / min(elapsed, seconds + 0.3)


def request_of(lines: int, token: str) -> bytes:
    """Return a whole HTTP request with a stock message of so many lines."""
    quantities = "".join(f"<item><sku>SKU-{n}</sku><qty>{n}</qty></item>" for n in range(lines))
    sequences = "".join(
        f"<item><sku>SKU-{n}</sku><seq>{n}</seq>"
        "<lastOrderExported>2017-03-22 15:25:16</lastOrderExported></item>"
        for n in range(lines)
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:ns1="http://shop/soap/default?services=x"><SOAP-ENV:Body>'
        f"<ns1:{OPERATION}><sessionId>{token}</sessionId>"
        f"<productQtys>{quantities}</productQtys><productSeqs>{sequences}</productSeqs>"
        f"<messageSeqId>71</messageSeqId></ns1:{OPERATION}></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()
    head = (
        "POST /soap/default HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _report(rates: dict[tuple[int, str], list[float]]) -> int:
    """Print the table; return 1 if a target at 200 lines is missed, else 0."""
    print(f"{'lines':>6} {'bridge/s':>9} {'copy/s':>9} {'json/s':>9} {'÷ copy':>8} {'÷ json':>8}")
    missed = 0
    for size in SIZES:
        bridge, copy, json = (rates[size, name] for name in ("bridge", "copy", "json"))
        ratios = {
            peer: median(ours / theirs for ours, theirs in zip(bridge, others, strict=True))
            for peer, others in (("copy", copy), ("json", json))
        }
        results = " ".join(f"{median(rate):9.1f}" for rate in (bridge, copy, json))
        print(f"{size:6} {results} {ratios['copy']:8.2f} {ratios['json']:8.2f}")
        if size == 200:
            for peer, target in TARGETS.items():
                verdict = "reached" if ratios[peer] >= target else "MISSED"
                missed |= ratios[peer] < target
                print(f"       target: {target} × {peer}: {verdict}")
    return int(missed)


if __name__ == "__main__":
    main()
