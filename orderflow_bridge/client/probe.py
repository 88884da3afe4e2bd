"""Trying a connection step by step, so that a mistake is found where it is made.

The call at the end only asks: the detail (reference.md C5b) of an order that cannot exist. What the
answers mean:

- 401: OrderFlow refuses the login;
- 403: it knows the user, who may not do this; the text may name organisation or channel;
- an exception that says that there is no such order: everything is right, for to say so OrderFlow
  had to let the user, the organisation and the channel in. So is an ordinary answer;
- an exception that names the channel, or else the organisation: that one is not accepted;
- any other MissingDataException: what is missing is the order;
- everything else, such as a web page, a redirection, 404 or 5xx: this is not OrderFlow's API, or it
  is not well.
"""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

import certifi
from lxml import etree

from orderflow_bridge.client.client import OrderFlowClient
from orderflow_bridge.client.credentials import Credentials
from orderflow_bridge.client.exceptions import OrderFlowError
from orderflow_bridge.client.transport import Timeouts

IMPOSSIBLE_ORDER = "orderflow-bridge-connection-test"
SHORT = Timeouts(connect=5.0, read=10.0, total=15.0)
_UNKNOWN_ORDER = re.compile(
    rf"{IMPOSSIBLE_ORDER}|(no such|unknown) order|order (does not exist|(was |is )?not found)",
    re.IGNORECASE,
)
_MISSING = "MissingDataException"


class State(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Step(StrEnum):
    """What is tried, in this order; the settings are the caller's. A failure ends the test."""

    SETTINGS = "Settings"
    NAME = "Server name"
    LINE = "Connection"
    TLS = "Encryption (TLS)"
    API = "OrderFlow's API"
    LOGIN = "Login"
    ORGANISATION = "Organisation"
    CHANNEL = "Channel"


@dataclass(frozen=True)
class Finding:
    """What became of one step: a sentence, which says what to do if it failed."""

    step: Step
    state: State
    text: str


def probe(credentials: Credentials, timeouts: Timeouts = SHORT) -> Iterator[Finding]:
    """Yield each step's finding as it is made; nothing follows a failure.

    The connection's own breaker is used, so neither a pause of the exports nor this test disturbs
    the other. The password is sent to nobody before TLS, where there is TLS, is established.
    """
    for trial in (_try_server, _try_call):
        for finding in trial(credentials, timeouts):
            yield finding
            if finding.state is State.FAILED:
                return


def _try_server(credentials: Credentials, timeouts: Timeouts) -> Iterator[Finding]:
    """Find the server, connect, and agree on encryption: no word of HTTP yet."""
    parts = urlsplit(credentials.endpoint)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _addresses(host, port, timeouts.connect)
    if not addresses:
        yield _failed(
            Step.NAME, f"The name {host} is not known. Check the spelling in Endpoint, and the DNS."
        )
        return
    yield _passed(Step.NAME, f"{host} is {addresses[0]}.")
    try:
        line = socket.create_connection((host, port), timeout=timeouts.connect)
    except OSError as error:
        yield _failed(Step.LINE, _why_no_line(error, host, port, timeouts))
        return
    with line:
        yield _passed(Step.LINE, f"{host} accepts connections on port {port}.")
        yield _encryption(line, host, is_wanted=parts.scheme == "https")


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a name; none if there are none, or if nobody says so in time."""
    found: list[str] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(str(address[0]) for *_, address in answers)

    # The system's resolver takes its own time, and cannot be told to hurry.
    asking = threading.Thread(target=look_up, daemon=True)
    asking.start()
    asking.join(seconds)
    return list(found)


def _why_no_line(error: OSError, host: str, port: int, timeouts: Timeouts) -> str:
    if isinstance(error, TimeoutError):
        return (
            f"{host} did not answer on port {port} within {timeouts.connect:g} seconds. Check the"
            " port in Endpoint, and that no firewall stands between the bridge and OrderFlow."
        )
    if isinstance(error, ConnectionRefusedError):
        return (
            f"{host} refuses connections on port {port}. Check the port in Endpoint, and that"
            " OrderFlow is running."
        )
    reason = error.strerror or str(error)
    return f"{host} cannot be reached on port {port}: {reason}. Check the network and Endpoint."


def _encryption(line: socket.socket, host: str, *, is_wanted: bool) -> Finding:
    if not is_wanted:
        text = "The endpoint begins with http://, so login and data travel unencrypted."
        return Finding(Step.TLS, State.SKIPPED, text)
    context = ssl.create_default_context(cafile=certifi.where())
    try:
        with context.wrap_socket(line, server_hostname=host) as secured:
            return _passed(Step.TLS, f"The certificate of {host} is good ({secured.version()}).")
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message or str(error)
        text = f"The certificate of {host} is not accepted: {reason}. Have it renewed or corrected."
        return _failed(Step.TLS, text)
    except OSError as error:  # also the parent of every other TLS error
        reason = getattr(error, "reason", None) or error.strerror or str(error)
        return _failed(
            Step.TLS,
            f"No encrypted connection could be made: {reason}. Check that port and https:// in"
            " Endpoint belong together.",
        )


def _try_call(credentials: Credentials, timeouts: Timeouts) -> Iterator[Finding]:
    """Ask for an order that cannot exist, and read from the answer how far the call came."""
    with OrderFlowClient(credentials, timeouts=timeouts, pool_size=1, connect_retries=0) as client:
        try:
            client.order_detail(IMPOSSIBLE_ORDER)
        except OrderFlowError as error:
            yield from _judge(error, credentials)
            return
    yield from _all_right(credentials)


def _judge(error: OrderFlowError, credentials: Credentials) -> Iterator[Finding]:
    """Say which step a refusal belongs to; what comes before it has passed."""
    said = _words_of(error)
    culprit = _culprit(said)
    status = error.reply.status if error.reply else 0
    if status == HTTPStatus.UNAUTHORIZED:
        yield _answers()
        yield _failed(Step.LOGIN, "OrderFlow refuses the login (401). Check Username and Password.")
    elif _UNKNOWN_ORDER.search(said):
        yield from _all_right(credentials)
    elif culprit is not None:
        yield _answers()
        yield _knows_user(credentials)
        yield from _unaccepted(culprit, said, credentials)
    elif status == HTTPStatus.FORBIDDEN:
        yield _answers()
        yield _failed(
            Step.LOGIN,
            "OrderFlow knows the user but refuses the call (403). In OrderFlow, give the user the"
            " roles Remote Importer and Remote order viewer, and access to the organisation and"
            " the channel.",
        )
    elif _MISSING in said:
        yield from _all_right(credentials)
    elif said:
        yield _failed(Step.API, f"OrderFlow reports a problem of its own: {said}")
    else:
        yield _failed(Step.API, f"{error} Check server and context path in Endpoint.")


def _unaccepted(culprit: Step, said: str, credentials: Credentials) -> Iterator[Finding]:
    if culprit is Step.ORGANISATION:
        yield _failed(
            culprit,
            f"OrderFlow does not accept the organisation {credentials.organisation}: {said} Check"
            " the identifier, and that the user has access to it.",
        )
        return
    yield _passed(Step.ORGANISATION, f"{credentials.organisation} is accepted.")
    yield _failed(
        culprit,
        f"OrderFlow does not accept the channel {credentials.channel}: {said} Check the"
        f" identifier, and that the channel belongs to {credentials.organisation}.",
    )


def _culprit(said: str) -> Step | None:
    """Return which credential an exception complains about.

    One that names both, such as "the organisation has no such channel", is about the channel.
    """
    words = said.casefold()
    if "channel" in words:
        return Step.CHANNEL
    return Step.ORGANISATION if re.search(r"organi[sz]ation", words) else None


def _words_of(error: OrderFlowError) -> str:
    """Return OrderFlow's own words, as one sentence; "" when a web page or nothing came back."""
    if not _is_exception(error) or error.reply is None:
        return ""
    words = " ".join("".join(str(text) for text in error.reply.root.itertext()).split())
    text = words if len(words) <= 200 else f"{words[:199]}…"
    return text if text.endswith((".", "…", "!", "?")) or not text else f"{text}."


def _is_exception(error: OrderFlowError) -> bool:
    """Tell whether the answer is one of OrderFlow's exceptions, with whatever status."""
    if error.reply is None:
        return False
    try:
        return any(True for _ in error.reply.root.iter("{*}exception"))
    except etree.XMLSyntaxError:
        return False


def _all_right(credentials: Credentials) -> Iterator[Finding]:
    yield _answers()
    yield _knows_user(credentials)
    yield _passed(Step.ORGANISATION, f"{credentials.organisation} is accepted.")
    yield _passed(Step.CHANNEL, f"{credentials.channel} is accepted.")


def _answers() -> Finding:
    return _passed(Step.API, "OrderFlow's API answers.")


def _knows_user(credentials: Credentials) -> Finding:
    return _passed(Step.LOGIN, f"OrderFlow accepts {credentials.username}.")


def _passed(step: Step, text: str) -> Finding:
    return Finding(step, State.PASSED, text)


def _failed(step: Step, text: str) -> Finding:
    return Finding(step, State.FAILED, text)
