"""The limits of one call: the addresses it may reach, and a moment by which it is over.

Addresses are judged after the name look-up, at the moment of connecting. A name that is looked up
once for a check and again for the call could mean something else the second time. So the addresses
that are checked here are the ones that are connected to.

Time-outs of a socket begin anew with every byte, so a server that drips holds a call for as long as
it likes. These sockets never wait beyond the call's deadline, whatever they wait for: the
connection, the TLS handshake, a proxy's consent, the headers or the body.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

IPAddress = IPv4Address | IPv6Address
# Where clouds hand out the machine's own passwords, beside link-local 169.254.169.254.
_METADATA = frozenset({ip_address("fd00:ec2::254"), ip_address("100.100.100.200")})
_NAT64 = ip_network("64:ff9b::/96")


class Reach(StrEnum):
    """Where an address leads."""

    PUBLIC = "public"
    PRIVATE = "private"
    LOOPBACK = "loopback"
    LINK_LOCAL = "link-local"


USUAL = frozenset({Reach.PUBLIC, Reach.PRIVATE, Reach.LOOPBACK})


@dataclass(frozen=True)
class Place:
    """One way to connect to a host: what `socket` wants to know of it."""

    family: socket.AddressFamily
    address: tuple[str, int]

    @property
    def reach(self) -> Reach | None:
        """Where it leads."""
        return reach_of(ip_address(self.address[0].partition("%")[0]))


def reach_of(address: IPAddress) -> Reach | None:
    """Return where an address leads; None if to no single host (multicast, reserved)."""
    address = _meant(address)
    if address.is_link_local or address in _METADATA:
        return Reach.LINK_LOCAL
    if address.is_loopback or address.is_unspecified:  # 0.0.0.0 is this machine
        return Reach.LOOPBACK
    if address.is_multicast or (address.version == 4 and address.is_reserved):
        return None
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE


def reach_of_literal(host: str) -> Reach | None:
    """Return where a host leads that is written as an address, in whatever spelling.

    A name may lead anywhere, so it counts as public.
    """
    try:
        return reach_of(ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        pass
    try:
        return reach_of(IPv4Address(socket.inet_aton(host)))  # 0x7f.1, 2852039166
    except (OSError, UnicodeError):
        return Reach.PUBLIC


def may_be_called(host: str, reaches: frozenset[Reach]) -> bool:
    """Tell whether a host may be called, as far as can be told without looking it up."""
    return reach_of_literal(host) in reaches


@dataclass
class _LookUp:
    """A question to the system's resolver, which takes its own time and cannot be told to hurry."""

    host: str
    port: int
    done: threading.Event = field(default_factory=threading.Event)
    places: tuple[Place, ...] = ()
    error: OSError | UnicodeError | None = None

    def run(self) -> None:
        try:
            self.places = tuple(_asked(self.host, self.port))
        except (OSError, UnicodeError) as error:
            self.error = error
        finally:
            with _LOCK:
                _UNDER_WAY.pop((self.host, self.port), None)
            self.done.set()


_LOCK = threading.Lock()
_UNDER_WAY: dict[tuple[str, int], _LookUp] = {}


def look_up(host: str, port: int, seconds: float | None) -> tuple[Place, ...]:
    """Return the places of a host, at least one.

    Raises TimeoutError when nobody says so within `seconds`, and OSError or UnicodeError for a name
    that does not exist. Threads that ask for one host at the same time share the question, so
    a resolver that hangs holds one thread per host.
    """
    with _LOCK:
        question = _UNDER_WAY.get((host, port))
        if question is None:
            question = _UNDER_WAY[host, port] = _LookUp(host, port)
            threading.Thread(target=question.run, name="look-up", daemon=True).start()
    if not question.done.wait(seconds):
        raise TimeoutError(f"The name {host} was not found in time.")
    if question.error is not None:
        raise question.error
    return question.places


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


def _meant(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 address wraps, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _asked(host: str, port: int) -> Iterable[Place]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for family, *_, address in found:
        if family in (socket.AF_INET, socket.AF_INET6):
            yield Place(family, address)  # type: ignore[arg-type]
