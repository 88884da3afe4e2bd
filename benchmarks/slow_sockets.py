"""How a good client fares while others are slow or silent, with no proxy in front.

    python -m benchmarks.slow_sockets [--messages 200] [--rounds 3]

The bridge runs as in production, on PostgreSQL. One client sends stock messages of 20 lines, each
on a new connection, alone and beside 300 sockets at 10 bytes a second (a third each in their head,
in a body with a length and in a body in chunks), 64 that say nothing and 80 that stop half-way.
Printed are its p50 and p95; the p95 beside them is to stay below twice its own, by the median of
the rounds.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles

from benchmarks.accept import api_token, request_of, wait_for_port
from benchmarks.bench_database import scratch_database

TARGET = 2.0
ROOT = Path(__file__).resolve().parent.parent
HEAD = b"POST /soap/default HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
LENGTH = b"Content-Length: 100000\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
# What a client says at once, and what it says twice a second.
SLOW = (
    *[(HEAD + b"X-a: ", b"abcde")] * 100,
    *[(HEAD + LENGTH, b"<aaaa")] * 100,
    *[(HEAD + CHUNKED + b"1000\r\n", b"<aaaa")] * 100,
)
STUCK = (
    *[(b"", b"")] * 64,
    *[(HEAD + b"X-a", b"")] * 32,
    *[(HEAD + LENGTH + b"<", b"")] * 32,
    *[(HEAD + CHUNKED + b"5\r\n<", b"")] * 16,
)


def main() -> None:
    """Measure and print; exit with 1 when the target is missed."""
    if sys.argv[1:2] == ["--be-slow"]:
        _be_slow(int(sys.argv[2]))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    ratios = []
    with scratch_database("bridge_bench_slow") as address, _served(address) as (port, message):
        _p50_and_p95(port, message, arguments.messages)  # connections opened, code loaded
        for _ in range(arguments.rounds):
            alone = _p50_and_p95(port, message, arguments.messages)
            with _slow_clients(port):
                beside = _p50_and_p95(port, message, arguments.messages)
            ratios.append(beside[1] / alone[1])
            print(
                f"alone: p50 {alone[0]:.1f} ms, p95 {alone[1]:.1f} ms;"
                f" beside slow clients: p50 {beside[0]:.1f} ms, p95 {beside[1]:.1f} ms;"
                f" ratio of p95 {ratios[-1]:.2f}",
                flush=True,
            )
    verdict = "reached" if median(ratios) < TARGET else "MISSED"
    print(f"median ratio {median(ratios):.2f}, target < {TARGET}: {verdict}")
    raise SystemExit(verdict == "MISSED")


@contextmanager
def _served(database: str) -> Iterator[tuple[int, bytes]]:
    """Serve the bridge; yield its port and a whole HTTP request that it accepts."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        own = {"DATABASE_URL": database, "BRIDGE_DATA_DIR": folder, "BRIDGE_PORT": str(port)}
        environment = {**os.environ, **own, "BRIDGE_WEB_BODY_SECONDS": "30"}
        environment.pop("REDIS_URL", None)
        token = api_token(database, environment)
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:orderflow_bridge.http.gunicorn_config",
        ]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        stack.callback(server.wait)
        stack.callback(server.terminate)
        wait_for_port(port)
        yield port, request_of(20, token)


def _p50_and_p95(port: int, message: bytes, count: int) -> tuple[float, float]:
    """Return the milliseconds that answers take. Exits when a message is not accepted."""
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
            connection.sendall(message)
            answer = connection.recv(65536)
        taken.append((time.perf_counter() - start) * 1000)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise SystemExit(answer.decode(errors="replace"))
        time.sleep(0.01)
    return median(taken), quantiles(taken, n=20)[-1]


@contextmanager
def _slow_clients(port: int) -> Iterator[None]:
    """Run the slow clients in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.slow_sockets", "--be-slow", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as clients:
        assert clients.stdout
        clients.stdout.readline()
        try:
            yield
        finally:
            clients.kill()


def _be_slow(port: int) -> None:
    """Hold all slow connections, and open those anew that the server closes, until killed."""
    clients = (*SLOW, *STUCK)
    connections = [_opened(port, first) for first, _ in clients]
    print("open", flush=True)
    while not threading.Event().wait(0.5):
        for number, (first, more) in enumerate(clients):
            try:
                connections[number].send(more)
                with suppress(BlockingIOError):
                    if not connections[number].recv(1024):
                        raise ConnectionResetError
            except OSError:
                connections[number].close()
                connections[number] = _opened(port, first)


def _opened(port: int, first: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall(first)
    connection.setblocking(False)
    return connection


if __name__ == "__main__":
    main()
