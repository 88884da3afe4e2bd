"""The limits of one call: a moment by which it is over, and the addresses it may reach.

Time-outs of a socket begin anew with every byte, so a server that drips holds a call for as long as
it likes. These sockets never wait beyond the call's deadline, whatever they wait for: the
connection, the TLS handshake, a proxy's consent, the headers or the body.
"""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from orderflow_bridge.client.addresses import Reach


@dataclass(frozen=True)
class Limits:
    """When a call has to be over (time.monotonic), and where it may lead."""

    deadline: float
    reaches: frozenset[Reach]

    def left(self, seconds: float | None) -> float:
        """Return how long to wait at most, if it would be `seconds` (None: for ever) otherwise.

        Raises TimeoutError when the time is up.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The call took too long.")
        return left if seconds is None else min(seconds, left)


# Each call is made by one thread from beginning to end. There is no default: a connection that is
# made without limits is a mistake.
_LIMITS: ContextVar[Limits] = ContextVar("limits")


@contextmanager
def limits(deadline: float, reaches: frozenset[Reach]) -> Iterator[Limits]:
    """Hold whatever this thread calls within the block to these limits."""
    found = Limits(deadline, reaches)
    token = _LIMITS.set(found)
    try:
        yield found
    finally:
        _LIMITS.reset(token)


def current_limits() -> Limits:
    """Return the limits of the call that this thread makes. Raises LookupError outside of one."""
    return _LIMITS.get()


class _Hurried:
    """What plain and encrypted sockets do alike: look at the clock before they wait."""

    _patience: float | None = None

    def settimeout(self, value: float | None) -> None:
        self._patience = value
        super().settimeout(value)  # type: ignore[misc]

    def _hurry(self) -> None:
        super().settimeout(_LIMITS.get().left(self._patience))  # type: ignore[misc]

    def recv(self, *args: Any, **kwargs: Any) -> Any:
        self._hurry()
        return super().recv(*args, **kwargs)  # type: ignore[misc]

    def recv_into(self, *args: Any, **kwargs: Any) -> Any:
        self._hurry()
        return super().recv_into(*args, **kwargs)  # type: ignore[misc]

    def send(self, *args: Any, **kwargs: Any) -> Any:
        self._hurry()
        return super().send(*args, **kwargs)  # type: ignore[misc]

    def sendall(self, *args: Any, **kwargs: Any) -> Any:
        self._hurry()
        return super().sendall(*args, **kwargs)  # type: ignore[misc]


class HurriedSocket(_Hurried, socket.socket):
    """A socket that waits for nothing beyond the call's deadline."""

    def connect(self, address: Any) -> None:
        self._hurry()
        super().connect(address)


class HurriedSSLSocket(_Hurried, ssl.SSLSocket):
    """The same with TLS."""

    def do_handshake(self, block: bool = False) -> None:
        self._hurry()
        super().do_handshake(block)
