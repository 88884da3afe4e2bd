"""How a route's results are stated: one `Stated` for every method of every route.

Each family of routes has a file `expectations_<family>.py` with its `STATED`. Two tests read them:
`test_stated_results.py` calls every route with no token, a wrong right and the right one, for what
is there, what is not and a malformed body; `test_contract.py` uses `found` to reach what is there.
"""

import importlib
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import tests.restapi
from orderflow_bridge.restapi.views import Route

LISTED = "?searchCriteria"


@dataclass(frozen=True)
class Sent:
    """What is sent: the address's parameters by name, the body, the query string."""

    parameters: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    query: str = ""

    def path(self, route: Route) -> str:
        """Return the address to call."""
        path = route.documented_path
        for name, value in self.parameters.items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        return path + self.query

    def raw(self) -> bytes:
        """Return the body's bytes."""
        return b"" if self.body is None else json.dumps(self.body, default=str).encode()


@dataclass(frozen=True)
class Stated:
    """The results of one method of one route.

    `found` makes what is needed and returns what is to be sent. `missing` names something that is
    not there; None if nothing can be missing. `malformed` is what answers a body that is no JSON;
    None for a method that takes none.
    """

    method: str
    address: str
    right: str | None
    found: Callable[[], Sent]
    status: int = 200
    missing: Sent | None = None
    missing_status: int = 404
    malformed: int | None = None
    prefix: str = "V1"

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about."""
        return self.method, self.prefix, self.address

    @property
    def name(self) -> str:
        """What the tests are called after."""
        return f"{self.method} {self.address}"


def all_stated() -> list[Stated]:
    """Return what all families state."""
    names = (module.name for module in pkgutil.iter_modules(tests.restapi.__path__))
    return [
        stated
        for name in sorted(names)
        if name.startswith("expectations_")
        for stated in importlib.import_module(f"tests.restapi.{name}").STATED
    ]
