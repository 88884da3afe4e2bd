"""Pages of the configuration that belong to rooms above: they stand in its navigation, and their
changes in its history, under paths of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from orderflow_bridge.stores.models import Website


@dataclass(frozen=True)
class Changed:
    """What a change of such a page is called, as a setting has a label."""

    label: str


@dataclass(frozen=True)
class AddedPage:
    """A page of the model `app_label.model_name`, whose rights are the model's.

    The paths of its changes begin with `prefix`. `label(path)` names what was changed and
    `show(stored)` is what a person reads of a value before or after; None is inherited.
    """

    title: str
    group: str
    app_label: str
    model_name: str
    prefix: str
    label: Callable[[str], str]
    show: Callable[[str | None], str]

    def url(self, website: Website | None = None) -> str:
        """Return the page's address in a scope."""
        name = f"admin:{self.app_label}_{self.model_name}_changelist"
        return reverse(name, query={"website": website.code} if website else None)

    def is_visible(self, request: HttpRequest) -> bool:
        """Tell whether the user may see it."""
        rights = (f"{self.app_label}.{verb}_{self.model_name}" for verb in ("view", "change"))
        return any(request.user.has_perm(right) for right in rights)


_pages: list[AddedPage] = []


def add_page(page: AddedPage) -> None:
    """Let the configuration have a further page; to be called from the room's admin module."""
    _pages.append(page)


def added_pages(request: HttpRequest) -> Sequence[AddedPage]:
    """Return the further pages that the user may see."""
    return [page for page in _pages if page.is_visible(request)]
