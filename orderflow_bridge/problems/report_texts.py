"""What people are told of problems: in an e-mail, in their language, and in a chat, in English."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from orderflow_bridge.common.translation import gettext_noop
from orderflow_bridge.configuration.selectors import problem_reports
from orderflow_bridge.outbox.mail.services import Draft, in_mail_language
from orderflow_bridge.problems.kinds import Severity, kind_of
from orderflow_bridge.problems.models import Problem

LONGEST_SUBJECT = 150


class News(Enum):
    """What there is to tell of problems, and the heading it stands under."""

    NEW = gettext_noop("New")
    STILL = gettext_noop("Still open")
    ENDED = gettext_noop("Ended")


_LEADS = {
    News.NEW: gettext_noop("OrderFlow: Problem: %(problem)s"),
    News.STILL: gettext_noop("OrderFlow: Still open: %(problem)s"),
    News.ENDED: gettext_noop("OrderFlow: Ended: %(problem)s"),
}
_COUNTED = {
    News.NEW: gettext_noop("%(count)s new"),
    News.STILL: gettext_noop("%(count)s still open"),
    News.ENDED: gettext_noop("%(count)s ended"),
}


@dataclass(frozen=True)
class Group:
    """Problems of one kind, severity and website that are told together; `listed` are the first."""

    news: News
    kind: str
    severity: int
    website_id: int | None
    count: int
    listed: Sequence[Problem]

    @property
    def title(self) -> str:
        return str(kind_of(self.kind).title)

    @property
    def severity_title(self) -> str:
        return str(Severity(self.severity).label)

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.listed)


def mail_to(address: str, groups: Sequence[Group]) -> Draft:
    """Write the e-mail of these groups to an address, in the installation's language."""
    with in_mail_language(None):
        context = {"parts": _parts(groups), "base_url": _base_url(), "list_url": _list_url()}
        return Draft(
            recipient=address,
            subject=subject_of(groups),
            text=render_to_string("emails/problems.txt", context),
            html=render_to_string("emails/problems.html", context),
        )


def subject_of(groups: Sequence[Group]) -> str:
    """Return one line: the problem itself if there is one, else how many of what."""
    if len(groups) == 1 and groups[0].count == 1:
        lead = _LEADS[groups[0].news]
        text = " ".join(groups[0].listed[0].shown_text.split())
        return gettext(lead) % {"problem": text[:LONGEST_SUBJECT]}
    counts = {news: sum(each.count for each in groups if each.news == news) for news in News}
    words = [gettext(_COUNTED[news]) % {"count": each} for news, each in counts.items() if each]
    return gettext("OrderFlow problems: %(counts)s") % {"counts": ", ".join(words)}


def chat_text(groups: Sequence[Group]) -> str:
    """Return what a chat is told: a line per problem, with its address if the Base URL is known."""
    lines = []
    for group in groups:
        for problem in group.listed:
            lines.append(f"[{group.news.value} · {group.severity_title}] {problem.text}")
            if group.news != News.ENDED and problem.remedy:
                lines.append(f"    {problem.remedy} {_full(problem.url)}".rstrip())
        if group.more:
            lines.append(f"… and {group.more} more: {group.title}.")
    if _base_url():
        lines.append(_full(_list_url()))
    return "\n".join(lines)


def _parts(groups: Sequence[Group]) -> list[tuple[str, bool, list[Group]]]:
    """Return what there is to tell under its headings, each with whether it has ended."""
    found = [(news, [each for each in groups if each.news == news]) for news in News]
    return [(gettext(news.value), news == News.ENDED, some) for news, some in found if some]


def _base_url() -> str:
    return problem_reports().base_url.rstrip("/")


def _full(path: str) -> str:
    return f"{_base_url()}{path}" if path and _base_url() else ""


def _list_url() -> str:
    return reverse("admin:problems_problem_changelist")
