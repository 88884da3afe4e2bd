"""A lean load generator: kept-alive connections that send one prepared request after another.

    python -m benchmarks.load PORT SECONDS CONNECTIONS < request

Prints how many answers with status 200 came back; any other answer ends it with an error.
"""

import socket
import sys
import threading
import time

_LENGTH = b"\r\ncontent-length:"


def main() -> None:
    """Send until the time is over."""
    port, seconds, connections = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    request = sys.stdin.buffer.read()
    counts: list[int] = []
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=lambda: counts.append(_send_until(end, port, request)))
        for _ in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < connections:
        raise SystemExit("a connection failed")
    sys.stdout.write(f"{sum(counts)}\n")


def _send_until(end: float, port: int, request: bytes) -> int:
    count = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.monotonic() < end:
            connection.sendall(request)
            _read_answer(connection)
            count += 1
    return count


def _read_answer(connection: socket.socket) -> None:
    """Read one answer; raises RuntimeError unless its status is 200."""
    answer = connection.recv(65536)
    while b"\r\n\r\n" not in answer:
        answer += _more(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(answer.decode(errors="replace"))
    start = head.lower().index(_LENGTH) + len(_LENGTH)
    missing = int(head[start:].split(b"\r\n", 1)[0]) - len(body)
    while missing > 0:
        missing -= len(_more(connection))


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise RuntimeError("the server closed the connection")
    return data


if __name__ == "__main__":
    main()
