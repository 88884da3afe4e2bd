"""Every page of the admin says everything in the reader's language.

A language is made up for the test in which each text stands in brackets: what a page says outside
of them, and is no data, is a text that nobody can translate.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from zoneinfo import available_timezones

import django
import lxml.html
import pytest
import time_machine
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.access.crawling import APART, POSTED, address, patterns, undone
from tests.admin.full_shop import fill_every_page
from tests.admin.samples import tick
from tests.messages import compiled, texts

MADE_UP = "sv"  # Django knows its plurals and its days, which have no words of their own
_SAID = ("title", "aria-label", "placeholder", "alt", "data-confirm")
_SILENT = ("script", "style", "pre", "code", "template")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ICON = "//*[contains(@class, 'material-symbols-outlined')]"
_INLINE = ("a", "b", "em", "strong", "span", "small", "kbd", "time", "code", "abbr", "br", "input")
# Names: of zones and languages, of OrderFlow's own settings and elements, of files and programs.
_TELLING_THEMSELVES = {
    *available_timezones(),
    *dict(settings.LANGUAGES).values(),
    "(English)",
    *("Magento 2 API SOAP User", "Magento 2 API SOAP base URL", "Primary Channel"),
    *("Excel", "Python", "UUID", "reader", "loopback, private, public"),
}
_NAME = re.compile(
    r"[a-z]+([A-Z][a-z]+)+|[a-z0-9-]+(\.[a-z0-9-]+)+|rtd2-.*|area|currency|description|height|volume"
    r"|sellable|weight|width|[\w.]+\*{5,}|: .*\*{5,}|SQLite [0-9.]+|Linux .*|locmem|manage\.py"
    r"|[0-9a-f]{12}|OrderFlow Bridge [0-9.]+.*|#[0-9]+.*|\{.*\}"
)
# The library that tells of cron expressions speaks German and French, and nothing made up.
_CRON = re.compile(r"Every minute\.?|At [0-9, and]+ minutes past the hour\.?")
# What a line of a request says is kept, and is in English (docs/decisions/languages.md).
_KEPT = ("Order 000000099 does not exist. The despatch waits for it until",)
# What is ours in one language only: the pages of docs/, and the changes of each version.
_ENGLISH = ("help", "help_search", "version")
# Names, which are the same in every language.
_NAMES = re.compile(
    r"\b(OrderFlow|Bridge|Magento|UTC|GMT|CSV|JSON|XML|SOAP|REST|SKU|EAN|Ctrl|Esc|OSL|Redis|Celery)\b"
)


@pytest.fixture
def made_up(tmp_path: Path, settings: Any) -> None:
    """Let there be a language that puts every text into brackets."""
    folder = tmp_path / MADE_UP / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(compiled(_bracketed()))
    settings.LANGUAGES = [*settings.LANGUAGES, (MADE_UP, "Made up")]
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]


def _bracketed() -> Catalog:
    """Return our texts, and Django's and its apps', each in brackets."""
    catalog = Catalog(locale=MADE_UP, fuzzy=False)
    for each in _all_texts():
        if not each.id:
            continue
        ids = [each.id] if isinstance(each.id, str) else list(each.id)
        said = [f"‹{one}›" for one in ids]
        catalog.add(each.id, said[0] if isinstance(each.id, str) else said, context=each.context)
    return catalog


def _all_texts() -> Iterator[Message]:
    yield from texts()
    packages = {Path(each.path) for each in apps.get_app_configs()}
    for folder in sorted(packages | {Path(django.__file__).parent / "conf"}):
        path = folder / "locale" / "de" / "LC_MESSAGES" / "django.po"
        if path.exists():
            with path.open("rb") as file:
                yield from read_po(file)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("made_up", "configuration_read_once")
def test_every_page_says_everything_in_the_readers_language() -> None:
    with time_machine.travel(timezone.now(), tick=False):
        fill_every_page()
        tick()
        data = _data()
        browser = Client(headers={"accept-language": MADE_UP})
        browser.force_login(User.objects.create_superuser("reader"))
        found: dict[str, str] = {}
        for name, pattern in patterns():
            if name in APART or name in _ENGLISH:
                continue
            answer = browser.get(address(name, pattern))
            if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
                for text in _outside(answer.content.decode()):
                    if not _is_data(text, data):
                        found.setdefault(text, name)

    assert not found, "\n".join(sorted(f"{name:<60} {text}" for text, name in found.items()))


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("made_up")
def test_nothing_is_kept_in_the_language_of_whoever_did_it() -> None:
    fill_every_page()
    tick()
    browser = Client(headers={"accept-language": MADE_UP}, raise_request_exception=False)
    browser.force_login(User.objects.create_superuser("reader"))
    found, tried = {}, 0
    for name, pattern in patterns():
        if name in APART:
            continue
        with undone():
            answer = browser.post(address(name, pattern), POSTED.get(name, {"post": "yes"}))
            tried += answer.status_code in (200, 302)
            if kept := re.findall(r".*‹.*", _data()):
                found[name] = kept[:3]

    assert tried > 100
    assert found == {}


def _outside(page: str) -> Iterator[str]:
    """Yield what a page says outside of brackets; a bracket ends with its block, if not before."""
    tree = lxml.html.document_fromstring(page)
    for silent in (*tree.iter(*_SILENT), *cast("list[Any]", tree.xpath(_ICON))):
        tail, silent.tail = silent.tail, None
        silent.clear()
        silent.tail = tail
    depth = 0
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if element.tag not in _INLINE:
            depth = 0
        if event == "start":
            for name in _SAID:
                yield from _left(element.get(name) or "", 0)[0]
        found, depth = _left((element.text if event == "start" else element.tail) or "", depth)
        yield from found


def _left(text: str, depth: int) -> tuple[list[str], int]:
    """Return the parts of a text outside of brackets that have words, and how deep it ends."""
    parts, part = [], ""
    for sign in text + "\0":
        if sign in "‹\0" and depth == 0:
            parts.append(" ".join(part.split()))
            part = ""
        depth = max(depth + {"‹": 1, "›": -1}.get(sign, 0), 0)
        if depth == 0 and sign != "›":
            part += sign
    return [each for each in parts if _WORD.search(_NAMES.sub("", each))], depth


def _data() -> str:
    """Return everything that the database holds, as one text in small letters."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == "django_session":
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found).lower().replace("-", "")


def _is_data(text: str, data: str) -> bool:
    is_name = text in _TELLING_THEMSELVES or _NAME.fullmatch(text)
    if is_name or _CRON.fullmatch(text) or text.startswith(_KEPT):
        return True
    words = re.split(r"[\s,;·:()/]+", text.lower().replace("-", ""))
    return all(word in data for word in words if _WORD.search(word))
