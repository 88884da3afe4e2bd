"""System → Version: what runs, under which licence, and what each version brought; the foot."""

import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.pages import Card
from orderflow_bridge.support.help import help_for
from orderflow_bridge.support.long_texts import REST, answer_rest, rest_url
from orderflow_bridge.version import (
    MAGENTO_VERSION,
    ORDERFLOW_MODULES,
    VERSION,
    changelog,
    commit,
    full_version,
    source_url,
)

MOST_CHANGES = 30
LICENCE = gettext_lazy("Licensed under the Open Software License version 3.0 (OSL-3.0)")
_CODE = re.compile(r"`([^`]*)`")
_WORDS = re.compile(r"\*([^*]+)\*")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


@dataclass
class Release:
    """A version's part of the changelog: its heading, and a text per line of the list."""

    heading: str
    changes: list[SafeString] = field(default_factory=list)


def version_view(request: HttpRequest) -> HttpResponse:
    """Show what runs and the changelog that came with it."""
    shown, later = newest(releases(), MOST_CHANGES)
    rest = render_to_string("support/releases.html", {"releases": later}) if later else ""
    if REST in request.GET:
        return answer_rest(rest)
    context = {
        **admin.site.each_context(request),
        "title": _("Version"),
        "content": {"cards": [Card(_("This installation"), list(_facts()))]},
        "licence": LICENCE,
        "source_url": source_url(),
        "body": render_to_string("support/releases.html", {"releases": shown}),
        "rest_url": rest_url(reverse("version"), rest),
    }
    return TemplateResponse(request, "support/version.html", context)


def foot(request: HttpRequest) -> dict[str, Any]:
    """Offer every page of the admin what stands at its foot, and its page of the help."""
    return {
        "bridge_version": full_version(),
        "bridge_source_url": source_url(),
        "bridge_help": SimpleLazyObject(lambda: help_for(request)),
    }


def _facts() -> Iterator[tuple[str, str]]:
    yield "OrderFlow Bridge", VERSION
    yield _("Commit"), commit()
    yield "Python", platform.python_version()
    yield _("Magento version emulated"), MAGENTO_VERSION
    yield _("OrderFlow modules expected"), ", ".join(ORDERFLOW_MODULES)


@cache
def releases() -> tuple[Release, ...]:
    """Return the versions of the changelog, the newest first."""
    return tuple(_read(changelog()))


def newest(all_of_them: Sequence[Release], most: int) -> tuple[list[Release], list[Release]]:
    """Divide the changes after so many; a version that is divided has its heading on both sides."""
    shown: list[Release] = []
    later: list[Release] = []
    for release in all_of_them:
        room = most - sum(len(each.changes) for each in shown)
        parts = (shown, release.changes[:room]), (later, release.changes[room:])
        for side, changes in parts:
            if changes:
                side.append(Release(release.heading, changes))
    return shown, later


def _read(text: str) -> Iterator[Release]:
    """Read headings of the second level with a list each; anything else is passed over."""
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        items = re.split(r"^- ", body, flags=re.MULTILINE)[1:]
        yield Release(heading.strip(), [_line(" ".join(item.split())) for item in items])


def _line(text: str) -> SafeString:
    """Return a line with its code and emphasis; of a link into the source only the text."""
    plain = _WORDS.sub(r"<em>\1</em>", escape(_LINK.sub(r"\1", text)))
    return mark_safe(_CODE.sub(r"<code>\1</code>", plain))  # noqa: S308  # escaped above
