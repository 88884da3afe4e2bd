"""How a story is shown: on a page of its own, and as a tab that is filled when it is opened."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from orderflow_bridge.console.pages import Section, admin_url, link
from orderflow_bridge.timeline.search import may_see
from orderflow_bridge.timeline.steps import Place, Step, Story

BEFORE = "before"


@dataclass(frozen=True)
class ShownStep:
    """A step, with the links that the user may follow."""

    step: Step
    links: list[Any]


def story_context(request: HttpRequest, story: Story, url: str) -> dict[str, Any]:
    """Return what the templates need of a story whose own address is `url`."""
    older = f"{url}?{urlencode({BEFORE: str(story.older)})}" if story.older else ""
    return {
        "steps": [ShownStep(step, _links(request, step)) for step in story.steps],
        "older_url": older,
    }


def timeline_tab(url: str) -> Section:
    """Return the tab of a record whose story has this address."""
    return Section("timeline", "Timeline", "bridge/timeline_tab.html", {"url": url})


def _links(request: HttpRequest, step: Step) -> list[Any]:
    return [link(place.text, url) for place in step.places if (url := _url(request, place))]


def _url(request: HttpRequest, place: Place) -> str:
    """Return a place's address, or "" for one the user may not see."""
    app_label, _, model_name = place.page.partition("_")
    if not may_see(request.user, app_label, model_name):
        return ""
    url = admin_url(f"{place.page}_change", place.pk)
    return f"{url}#{place.tab}" if url and place.tab else url
