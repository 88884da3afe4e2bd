"""The cases after Magento's own API tests: each as it says, enough of them as Magento's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from django.db import transaction

from orderflow_bridge.catalog.attribute_set import forget
from tests.restapi.cases.case import Case, Family, fits, within
from tests.restapi.cases.families import (
    all_cases,
    counted,
    families,
    told,
    write,
    written,
)
from tests.restapi.shop import Script

LEAST, LEAST_SHARE = 400, 0.97


@contextmanager
def undone() -> Iterator[None]:
    """Let nothing stay of what a case writes, and count as the test's own transaction.

    What OrderFlow is called for, cancelling an order among it, refuses to run within one of the
    program's.
    """
    own = transaction.atomic()
    own._from_testcase = True  # type: ignore[attr-defined]  # as TestCase marks its own
    with own:
        yield
        transaction.set_rollback(True)
    forget()


def outcome(script: Script, case: Case, made: dict[str, Any]) -> str:
    """Run a case and undo it; return what is wrong with its answer, "" for nothing."""
    known = dict(made)
    for step in case.before:
        known[step.name] = answered(
            script, step.method, within(step.path, known), within(step.body, known)
        )[1]
    status, found = answered(
        script, case.method, within(case.path, known), within(case.body, known)
    )
    if status != case.status:
        return f"{status} instead of {case.status}: {found}"
    if not fits(found, within(case.answer, known)):
        return f"answers {found}"
    if case.read is not None:
        path, wanted = case.read
        status, found = answered(script, "GET", within(path, known), None)
        if status != 200 or not fits(found, within(wanted, known)):
            return f"{path} answers {status}: {found}"
    return ""


def answered(script: Script, method: str, path: str, body: Any) -> tuple[int, Any]:
    """Return the status and the document of a call."""
    answer = script.call(method, path, body)
    return answer.status_code, orjson.loads(answer.content)


@pytest.mark.django_db
@pytest.mark.parametrize("family", families(), ids=lambda family: family.title)
def test_each_case_answers_as_it_says(script: Script, family: Family) -> None:
    made = family.fill(script)
    wrong = []

    for case in family.cases:
        with undone():
            if text := outcome(script, case, made):
                wrong.append(f"{case.name}: {case.method} {case.path}: {text[:600]}")

    assert wrong == [], "\n".join(wrong)


def test_there_are_enough_cases_and_nearly_all_are_as_magentos() -> None:
    cases = all_cases()

    as_magentos = [case for case in cases if not case.differs]

    assert len(cases) >= LEAST
    assert len(as_magentos) / len(cases) >= LEAST_SHARE


def test_no_case_is_there_twice() -> None:
    said = [(case.name, case.method, case.path, repr(case.body)) for case in all_cases()]

    assert len(said) == len(set(said))


def test_the_page_tells_how_many_there_are_and_which_differ() -> None:
    if os.environ.get("COUNT_CASES"):  # make count-cases
        print(write())

    assert written() == "\n".join([counted(), "", *told()]), "Run: make count-cases"
