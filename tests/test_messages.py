"""German and French say every text of the pages, with the values that the English one has."""

import ast
import re

import pytest
from babel.messages.catalog import Message

from tests.messages import KEYWORDS, LANGUAGES, compiled, files, kept, missing, po, texts, updated

_VALUE = re.compile(r"%\((\w+)\)[sd]|%%|%[sd]|\{(\w*)\}")
_TAG = re.compile(r"</?\w+")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language that is not English."""
    return str(request.param)


def test_there_are_texts():
    assert len(texts()) > 1500


def test_no_text_lacks_its_translation(language: str):
    assert missing(language) == {}, "make messages, then write them into the catalogue"


def test_no_translation_is_of_a_text_that_is_gone(language: str):
    assert {each.id for each in kept(language)} == {each.id for each in updated(language)}


def test_no_translation_is_a_guess(language: str):
    assert [each.id for each in kept(language) if each.id and each.fuzzy] == []


def test_a_translation_has_the_values_and_the_marks_of_its_text(language: str):
    wrong = [each.id for each in kept(language) if each.id and not _fits(each)]

    assert wrong == []


def test_what_django_reads_is_what_people_edit(language: str):
    assert po(language).with_suffix(".mo").read_bytes() == compiled(kept(language)), "make messages"


def _fits(message: Message) -> bool:
    """Tell whether each form has the values of the text for many; one needs no count."""
    if isinstance(message.id, str):
        return _parts(message.id) == _parts(str(message.string))
    one, many = (_parts(each) for each in message.id)
    return all(_parts(each) in (one, many) for each in message.string)


def _parts(text: str) -> list[str]:
    return sorted(each[0] for each in _VALUE.finditer(text)) + sorted(_TAG.findall(text))


def test_no_text_is_marked_where_some_pythons_do_not_look_for_it():
    """Before 3.12 an f-string is one token, and a text marked within it is not found."""
    found = [
        f"{name}: {ast.unparse(call)}"
        for path, name in files()
        if path.suffix == ".py" and not name.startswith("unfold/")
        for within in ast.walk(ast.parse(path.read_text()))
        if isinstance(within, ast.JoinedStr)
        for call in ast.walk(within)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in KEYWORDS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]

    assert found == []
