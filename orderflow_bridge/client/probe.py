"""Trying a connection step by step, so that a mistake is found where it is made.

The call at the end only asks: the detail (docs/contract/orderflow-http.md) of an order that cannot
exist. What the answers mean:

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
from collections.abc import Iterator
from http import HTTPStatus

from lxml import etree

from orderflow_bridge.client.calls import Credentials, OrderFlowError
from orderflow_bridge.client.client import OrderFlowClient
from orderflow_bridge.client.findings import Finding, State, Step, failed, passed
from orderflow_bridge.client.network import Network
from orderflow_bridge.client.probe_server import try_server
from orderflow_bridge.client.said import phrased, said_by
from orderflow_bridge.client.transport import Timeouts

IMPOSSIBLE_ORDER = "orderflow-bridge-connection-test"
SHORT = Timeouts(connect=5.0, read=10.0, total=15.0)
_UNKNOWN_ORDER = re.compile(
    rf"{IMPOSSIBLE_ORDER}|(no such|unknown) order|order (does not exist|(was |is )?not found)",
    re.IGNORECASE,
)
_MISSING = "MissingDataException"


def probe(
    credentials: Credentials, timeouts: Timeouts = SHORT, network: Network | None = None
) -> Iterator[Finding]:
    """Yield each step's finding as it is made; nothing follows a failure.

    The connection's own breaker is used, so neither a pause of the exports nor this test disturbs
    the other. The password is sent to nobody before TLS, where there is TLS, is established.
    """
    network = network or Network.chosen(credentials.base)
    for trial in (try_server, _try_call):
        for finding in trial(credentials, timeouts, network):
            yield finding
            if finding.state is State.FAILED:
                return


def _try_call(credentials: Credentials, timeouts: Timeouts, network: Network) -> Iterator[Finding]:
    """Ask for an order that cannot exist, and read from the answer how far the call came."""
    with OrderFlowClient(
        credentials, timeouts=timeouts, pool_size=1, connect_retries=0, network=network
    ) as client:
        try:
            client.order_detail(IMPOSSIBLE_ORDER)
        except OrderFlowError as error:
            yield from _decide(error, credentials)
            return
    yield from _all_right(credentials)


def _decide(error: OrderFlowError, credentials: Credentials) -> Iterator[Finding]:
    """Say which step a refusal belongs to; what comes before it has passed."""
    said = _words_of(error)
    culprit = _culprit(said)
    status = error.reply.status if error.reply else 0
    if status == HTTPStatus.UNAUTHORIZED:
        yield _answers()
        yield failed(
            Step.LOGIN, phrased("OrderFlow refuses the login (401). Check Username and Password.")
        )
    elif _UNKNOWN_ORDER.search(said):
        yield from _all_right(credentials)
    elif culprit is not None:
        yield _answers()
        yield _knows_user(credentials)
        yield from _unaccepted(culprit, said, credentials)
    elif status == HTTPStatus.FORBIDDEN:
        yield _answers()
        yield failed(
            Step.LOGIN,
            phrased(
                "OrderFlow knows the user but refuses the call (403). In OrderFlow, give the user"
                " the roles Remote Importer and Remote order viewer, and access to the organisation"
                " and the channel."
            ),
        )
    elif _MISSING in said:
        yield from _all_right(credentials)
    elif said:
        yield failed(
            Step.API, phrased("OrderFlow reports a problem of its own: %(words)s", words=said)
        )
    else:
        yield failed(
            Step.API,
            phrased("%(why)s Check server and context path in Endpoint.", why=said_by(error)),
        )


def _unaccepted(culprit: Step, said: str, credentials: Credentials) -> Iterator[Finding]:
    if culprit is Step.ORGANISATION:
        yield failed(
            culprit,
            phrased(
                "OrderFlow does not accept the organisation %(organisation)s: %(words)s Check the"
                " identifier, and that the user has access to it.",
                organisation=credentials.organisation,
                words=said,
            ),
        )
        return
    yield _accepted(Step.ORGANISATION, credentials.organisation)
    yield failed(
        culprit,
        phrased(
            "OrderFlow does not accept the channel %(channel)s: %(words)s Check the identifier,"
            " and that the channel belongs to %(organisation)s.",
            channel=credentials.channel,
            words=said,
            organisation=credentials.organisation,
        ),
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
    yield _accepted(Step.ORGANISATION, credentials.organisation)
    yield _accepted(Step.CHANNEL, credentials.channel)


def _accepted(step: Step, identifier: str) -> Finding:
    return passed(step, phrased("%(identifier)s is accepted.", identifier=identifier))


def _answers() -> Finding:
    return passed(Step.API, phrased("OrderFlow's API answers."))


def _knows_user(credentials: Credentials) -> Finding:
    return passed(Step.LOGIN, phrased("OrderFlow accepts %(user)s.", user=credentials.username))
