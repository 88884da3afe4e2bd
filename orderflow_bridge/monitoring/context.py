"""What every page of the admin shows besides its own: found only if the page asks for it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import english
from orderflow_bridge.common.worded import shown
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.exchange.banner import Banner, BannerLine, banner
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.problems.kinds import COPY, EXCHANGE_PAUSED, NOTHING_RUNS, Severity
from orderflow_bridge.problems.lines import Lines, worst_lines
from orderflow_bridge.problems.pages import LINES, Subjects, page_lines
from orderflow_bridge.problems.services import Finding
from orderflow_bridge.watch.configuration import findings_on_page
from orderflow_bridge.watch.machine import full_disks


def notices(request: HttpRequest) -> dict[str, Any]:
    """Offer the failure bar, what is wrong with the page's own, and a section's warnings."""
    return {
        "exchange": SimpleLazyObject(lambda: _banner(request)),
        "page_problems": SimpleLazyObject(lambda: _page_problems(request)),
        "failure_bar": SimpleLazyObject(lambda: _failure_bar(request)),
        "bridge_warnings": SimpleLazyObject(lambda: _warnings(request)),
    }


def _banner(request: HttpRequest) -> Banner:
    """Return the banner; on top of it a full disk, which no problem can be stored about."""
    full = [each for each in full_disks() if each.severity is Severity.CRITICAL]
    details = [f"{shown(each.text)} {shown(each.remedy)}" for each in full if _is_staff(request)]
    head = _("The disk is almost full.")
    lines = [BannerLine(head, " ".join(details), "danger", "error")] if full else []
    return Banner([*lines, *banner(request).lines])


def _failure_bar(request: HttpRequest) -> Lines | None:
    """Return the worst problems that the user may see; nothing is asked for a guest.

    The pages of problems tell of them themselves, and the banner of copies and pauses.
    """
    if not _is_staff(request) or request.path.startswith(admin_url("problems_problem_changelist")):
        return None
    told = _page_problems(request)
    return worst_lines(
        request.user,
        most=LINES,
        without=told.ids if told else (),
        but=[COPY.name, EXCHANGE_PAUSED.name],
    )


def _page_problems(request: HttpRequest) -> Lines | None:
    """Return what is wrong with what the page shows.

    A record and a section tell what they mend; a section also what is wrong with its jobs.
    """
    if not _is_staff(request):
        return None
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    if sections := _sections(request):
        return page_lines(request, otherwise=_jobs_of(sections))
    return page_lines(request, otherwise=Subjects() if name.endswith("_change") else None)


def _jobs_of(sections: Sequence[type[Section]]) -> Subjects:
    """Return the jobs that these sections switch; where there are any, also that nothing runs."""
    titles = [
        english(job.title)
        for job in JOBS
        for section in sections
        if job.switch.startswith(f"{section.prefix}/")
    ]
    return Subjects([("job", title) for title in titles], kinds=[NOTHING_RUNS] if titles else ())


def _is_staff(request: HttpRequest) -> bool:
    return hasattr(request, "user") and request.user.is_active and request.user.is_staff


def _warnings(request: HttpRequest) -> list[Finding]:
    """Return what is wrong with the section whose page is shown and is no problem yet."""
    told = _page_problems(request)
    texts = [line.text for line in told.shown] if told else []
    found = [each for section in _sections(request) for each in findings_on_page(section)]
    said = [replace(each, text=shown(each.text), remedy=shown(each.remedy)) for each in found]
    return [each for each in said if not any(text.startswith(each.text) for text in texts)]


def _sections(request: HttpRequest) -> list[type[Section]]:
    """Return the section whose page is shown."""
    place = request.path.rstrip("/").split("/")
    return [section for section in SECTIONS if section.model_name in place]
