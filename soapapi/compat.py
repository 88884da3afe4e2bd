"""What Spyne 2.14 needs on newer Pythons, and two of its defaults that do not suit a server.

Spyne's own copy of six lacks `find_spec` (needed from Python 3.12 on), and Spyne imports `cgi`,
which is gone from 3.13 on. The tests run on 3.11 and on newer ones.
"""

import collections.abc
import http.cookies
import importlib.util
import logging
import sys
import types
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message

_MOVES = "spyne.util.six.moves"
_MODULES = {
    ".collections_abc": collections.abc,
    ".http_cookies": http.cookies,
    ".urllib": urllib,
    ".urllib.parse": urllib.parse,
    ".urllib.error": urllib.error,
    ".urllib.request": urllib.request,
}


def prepare_imports() -> None:
    """Put stand-ins for six's lazy modules, and for `cgi`, where Spyne looks for them.

    To be called before the first import of Spyne.
    """
    moves = types.ModuleType(_MOVES)
    moves.__path__ = []
    sys.modules.setdefault(_MOVES, moves)
    for name, module in _MODULES.items():
        sys.modules.setdefault(_MOVES + name, module)
    if importlib.util.find_spec("cgi") is None:
        cgi = types.ModuleType("cgi")
        cgi.__dict__["parse_header"] = _parse_header
        sys.modules["cgi"] = cgi


def quieten(constants: types.ModuleType) -> None:
    """Switch off Spyne's garbage collections and its logging of refused messages.

    `constants` is `spyne.const`. By default Spyne collects garbage inside a request once a second,
    which costs 18–34 ms (docs/decisions/spyne.md), and logs each refused body whole.
    """
    constants.__dict__["MIN_GC_INTERVAL"] = float("inf")
    logging.getLogger("spyne").setLevel(logging.CRITICAL)


def _parse_header(line: str) -> tuple[str, dict[str, str]]:
    """Split a header value as `cgi.parse_header` did."""
    message = Message()
    message["content-type"] = line
    parameters = message.get_params(failobj=[("", "")])
    return parameters[0][0], dict(parameters[1:])
