"""The sandbox's pages: who may see them, which there are, and what a pressed button leads to."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from django.template import Context, Engine

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.sandbox import views
from orderflow_bridge.sandbox.actions import ACTIONS
from orderflow_bridge.sandbox.answers import HTML, Answer
from orderflow_bridge.sandbox.forms import Form
from orderflow_bridge.sandbox.sandbox import Sandbox
from orderflow_bridge.sandbox.warehouse import NotPossible
from orderflow_bridge.version import SHIPPED

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
STYLE = Path(__file__).with_name("page.css")
_PORT = re.compile(r":\d+$")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
}
View = Callable[[Sandbox, Mapping[str, str], str], dict[str, Any]]
_PAGES: tuple[tuple[str, str, View], ...] = (
    (r"/", "stock.html", views.stock),
    (r"/orders", "orders.html", views.orders),
    (r"/orders/(.+)", "order.html", views.order),
    (r"/messages", "messages.html", views.messages),
    (r"/messages/(\d+)", "message.html", views.message),
    (r"/incidents", "incidents.html", views.incidents),
    (r"/faults", "faults.html", views.faults),
)


# OrderFlow's own screens, to which the shop's pages link, and the page here that shows the same.
SCREEN = ".htm"
_SCREENS = {
    "despatch/order/referenceDetail": "/orders/{}",
    "inventory/inventory/referenceDetail": "/?q={}",
    "inventory/product/referenceDetail": "/?q={}",
    "import/view/dashboard": "/messages",
}


@dataclass(frozen=True)
class Visit:
    """A request of a browser: method, path, the query's or the form's fields, and `Host`."""

    method: str
    path: str
    fields: dict[str, str]
    host: str


class Pages:
    """All pages of one sandbox."""

    def __init__(self, sandbox: Sandbox, *, host: str) -> None:
        """`host` is where the server listens; on loopback only loopback's names are answered.

        Otherwise a foreign site, whose name was made to point here, could read the pages.
        """
        self.sandbox = sandbox
        self.any_host = host not in LOOPBACK
        self.token = secrets.token_urlsafe(24)
        self.engine = Engine(dirs=[str(SHIPPED / "templates")])

    def answer(self, visit: Visit) -> Answer:
        """Answer a browser."""
        name = _PORT.sub("", visit.host).strip("[]").lower()
        if not self.any_host and name not in LOOPBACK:
            return self._problem("This page answers to 127.0.0.1 and localhost only.", 403)
        if visit.path == "/sandbox.css" and visit.method == "GET":
            return Answer(STYLE.read_bytes(), 200, "text/css;charset=UTF-8", _HEADERS)
        if visit.method == "POST":
            return self._do(visit)
        return self._show(visit)

    def _show(self, visit: Visit) -> Answer:
        if visit.path.endswith(SCREEN):
            return self._lead(visit)
        for pattern, template, view in _PAGES:
            if found := re.fullmatch(pattern, visit.path):
                wanted = unquote(found[1]) if found.groups() else ""
                try:
                    return self._page(template, view(self.sandbox, visit.fields, wanted))
                except NotPossible as error:
                    return self._problem(str(error), 404)
        return self._problem("There is no such page.", 404)

    def _lead(self, visit: Visit) -> Answer:
        """Lead from the address of one of OrderFlow's screens to the page here."""
        for screen, page in _SCREENS.items():
            if visit.path.endswith(f"/{screen}{SCREEN}"):
                goal = page.format(quote(visit.fields.get("externalReference", ""), safe=""))
                return Answer(b"", 303, HTML, {**_HEADERS, "Location": goal})
        return self._problem("The sandbox has no such screen.", 404)

    def _do(self, visit: Visit) -> Answer:
        """Do an action and lead back to the page it was asked for on."""
        action = ACTIONS.get(visit.path.removeprefix("/do/"))
        if action is None:
            return self._problem("There is no such button.", 404)
        if not secrets.compare_digest(visit.fields.get("token", "").encode(), self.token.encode()):
            return self._problem("This page is older than the sandbox. Go back and reload it.", 403)
        form = Form(visit.fields)
        try:
            notice = (action(self.sandbox, form), True)
        except BridgeError as error:
            notice = (str(error), False)
        with self.sandbox.lock:
            self.sandbox.notices.append(notice)
        return Answer(b"", 303, HTML, {**_HEADERS, "Location": form.way_back})

    def _page(self, template: str, context: dict[str, Any], status: int = 200) -> Answer:
        with self.sandbox.lock:
            notices, self.sandbox.notices = self.sandbox.notices, []
        shared = {
            "token": self.token,
            "notices": notices,
            "shop": self.sandbox.client.address,
            "account": self.sandbox.account,
        }
        page = self.engine.get_template(f"sandbox/{template}")
        text = page.render(Context({**shared, **context}))
        return Answer(text.encode(), status, HTML, _HEADERS)

    def _problem(self, text: str, status: int) -> Answer:
        return self._page("problem.html", {"problem": text}, status)
