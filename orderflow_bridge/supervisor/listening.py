"""Can we listen there, and is somebody listening already?"""

import errno
import socket
from contextlib import closing

from orderflow_bridge.common.exceptions import BridgeError

LAST_PORT = 65_535


class CannotListen(BridgeError):
    """The web server could not open its port; the text says why and what to do."""


def check_free(host: str, port: int) -> None:
    """Raise CannotListen if a web server could not listen on this host and port."""
    if not 0 < port <= LAST_PORT:
        raise CannotListen(f"There is no port {port}. Choose one between 1024 and {LAST_PORT}.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with closing(socket.socket(family, kind, protocol)) as listener:
            # As gunicorn does: a port that only cools down after a restart counts as free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1)
    except OSError as error:
        raise CannotListen(_reason(host, port, error)) from error


def is_answering(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection((reachable(host), port), timeout=0.2).close()
    except OSError:
        return False
    return True


def reachable(host: str) -> str:
    """Return the name to connect to a server that listens on `host`: a wildcard is no address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def bracketed(host: str) -> str:
    """Return the host as it is written before a colon and a port."""
    return f"[{host}]" if ":" in host else host


def _reason(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is already in use. Stop the program that uses it, or choose"
            " another port with --port."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023."
    return f"Cannot listen on {host}, port {port}: {error}."
