"""Every address and every action of the admin, for every role: allowed or refused.

`every_url.txt` says what is expected. A new address has to be written down there: when it is
missing, the failure shows the line as the application behaves today; read it before you add it.
"""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from orderflow_bridge.configuration.selectors import forget
from tests.access.crawling import (
    APART,
    DOES,
    LOGIN,
    REFUSED,
    ROLES,
    SEES,
    Answer,
    address,
    admin_links,
    asked,
    browsers,
    crawled,
    patterns,
    people,
    posts_to_itself,
    undone,
)
from tests.admin.full_shop import fill_every_page

# Tells pytest-django to make the database, which the module's fixture then uses.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# On PostgreSQL one role opens everything: who may see what is no question of the database.
ASKING = ("superuser",) if connection.vendor == "postgresql" else ROLES
TABLE = Path(__file__).with_name("every_url.txt")


def expected() -> dict[str, tuple[str, ...]]:
    """Read the table: a name, then a word for each role."""
    rows = {}
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, *words = line.split()
            assert len(words) == len(ROLES), line
            rows[name] = tuple(words)
    return rows


def row(name: str, words: tuple[str, ...]) -> str:
    """Write a line of the table."""
    return f"{name:60}" + "".join(f"{word:<15}" for word in words).rstrip()


@pytest.fixture(scope="module")
def crawl(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> SimpleNamespace:
    """Ask for everything once, on behalf of every role that asks."""
    with django_db_blocker.unblock(), undone():
        forget()
        fill_every_page()
        users = people()
        clients = {role: client for role, client in browsers(users).items() if role in ASKING}
        answers: list[Answer] = []
        words: dict[str, tuple[str, ...]] = {}
        found = [each for each in patterns() if each[0] not in APART]
        addresses = {name: address(name, pattern) for name, pattern in found}
        for name, url in addresses.items():
            words[name] = _words(name, url, clients, answers)
        if ASKING == ROLES:
            words |= dict(_actions(users))
    forget()
    return SimpleNamespace(words=words, answers=answers)


def _words(name: str, url: str, clients: Any, answers: list[Answer]) -> tuple[str, ...]:
    seen = {role: crawled(name, role, asked(clients[role], "get", name, url)) for role in ASKING}
    answers.extend(seen.values())
    is_form = posts_to_itself(seen["superuser"].page, url)
    if seen["superuser"].status == 405:
        posted = {
            role: crawled(name, role, asked(clients[role], "post", name, url)) for role in ASKING
        }
        return tuple(_word(posted[role], DOES) for role in ASKING)
    words = []
    for role in ASKING:
        word = _word(seen[role], SEES)
        if is_form and word == SEES:
            answer = crawled(name, role, asked(clients[role], "post", name, url))
            word = DOES if answer.is_allowed else SEES
        words.append(word)
    return tuple(words)


def _word(answer: Answer, allowed: str) -> str:
    if answer.is_login:
        return LOGIN
    return allowed if answer.is_allowed else REFUSED


def _actions(users: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield for every mass action who is offered it; Django runs no other."""
    for model, model_admin in sorted(
        admin.site._registry.items(), key=lambda item: item[0]._meta.label_lower
    ):
        opts = model._meta
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        offered = {role: _offered(model_admin, url, users[role]) for role in ROLES}
        for action in offered["superuser"]:
            words = (DOES if action in offered[role] else REFUSED for role in ROLES)
            yield f"{opts.app_label}.{opts.model_name}:{action}", tuple(words)


def _offered(model_admin: Any, url: str, user: Any) -> list[str]:
    if user is None:
        return []
    request = RequestFactory().get(url)
    request.user = user
    return list(model_admin.get_actions(request))


@pytest.mark.one_database
def test_every_address_and_action_allows_and_refuses_whom_the_table_says(crawl: Any) -> None:
    table = expected()

    wrong = [
        f"expected {row(name, table[name])}\n     got {row(name, words)}"
        for name, words in crawl.words.items()
        if name in table and table[name] != words
    ]
    unknown = [row(name, words) for name, words in crawl.words.items() if name not in table]
    gone = sorted(set(table) - set(crawl.words))

    assert not wrong, "Other than the table says:\n" + "\n".join(wrong)
    assert not unknown, "Not in the table:\n" + "\n".join(unknown)
    assert not gone, f"In the table, and nowhere else: {gone}"


def test_no_address_fails(crawl: Any) -> None:
    failed = [(each.name, each.role) for each in crawl.answers if each.status >= 500]
    lost = [each.name for each in crawl.answers if each.status == 404 and each.role == "superuser"]

    assert failed == []
    assert lost == []


@pytest.mark.one_database
def test_no_page_links_to_a_page_that_refuses_its_reader(crawl: Any) -> None:
    astray = {
        (each.role, each.name, name)
        for each in crawl.answers
        if each.page is not None and each.role not in ("guest", "api")
        for name in admin_links(each.page)
        if name not in APART
        and crawl.words.get(name, (REFUSED,) * len(ROLES))[ROLES.index(each.role)] == REFUSED
    }

    assert sorted(astray) == []


@pytest.mark.one_database
def test_every_page_forbids_scripts_of_others_and_has_none_inline(crawl: Any) -> None:
    pages = [each for each in crawl.answers if each.page is not None]
    faults = [(each.name, each.role, fault) for each in pages for fault in _script_faults(each)]

    assert len(pages) > 100
    assert faults == []


def _script_faults(answer: Answer) -> Iterator[str]:
    policy = answer.headers.get("Content-Security-Policy", "")
    if "script-src 'self' 'unsafe-eval'" not in policy or "frame-ancestors 'none'" not in policy:
        yield f"policy: {policy!r}"
    for script in answer.page.iter("script"):
        kind = script.get("type") or ""
        if not script.get("src") and kind not in ("application/json", "text/template"):
            yield f"inline script: {(script.text or '').strip()[:60]!r}"
    for element in answer.page.iter():
        if isinstance(element.tag, str):
            yield from (f"{element.tag} {name}" for name in element.attrib if _is_handler(name))
            if (element.get("href") or "").strip().lower().startswith("javascript:"):
                yield f"{element.tag} javascript:"


def _is_handler(name: str) -> bool:
    return name.startswith("on") and name.isalpha()


@pytest.mark.one_database
def test_no_page_is_kept_by_a_cache_or_told_to_others(crawl: Any) -> None:
    pages = [each for each in crawl.answers if each.page is not None]
    wanted = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }

    lax = [
        (each.name, name)
        for each in pages
        for name, value in wanted.items()
        if each.headers.get(name) != value
    ]
    kept = [each.name for each in pages if "no-store" not in each.headers.get("Cache-Control", "")]

    assert lax == []
    assert sorted(set(kept)) == []
    assert all("camera=()" in each.headers.get("Permissions-Policy", "") for each in pages)
