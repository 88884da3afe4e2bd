"""Where the pages of the configuration are, and which of them somebody may see."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from orderflow_bridge.configuration.added_pages import AddedPage, added_pages
from orderflow_bridge.configuration.declarations import Scope, Section
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.stores.models import Website


@dataclass(frozen=True)
class Link:
    """An entry of the navigation, or of the scope switch."""

    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    """Pages under one heading."""

    title: str
    links: list[Link]


def section_url(section: type[Section], website: Website | None = None) -> str:
    """Return the address of a section's page in a scope."""
    name = f"admin:{section.app}_{section.model_name}_changelist"
    return reverse(name, query={"website": website.code} if website else None)


def visible_sections(request: HttpRequest) -> list[type[Section]]:
    """Return the sections that the user may see, in their order."""
    return [section for section in SECTIONS if _may_see(request, section)]


def section_groups(request: HttpRequest, current: type[Section] | AddedPage | None) -> list[Group]:
    """Return the navigation: every page that the user may see, under its heading."""
    groups: dict[str, Group] = {}
    for section in visible_sections(request):
        group = groups.setdefault(section.group, Group(section.group, []))
        group.links.append(Link(section.title, section_url(section), section is current))
    for page in added_pages(request):
        group = groups.setdefault(page.group, Group(page.group, []))
        group.links.append(Link(page.title, page.url(), page is current))
    return list(groups.values())


def scope_links(section: type[Section], current: Website | None) -> list[Link]:
    """Return the scope switch; nothing if the section is global throughout."""
    return list(_scope_links(section, current)) if has_website_settings(section) else []


def has_website_settings(section: type[Section]) -> bool:
    """Tell whether a website may have values of its own."""
    return any(each.scope is Scope.WEBSITE for each in section.settings())


def _scope_links(section: type[Section], current: Website | None) -> Iterator[Link]:
    yield Link(_("Default Config"), section_url(section), current is None)
    for each in Website.objects.all():
        yield Link(each.name, section_url(section, each), each == current)


def _may_see(request: HttpRequest, section: type[Section]) -> bool:
    rights = (f"{section.app}.{verb}_{section.model_name}" for verb in ("view", "change"))
    return any(request.user.has_perm(right) for right in rights)
