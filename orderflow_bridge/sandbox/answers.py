"""Answers in OrderFlow's style, and how they may be spoilt on their way."""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
XML = "application/xml;charset=UTF-8"
HTML = "text/html;charset=UTF-8"


@dataclass(frozen=True)
class Answer:
    """What goes back to the shop.

    `delay` is how many seconds to wait first, `drip` the pause after each byte; `is_silent`
    ends the connection, after the delay, without any answer.
    """

    body: bytes
    status: int = 200
    content_type: str = XML
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    is_silent: bool = False


def document(xml: str, status: int = 200) -> Answer:
    """Return an answer with this XML below a declaration."""
    return Answer((DECLARATION + xml).encode(), status)


def result(text: str) -> Answer:
    """Return OrderFlow's usual answer, one sentence."""
    return document(f"<result>{escape(text)}</result>")


def exception(text: str, status: int = 200) -> Answer:
    """Return a refusal as OrderFlow words it: an exception below the root."""
    return document(f"<response><exception>{escape(text)}</exception></response>", status)


def unauthorised() -> Answer:
    """Return the refusal of a missing or wrong login."""
    headers = {"WWW-Authenticate": 'Basic realm="OrderFlow"'}
    return Answer(b"", 401, "text/plain", headers)
