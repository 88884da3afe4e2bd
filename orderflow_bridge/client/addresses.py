"""Which addresses may be called, judged after the name look-up, at the moment of connecting.

A name that is looked up once for a check and again for the call could mean something else the
second time. So the addresses that are checked here are the ones that are connected to.
"""

import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IPAddress = IPv4Address | IPv6Address


class Reach(StrEnum):
    """Where an address leads."""

    PUBLIC = "public"
    PRIVATE = "private"
    LOOPBACK = "loopback"
    LINK_LOCAL = "link-local"


USUAL = frozenset({Reach.PUBLIC, Reach.PRIVATE, Reach.LOOPBACK})
# Where clouds hand out the machine's own passwords, beside link-local 169.254.169.254.
_METADATA = frozenset({ip_address("fd00:ec2::254"), ip_address("100.100.100.200")})
_NAT64 = ip_network("64:ff9b::/96")


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


def _meant(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 address wraps, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


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


def _asked(host: str, port: int) -> Iterable[Place]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for family, *_, address in found:
        if family in (socket.AF_INET, socket.AF_INET6):
            yield Place(family, address)  # type: ignore[arg-type]
