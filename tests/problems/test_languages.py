"""A problem is kept in English and shown in its reader's language."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.utils import timezone, translation

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.common.worded import (
    joined,
    named,
    nworded,
    shown,
    worded,
    worded_day,
    worded_time,
)
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.table import title_of
from orderflow_bridge.problems.kinds import LATE_ORDER, UNKNOWN_SKU
from orderflow_bridge.problems.lines import sentence, worst_lines
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, raise_problems
from orderflow_bridge.watch.runs import look_for_failed_jobs
from tests.messages import compiled

BACKWARDS: dict[str | tuple[str, ...], str | tuple[str, ...]] = {
    "%(count)s of %(kind)s at %(time)s": "um %(time)s: %(kind)s, %(count)s",
    "stock": "Bestand",
    "Wait.": "Warten.",
    ("%(count)s box", "%(count)s boxes"): ("%(count)s Kiste", "%(count)s Kisten"),
}


@pytest.fixture(autouse=True)
def _german(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog(locale="de", fuzzy=False)
    for text, said in BACKWARDS.items():
        catalog.add(text, said)
    (folder / "django.mo").write_bytes(compiled(catalog))
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]


def _worded() -> str:
    return worded(
        "%(count)s of %(kind)s at %(time)s",
        count=1234,
        kind=worded("stock"),
        time=worded_time(datetime(2026, 11, 30, 14, 5)),  # noqa: DTZ001
    )


def test_it_is_the_english_text_whoever_is_there_when_it_is_made():
    with translation.override("de"):
        assert _worded() == "1,234 of stock at 2026-11-30 14:05"


def test_it_is_shown_with_the_words_the_numbers_and_the_days_of_a_language():
    with translation.override("de"):
        assert shown(_worded()) == "um 30.11.2026 14:05: Bestand, 1.234"
        assert shown(worded_day(datetime(2026, 11, 30).date())) == "30.11.2026"  # noqa: DTZ001
    assert shown(_worded()) == "1,234 of stock at 2026-11-30 14:05"


@pytest.mark.parametrize(
    ("count", "english", "german"),
    [(1, "1 box", "1 Kiste"), (2_000, "2,000 boxes", "2.000 Kisten")],
)
def test_one_and_many_are_told_apart(count: int, english: str, german: str):
    text = nworded("%(count)s box", "%(count)s boxes", count)

    with translation.override("de"):
        assert (text, shown(text)) == (english, german)


def test_sentences_and_lazy_texts_can_stand_in_one():
    text = joined(
        [named(gettext_lazy("Wait.")), "100%", worded("A %(lazy)s", lazy=gettext_lazy("stock"))]
    )

    assert text == "Wait. 100% A stock"
    with translation.override("de"):
        assert shown(text) == "Warten. 100% A Bestand"


def test_what_was_written_anew_is_not_overruled_by_what_was_kept_of_it():
    with translation.override("de"):
        assert shown("Wait now.", worded("Wait.").made_of) == "Wait now."
        assert shown("Wait.") == "Wait."


@pytest.mark.django_db
def test_a_problem_is_kept_in_english_and_shown_in_german():
    raise_problems([Finding(LATE_ORDER, "100", _worded(), worded("Wait."))])

    problem = Problem.objects.get()
    assert (problem.text, problem.remedy) == ("1,234 of stock at 2026-11-30 14:05", "Wait.")
    with translation.override("de"):
        assert problem.shown_text == "um 30.11.2026 14:05: Bestand, 1.234"
        assert problem.shown_remedy == "Warten."
        assert sentence(problem, timezone.now()).startswith(problem.shown_text)
    assert problem.shown_text == problem.text


@pytest.mark.django_db
def test_the_newest_report_counts_with_or_without_what_it_is_made_of():
    raise_problems([Finding(UNKNOWN_SKU, "A", worded("Wait."))])
    raise_problems([Finding(UNKNOWN_SKU, "A", "Wait.")])

    problem = Problem.objects.get()
    with translation.override("de"):
        assert (problem.shown_text, problem.wording, problem.count) == ("Wait.", None, 2)


@pytest.mark.django_db
def test_a_detectors_sentence_can_be_shown_in_any_language(admin_user: Any):
    job = "orderflow_watch"
    JobRun.objects.create(
        job=job, scheduled_for=timezone.now(), status=JobRun.Status.FAILED, summary="No room."
    )
    look_for_failed_jobs(timezone.now())

    problem = Problem.objects.get()
    text = f"The last run of the job {title_of(job)} failed: No room."
    assert problem.text == text
    assert problem.wording["text"]["values"]["reason"] == "No room"
    with translation.override("de"):
        (line,) = worst_lines(admin_user, most=3).shown
        assert line.text.startswith(
            "Der letzte Lauf des Jobs Überwachung ist fehlgeschlagen: No room."
        )
