"""What pages weigh over the wire: told by a browser for one, added up over HTTP for each."""

import gzip
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from playwright.sync_api import Page

from tests.browser.site import Site
from tests.browser.test_every_page import kind_of

# What a page asks a browser for, and by which attribute; the last two are asked for by scripts.
_ASKED = {
    "script[src]": "src", "img[src]": "src", "link[rel=stylesheet]": "href",
    "link[rel=icon]": "href", "[data-glossary]": "data-glossary", "[data-at-once]": "data-reads",
}  # fmt: skip
_FONT = re.compile(r"src: url\(([^)]+)\)")
_STATUS_LINE = len("HTTP/1.1 200 OK\r\n\r\n")


def weigh(page: Page, address: str, *, is_cold: bool) -> dict[str, float]:
    """Open a page; return the bytes of each answer that came over the wire."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if is_cold:
        session.send("Network.clearBrowserCache")
    asked: dict[str, str] = {}
    bytes_of: dict[str, float] = {}

    def note(event: dict[str, object]) -> None:
        asked[str(event["requestId"])] = str(event["request"]["url"])  # type: ignore[index]

    def end(event: dict[str, object]) -> None:
        size, url = float(event["encodedDataLength"]), asked.get(str(event["requestId"]))  # type: ignore[arg-type]
        if size and url:  # the page before may have been waiting for something
            bytes_of[url] = size

    session.on("Network.requestWillBeSent", note)
    session.on("Network.loadingFinished", end)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    session.detach()
    return bytes_of


@dataclass(frozen=True)
class Answer:
    """What came over the wire: how many bytes, and the page that they are."""

    size: int
    kind: str
    text: str


@dataclass
class Walk:
    """A walk over the pages of a bridge without drawing them: hundreds, in a minute."""

    page: Page  # a window in which somebody is signed in
    site: Site
    _sizes: dict[str, int] = field(default_factory=dict)

    def weights(self, begin: Iterable[str]) -> Iterator[tuple[str, int, int]]:
        """Yield each page that is named, or led to, with its bytes cold and warm.

        Of pages that differ by a record alone the first one is taken.
        """
        to_do = list(begin)
        seen = {kind_of(path) for path in to_do}
        for path in to_do:
            answer = self.get(path)
            if not answer.kind.startswith("text/html"):
                continue
            yield path, answer.size + sum(map(self._kept, self.asked(answer.text))), answer.size
            for link in BeautifulSoup(answer.text, "html.parser").select("a[href]"):
                to = urlsplit(urljoin(path, str(link["href"]))).path
                if to.startswith("/admin/") and "/download/" not in to and kind_of(to) not in seen:
                    seen.add(kind_of(to))
                    to_do.append(to)

    def asked(self, text: str) -> set[str]:
        """Return the paths of what a page asks for, which browsers keep."""
        drawn = BeautifulSoup(text, "html.parser")
        named = {
            str(each[name]) for selector, name in _ASKED.items() for each in drawn.select(selector)
        }
        return {each for each in named | set(_FONT.findall(text)) if each.startswith("/")}

    def get(self, path: str) -> Answer:
        """Ask for a page as a browser does, and take the bytes as they come."""
        cookies = "; ".join(
            f"{each['name']}={each['value']}" for each in self.page.context.cookies()
        )
        wire = HTTPConnection(urlsplit(self.site.address).netloc, timeout=60)
        with closing(wire):
            wire.request("GET", path, headers={"Accept-Encoding": "gzip", "Cookie": cookies})
            answer = wire.getresponse()
            body = answer.read()
        heads = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        is_packed = answer.headers["Content-Encoding"] == "gzip"
        text = (gzip.decompress(body) if is_packed else body).decode(errors="replace")
        kind = answer.headers["Content-Type"] or ""
        return Answer(len(body) + heads + _STATUS_LINE, kind, text)

    def _kept(self, path: str) -> int:
        if path not in self._sizes:
            self._sizes[path] = self.get(path).size
        return self._sizes[path]
