"""Problems: what is wrong now, whose it is, and what was done about it."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.formats import datetime_text, minute_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.mass_actions import answer_to, carry_out
from orderflow_bridge.console.pages import (
    Card,
    Section,
    badge,
    link,
    time_cell,
    unbroken,
)
from orderflow_bridge.console.reader import may_follow
from orderflow_bridge.problems import route_admin, services
from orderflow_bridge.problems.evidence import evidence_facts, subject_url
from orderflow_bridge.problems.forms import NoteForm, SettleForm, SnoozeForm
from orderflow_bridge.problems.kinds import Severity
from orderflow_bridge.problems.lines import TONES
from orderflow_bridge.problems.list_filters import FILTERS, OPEN
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.selectors import visible_kinds
from orderflow_bridge.problems.settling import many, only, settled, user_of

__all__ = ("ProblemAdmin", "route_admin")


def _state_cell(problem: Problem) -> Any:
    state = problem.state_at(clock.now())
    if state == Problem.State.RESOLVED:
        return badge(_("Resolved"), "success")
    if state == Problem.State.SNOOZED:
        until = problem.snoozed_until
        if until is None:
            return badge(_("Snoozed until it grows"))
        return badge(_("Snoozed until %(time)s") % {"time": minute_text(until)})
    return badge(_("Open"), "warning")


@admin.register(Problem)
class ProblemAdmin(RecordAdmin):
    """Watch → Problems."""

    missing_text = gettext_lazy("This problem is no longer there, or is not for you to see.")
    act_right = "problems.settle_problem"
    list_display = (
        "severity_label",
        "kind_title",
        "sentence",
        "state",
        "times",
        "since",
        "website_name",
        "owner_name",
    )
    list_display_links = ("sentence",)
    more_columns = ("about", "last")
    list_select_related = ("website", "owner")
    list_before_template = "bridge/problem_states.html"
    filters = FILTERS
    search_fields = ("subject", "text")
    search_help_text = gettext_lazy("Subject, or words of the sentence")
    actions = ("snooze_selected", "take_selected", "resolve_selected")
    empty_title = gettext_lazy("Nothing is wrong")
    empty_text = gettext_lazy(
        "The bridge looks every minute. What is snoozed or resolved is found by its state."
    )

    severity_label = column(
        gettext_lazy("Severity"),
        lambda problem: badge(problem.get_severity_display(), TONES[Severity(problem.severity)]),
        ordering="severity",
    )
    kind_title = column(gettext_lazy("Kind"), "known_kind.title", str, ordering="kind")
    about = column(
        gettext_lazy("Subject"), lambda problem: unbroken(Truncator(problem.subject).chars(60))
    )
    sentence = column(
        gettext_lazy("What Is Wrong"), lambda problem: Truncator(problem.shown_text).chars(160)
    )
    times = column(gettext_lazy("Count"), "count", number_cell)
    since = column(gettext_lazy("Since"), "first_seen", time_cell)
    last = column(gettext_lazy("Last Seen"), "last_seen", time_cell)
    website_name = column(
        gettext_lazy("Website"), lambda problem: problem.website or "", ordering="website__name"
    )
    owner_name = column(
        gettext_lazy("Owner"), lambda problem: problem.owner or "", ordering="owner__username"
    )
    state = column(gettext_lazy("State"), _state_cell)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Problem]:
        """Return the problems that the user may see."""
        shown: QuerySet[Problem] = super().get_queryset(request)
        return shown.filter(kind__in=visible_kinds(request.user))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show links to the states above the list."""
        asked = request.GET.getlist("state") or [OPEN]
        states = [(f"?state={each}", each.label, [each] == asked) for each in Problem.State]
        context = {"problem_states": states, **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let everybody in who has any right: what each one sees is decided by the kinds."""
        return bool(request.user.is_active and request.user.get_all_permissions())

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to settle an open problem, and to write on any."""
        return (
            RecordAction(
                "take", _("Take"), _("Make it yours? Others see that you look after it."),
                self.take, _is_open, "front_hand",
            ),
            RecordAction(
                "snooze", _("Snooze"), _("Call nobody to it for a while? It stays in the list."),
                self.snooze, _is_open, "snooze", form=SnoozeForm,
            ),
            RecordAction(
                "wake", _("Wake"), _("Show it again?"), self.wake, _may_wake, "alarm",
            ),
            RecordAction(
                "note", _("Note"), _("What is to be known about it?"),
                self.note, lambda problem: True, "edit_note", form=NoteForm,
            ),
            RecordAction(
                "resolve", _("Resolve"),
                _("Is it settled? If its cause goes on, it is raised anew."),
                self.resolve, _is_open, "task_alt", form=SettleForm,
            ),
        )  # fmt: skip

    def take(self, request: HttpRequest, problem: Problem) -> None:
        """Make the user its owner."""
        settled(request, services.take(only(problem), by=user_of(request)), _("It is yours now."))

    def snooze(self, request: HttpRequest, problem: Problem, form: SnoozeForm) -> None:
        """Hide it for a while."""
        until = form.until(clock.now())
        done = services.snooze(
            only(problem), by=user_of(request), until=until, text=form.cleaned_data["text"]
        )
        told = _("Nobody is called to it until it grows.")
        if until:
            told = _("Nobody is called to it until %(time)s.") % {"time": datetime_text(until)}
        settled(request, done, told)

    def wake(self, request: HttpRequest, problem: Problem) -> None:
        """Show it again."""
        settled(request, services.wake(only(problem), by=user_of(request)), _("It is shown again."))

    def note(self, request: HttpRequest, problem: Problem, form: NoteForm) -> None:
        """Write on it."""
        services.note(problem, form.cleaned_data["text"], by=user_of(request))
        messages.success(request, _("Your note has been added."))

    def resolve(self, request: HttpRequest, problem: Problem, form: SettleForm) -> None:
        """End it by hand."""
        done = services.resolve(only(problem), by=user_of(request), text=form.cleaned_data["text"])
        settled(request, done, _("It is resolved."))

    @admin.action(description=gettext_lazy("Snooze"), permissions=["act"])
    def snooze_selected(
        self, request: HttpRequest, queryset: QuerySet[Problem]
    ) -> HttpResponse | None:
        """Ask for how long, then hide the selection."""
        form = answer_to(request, SnoozeForm)

        def run(problems: QuerySet[Problem]) -> int:
            return services.snooze(
                problems,
                by=user_of(request),
                until=form.until(clock.now()),
                text=form.cleaned_data["text"],
            )

        question = _("Call nobody to the selected problems for a while?")
        done = _("A total of %(count)s problem(s) have been snoozed.")
        return carry_out(self, request, queryset, many(_("Snooze"), question, run, done, form))

    @admin.action(description=gettext_lazy("Take"), permissions=["act"])
    def take_selected(
        self, request: HttpRequest, queryset: QuerySet[Problem]
    ) -> HttpResponse | None:
        """Ask, then make the user the owner of the selection."""

        def run(problems: QuerySet[Problem]) -> int:
            return services.take(problems, by=user_of(request))

        question = _("Make the selected problems yours? Others see that you look after them.")
        done = _("A total of %(count)s problem(s) have been taken.")
        return carry_out(self, request, queryset, many(_("Take"), question, run, done))

    @admin.action(description=gettext_lazy("Resolve"), permissions=["act"])
    def resolve_selected(
        self, request: HttpRequest, queryset: QuerySet[Problem]
    ) -> HttpResponse | None:
        """Ask for a note, then end the selection by hand."""
        form = answer_to(request, SettleForm)

        def run(problems: QuerySet[Problem]) -> int:
            return services.resolve(problems, by=user_of(request), text=form.cleaned_data["text"])

        question = _(
            "Are the selected problems settled? Those whose cause goes on are raised anew."
        )
        done = _("A total of %(count)s problem(s) have been resolved.")
        return carry_out(self, request, queryset, many(_("Resolve"), question, run, done, form))

    def sections(self, request: HttpRequest, record: Problem) -> list[Section]:
        """Return what is wrong, what to do, the newest case, and what was done."""
        facts = [
            (_("Kind"), record.known_kind.title),
            (_("Subject"), link(record.subject, subject_url(record))),
            (_("Severity"), self.severity_label(record)),
            (_("Count"), number_cell(record.count)),
            (_("Since"), time_cell(record.first_seen)),
            (_("Last Seen"), time_cell(record.last_seen)),
            (_("Website"), record.website or ""),
            (_("Owner"), record.owner or ""),
            (_("State"), self.state(record)),
        ]
        shown = [Card(_("Details"), facts)]
        if newest := evidence_facts(record):
            shown.append(Card(_("The Newest Case"), newest))
        url = record.url if record.is_open else ""
        may_mend = may_follow(url) if url else False
        context = {
            "problem": record,
            "url": url if may_mend else "",
            "is_for_others": bool(url) and not may_mend,
            "cards": shown,
            "story": _story(record),
        }
        return [Section("problem", _("Problem"), "bridge/problem.html", context)]


def _story(problem: Problem) -> list[tuple[datetime, str, str]]:
    """Return when, who and what, oldest first; what the bridge did itself has no name."""
    notes = [
        (note.created_at, str(note.user or ""), note.text)
        for note in problem.notes.select_related("user")
    ]
    story = [(problem.first_seen, "", _("It was met for the first time.")), *notes]
    if problem.resolved_at is not None and problem.resolved_by is None:
        story.append((problem.resolved_at, "", _("It ended: its cause is gone.")))
    return sorted(story, key=lambda entry: entry[0])


def _is_open(problem: Problem) -> bool:
    return problem.is_open


def _may_wake(problem: Problem) -> bool:
    return problem.is_open and problem.is_snoozed(clock.now())
