"""Help: the pages of docs/ inside the admin, searchable, and which of them is about which page."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import markdown
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from markdown.extensions.toc import slugify

from orderflow_bridge.console.admin_site import KEPT_BY_BROWSERS
from orderflow_bridge.support.long_texts import REST, answer_rest, divided, rest_url
from orderflow_bridge.version import SHIPPED

DOCS = SHIPPED / "docs"
FIRST = "index.md"
GLOSSARY = "glossary.md"
MOST_FOUND = 20
_EXCERPT = 160
_HEADING = re.compile(r"^(#{1,4}) (.+)$", re.MULTILINE)
_MARKS = re.compile(r"[`*|]|\[([^\]]*)\]\([^)]*\)")
# What the pages of an app are about, and of some of its models; the longest beginning counts.
PAGES = {
    "index": "dashboard.md", "dashboard_backup": "production.md", "version": "upgrading.md",
    "timeline": "records.md", "catalog": "records.md", "sales": "orders.md",
    "order_desk": "orders.md", "inventory": "stock.md", "imports": "records.md",
    "imports_inventoryimport": "stock.md", "imports_masschange": "stock.md",
    "imports_waitingsku": "stock.md", "imports_skualias": "stock.md", "exports": "exports.md",
    "mapping": "exports.md", "file_transfer": "files.md", "bulk": "rest.md",
    "configuration": "configuration.md", "configuration_transfer": "configuration-files.md",
    "rules": "rules.md", "stores": "configuration.md", "carriers": "shipping-map.md",
    "induction": "induction.md", "scheduler": "jobs.md", "exchange": "exchange.md",
    "mail": "records.md", "webhooks": "webhooks.md", "plugins": "extending.md",
    "problems": "problems.md", "watch": "problems.md", "watch_stock": "stock.md",
    "auth": "security.md", "access": "security.md", "account": "security.md",
    "two_factor": "security.md", "integrations": "integrations.md", "support": "support.md",
    "figures": "dashboard.md",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A section of a page: its own words, and where it stands."""

    page: str
    title: str
    heading: str
    text: str

    @property
    def url(self) -> str:
        """The section's address."""
        return f"{page_url(self.page)}#{slugify(self.heading, '-')}"


def page_url(name: str) -> str:
    """Return the address of a page of docs/, "exports.md"."""
    return reverse("help", args=(name,))


def help_for(request: HttpRequest) -> str:
    """Return the address of the docs page that belongs to the page that is shown."""
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    begun = [each for each in PAGES if name.startswith(each)]
    return page_url(PAGES[max(begun, key=len)] if begun else FIRST)


def help_view(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """Show a page of docs/, one of its pictures, or what is found for `?q=`."""
    if "q" in request.GET:
        text = request.GET["q"].strip()
        context = {"text": text, "found": find(text), "title": _("Help")}
        return _page(request, context)
    if not name:
        return HttpResponseRedirect(page_url(FIRST))
    path = (DOCS / name).resolve()
    if not path.is_relative_to(DOCS) or not path.is_file():
        raise Http404
    if path.suffix == ".png":
        return HttpResponse(path.read_bytes(), content_type="image/png")
    if path.suffix != ".md":
        raise Http404
    title, text = rendered(path)
    body, rest = divided(text)
    if REST in request.GET:
        return answer_rest(rest)
    context = {"title": title, "body": mark_safe(body), "name": name}  # noqa: S308
    return _page(request, {**context, "rest_url": rest_url(page_url(name), rest)})


def glossary_view(request: HttpRequest) -> JsonResponse:
    """Return the glossary: each term in small letters with its sentence; kept by browsers.

    The sentences are English, as the docs are; the terms are also in the reader's language, in
    which the pages say them.
    """
    terms = {each.heading: each.text for each in glossary()}
    said = {_(heading).casefold(): text for heading, text in terms.items()}
    answer = JsonResponse({heading.casefold(): text for heading, text in terms.items()} | said)
    answer["Cache-Control"] = KEPT_BY_BROWSERS
    return answer


@cache
def rendered(path: Path) -> tuple[str, str]:
    """Return the title and the HTML of a page. The pages are ours: nothing in them is foreign."""
    text = path.read_text(encoding="utf-8")
    made = markdown.markdown(text, extensions=["tables", "admonition", "toc", "fenced_code"])
    heading = _HEADING.search(text)
    # The page's name stands above it; the frame's first heading is the admin's.
    body = re.sub(r"<h1.*?</h1>", "", made, count=1).replace("<table>", '<table tabindex="0">')
    return heading[2] if heading else path.stem, body


def find(text: str) -> list[tuple[Part, str]]:
    """Return the sections that have all the words, those first that are named so, each with what
    stands around the first word.
    """
    words = text.casefold().split()
    if not words:
        return []
    hits = [each for each in parts() if all(one in _words_of(each) for one in words)]
    hits.sort(key=lambda each: not any(one in each.heading.casefold() for one in words))
    return [(each, _excerpt(each.text, words[0])) for each in hits[:MOST_FOUND]]


@cache
def parts() -> tuple[Part, ...]:
    """Return every section of every page."""
    found: list[Part] = []
    for path in sorted(DOCS.rglob("*.md")):
        name = path.relative_to(DOCS).as_posix()
        pieces = _HEADING.split(path.read_text(encoding="utf-8"))[1:]
        title = pieces[1] if pieces else name
        for _level, heading, text in zip(*[iter(pieces)] * 3, strict=True):
            found.append(Part(name, title, heading, _MARKS.sub(r"\1", text).strip()))
    return tuple(found)


@cache
def glossary() -> tuple[Part, ...]:
    """Return the terms of the glossary, each a heading, with what they mean."""
    return tuple(each for each in parts() if each.page == GLOSSARY and each.text)


def _words_of(part: Part) -> str:
    return f"{part.title} {part.heading} {part.text}".casefold()


def _excerpt(text: str, word: str) -> str:
    at = max(text.casefold().find(word) - _EXCERPT // 2, 0)
    cut = " ".join(text[at : at + _EXCERPT].split())
    return f"{'…' if at else ''}{cut}{'…' if at + _EXCERPT < len(text) else ''}"


def _page(request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
    context = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, "support/help.html", context)
