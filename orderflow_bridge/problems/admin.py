"""Problems: what is wrong now, whose it is, and what was done about it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator

from orderflow_bridge.common import clock
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally, answer_to, carry_out
from orderflow_bridge.console.pages import (
    Card,
    Section,
    badge,
    datetime_text,
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

__all__ = ("ProblemAdmin", "route_admin")

_ROWS_AT_ONCE = 500


def _state_cell(problem: Problem) -> Any:
    state = problem.state_at(clock.now())
    if state == Problem.State.RESOLVED:
        return badge("Resolved", "success")
    if state == Problem.State.SNOOZED:
        until = problem.snoozed_until
        return badge(f"Snoozed until {datetime_text(until)[:-3] if until else 'it grows'}")
    return badge("Open", "warning")


@admin.register(Problem)
class ProblemAdmin(RecordAdmin):
    """Watch → Problems."""

    missing_text = "This problem is no longer there, or is not for you to see."
    act_right = "problems.settle_problem"
    list_display = (
        "severity_label",
        "kind_title",
        "sentence",
        "times",
        "since",
        "website_name",
        "owner_name",
        "state",
    )
    list_display_links = ("sentence",)
    more_columns = ("about", "last")
    list_select_related = ("website", "owner")
    list_before_template = "bridge/problem_states.html"
    filters = FILTERS
    search_fields = ("subject", "text")
    search_help_text = "Subject, or words of the sentence"
    actions = ("snooze_selected", "take_selected", "resolve_selected")
    empty_title = "Nothing is wrong"
    empty_text = "The bridge looks every minute. What is snoozed or resolved is found by its state."

    severity_label = column(
        "Severity",
        lambda problem: badge(problem.get_severity_display(), TONES[Severity(problem.severity)]),
        ordering="severity",
    )
    kind_title = column("Kind", "known_kind.title", str, ordering="kind")
    about = column("Subject", lambda problem: unbroken(Truncator(problem.subject).chars(60)))
    sentence = column("What Is Wrong", lambda problem: Truncator(problem.text).chars(160))
    times = column("Count", "count", number_cell)
    since = column("Since", "first_seen", time_cell)
    last = column("Last Seen", "last_seen", time_cell)
    website_name = column(
        "Website", lambda problem: problem.website or "", ordering="website__name"
    )
    owner_name = column("Owner", lambda problem: problem.owner or "", ordering="owner__username")
    state = column("State", _state_cell)

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
                "take", "Take", "Make it yours? Others see that you look after it.",
                self.take, _is_open, "front_hand",
            ),
            RecordAction(
                "snooze", "Snooze", "Call nobody to it for a while? It stays in the list.",
                self.snooze, _is_open, "snooze", form=SnoozeForm,
            ),
            RecordAction(
                "wake", "Wake", "Show it again?", self.wake, _may_wake, "alarm",
            ),
            RecordAction(
                "note", "Note", "What is to be known about it?",
                self.note, lambda problem: True, "edit_note", form=NoteForm,
            ),
            RecordAction(
                "resolve", "Resolve", "Is it settled? If its cause goes on, it is raised anew.",
                self.resolve, _is_open, "task_alt", form=SettleForm,
            ),
        )  # fmt: skip

    def take(self, request: HttpRequest, problem: Problem) -> None:
        """Make the user its owner."""
        _settled(request, services.take(_only(problem), by=_user(request)), "It is yours now.")

    def snooze(self, request: HttpRequest, problem: Problem, form: SnoozeForm) -> None:
        """Hide it for a while."""
        until = form.until(clock.now())
        done = services.snooze(
            _only(problem), by=_user(request), until=until, text=form.cleaned_data["text"]
        )
        span = f"until {datetime_text(until)}" if until else "until it grows"
        _settled(request, done, f"Nobody is called to it {span}.")

    def wake(self, request: HttpRequest, problem: Problem) -> None:
        """Show it again."""
        _settled(request, services.wake(_only(problem), by=_user(request)), "It is shown again.")

    def note(self, request: HttpRequest, problem: Problem, form: NoteForm) -> None:
        """Write on it."""
        services.note(problem, form.cleaned_data["text"], by=_user(request))
        messages.success(request, "Your note has been added.")

    def resolve(self, request: HttpRequest, problem: Problem, form: SettleForm) -> None:
        """End it by hand."""
        done = services.resolve(_only(problem), by=_user(request), text=form.cleaned_data["text"])
        _settled(request, done, "It is resolved.")

    @admin.action(description="Snooze", permissions=["act"])
    def snooze_selected(
        self, request: HttpRequest, queryset: QuerySet[Problem]
    ) -> HttpResponse | None:
        """Ask for how long, then hide the selection."""
        form = answer_to(request, SnoozeForm)

        def run(problems: QuerySet[Problem]) -> int:
            return services.snooze(
                problems,
                by=_user(request),
                until=form.until(clock.now()),
                text=form.cleaned_data["text"],
            )

        question = "Call nobody to the selected problems for a while?"
        return carry_out(self, request, queryset, _many("Snooze", question, run, "snoozed", form))

    @admin.action(description="Take", permissions=["act"])
    def take_selected(
        self, request: HttpRequest, queryset: QuerySet[Problem]
    ) -> HttpResponse | None:
        """Ask, then make the user the owner of the selection."""

        def run(problems: QuerySet[Problem]) -> int:
            return services.take(problems, by=_user(request))

        question = "Make the selected problems yours? Others see that you look after them."
        return carry_out(self, request, queryset, _many("Take", question, run, "taken"))

    @admin.action(description="Resolve", permissions=["act"])
    def resolve_selected(
        self, request: HttpRequest, queryset: QuerySet[Problem]
    ) -> HttpResponse | None:
        """Ask for a note, then end the selection by hand."""
        form = answer_to(request, SettleForm)

        def run(problems: QuerySet[Problem]) -> int:
            return services.resolve(problems, by=_user(request), text=form.cleaned_data["text"])

        question = "Are the selected problems settled? Those whose cause goes on are raised anew."
        return carry_out(self, request, queryset, _many("Resolve", question, run, "resolved", form))

    def sections(self, request: HttpRequest, record: Problem) -> list[Section]:
        """Return what is wrong, what to do, the newest case, and what was done."""
        facts = [
            ("Kind", record.known_kind.title),
            ("Subject", link(record.subject, subject_url(record))),
            ("Severity", self.severity_label(record)),
            ("Count", number_cell(record.count)),
            ("Since", time_cell(record.first_seen)),
            ("Last Seen", time_cell(record.last_seen)),
            ("Website", record.website or ""),
            ("Owner", record.owner or ""),
            ("State", self.state(record)),
        ]
        shown = [Card("Details", facts)]
        if newest := evidence_facts(record):
            shown.append(Card("The Newest Case", newest))
        url = record.url if record.is_open else ""
        may_mend = may_follow(url) if url else False
        context = {
            "problem": record,
            "url": url if may_mend else "",
            "is_for_others": bool(url) and not may_mend,
            "cards": shown,
            "story": _story(record),
        }
        return [Section("problem", "Problem", "bridge/problem.html", context)]


def _story(problem: Problem) -> list[tuple[datetime, str, str]]:
    """Return when, who and what, oldest first; what the bridge did itself has no name."""
    notes = [
        (note.created_at, str(note.user or ""), note.text)
        for note in problem.notes.select_related("user")
    ]
    story = [(problem.first_seen, "", "It was met for the first time."), *notes]
    if problem.resolved_at is not None and problem.resolved_by is None:
        story.append((problem.resolved_at, "", "It ended: its cause is gone."))
    return sorted(story, key=lambda entry: entry[0])


def _many(
    title: str,
    question: str,
    run: Callable[[QuerySet[Problem]], int],
    done: str,
    form: SettleForm | None = None,
) -> ConfirmedMassAction:
    """Return the mass action that settles a selection."""

    def step(request: HttpRequest, keys: Sequence[int]) -> int:
        return run(Problem.objects.filter(pk__in=keys))

    def announce(request: HttpRequest, tally: Tally) -> None:
        messages.success(request, f"A total of {tally.done} problem(s) have been {done}.")
        if tally.left:
            messages.info(request, f"{tally.left} of the selected problem(s) had ended before.")

    return ConfirmedMassAction(title, question, step, announce, step=_ROWS_AT_ONCE, form=form)


def _only(problem: Problem) -> QuerySet[Problem]:
    return Problem.objects.filter(pk=problem.pk)


def _user(request: HttpRequest) -> User:
    return User.objects.get(pk=int(request.user.pk or 0))


def _settled(request: HttpRequest, done: int, text: str) -> None:
    if done:
        messages.success(request, text)
    else:
        messages.warning(request, "It has ended in the meantime: nothing was changed.")


def _is_open(problem: Problem) -> bool:
    return problem.is_open


def _may_wake(problem: Problem) -> bool:
    return problem.is_open and problem.is_snoozed(clock.now())
