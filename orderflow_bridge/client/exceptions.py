"""What can go wrong when OrderFlow is called. Every text is one short sentence for an operator.

OrderFlowError
├── TransportError     no answer: nothing was sent, or nobody knows whether it arrived
├── StatusError        an answer with an HTTP status of 300 or more
├── RejectedError      an answer with status 2xx that says nothing was done, or is no answer at all
└── EndpointClosedError     the circuit breaker is open: the call was not made
"""

from orderflow_bridge.client.reply import Call, Reply


class OrderFlowError(Exception):
    """A call that did not succeed.

    `call` is what was (to be) sent, `reply` what came back, if anything did. `is_ambiguous` says
    that OrderFlow may have acted on the call although no success was seen.
    """

    is_ambiguous = False

    def __init__(self, message: str, *, call: Call, reply: Reply | None = None) -> None:
        super().__init__(message)
        self.call = call
        self.reply = reply


class TransportError(OrderFlowError):
    """No answer arrived: refused, reset, timed out, or TLS failed."""

    def __init__(self, message: str, *, call: Call, was_sent: bool) -> None:
        super().__init__(message, call=call)
        self.is_ambiguous = was_sent


class StatusError(OrderFlowError):
    """OrderFlow, or something in front of it, answered with an error status or a redirection."""


class RejectedError(OrderFlowError):
    """The answer is an exception, a "nothing done", or not OrderFlow's at all."""


class EndpointClosedError(OrderFlowError):
    """The endpoint has failed so often that it is left alone for a while."""
