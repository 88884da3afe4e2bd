"""Which installation may call and write to whom: a table of names, and the lists outside live."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderflow_bridge.exchange.environment import (
    Environment,
    is_name,
    leave_of,
    subject_in,
    why_copy,
    why_not_written_to,
)

NAMES = ["", "live", "test", "staging"]


@pytest.mark.parametrize(
    ("named", "remembered", "is_copy", "is_live"),
    [
        ("", "", False, True),
        ("live", "", False, True),
        ("live", "live", False, True),
        ("test", "test", False, False),
        ("test", "", True, False),
        ("test", "live", True, False),
        ("", "live", True, False),
        ("", "test", True, False),
        ("live", "test", True, False),
        ("staging", "test", True, False),
    ],
)
def test_a_database_is_a_copy_where_its_name_is_another_than_the_installations(
    named, remembered, is_copy, is_live
):
    found = Environment(named, remembered)

    assert (found.is_copy, found.is_live) == (is_copy, is_live)


@given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.text())
def test_a_copy_calls_nobody_and_writes_to_nobody_whatever_is_listed(named, remembered, who):
    found = Environment(named, remembered, hosts=(who,), addresses=(who,))

    if found.is_copy:
        assert leave_of(found).why_not(f"https://{who}/") == why_copy(found) != ""
        assert why_not_written_to(found, who) == why_copy(found)


@pytest.mark.parametrize(
    ("remembered", "named", "text"),
    [
        (
            "live",
            "test",
            "This is a copy: the database is that of “live”, and this installation is",
        ),
        ("live", "", "Set BRIDGE_ENVIRONMENT=live if it is that one"),
        (
            "",
            "test",
            "its database has no name yet. If it is a copy, run manage.py adopt --as test",
        ),
    ],
)
def test_it_says_what_to_do(remembered, named, text):
    assert text in why_copy(Environment(named, remembered))


@pytest.mark.parametrize(
    ("url", "is_called"),
    [
        ("https://test.example.com/web/", True),
        ("http://TEST.example.com.:81/", True),
        ("https://user@a.sandbox.example/", True),
        ("https://b.a.sandbox.example/", True),
        ("https://sandbox.example/", False),
        ("https://evilsandbox.example/", False),
        ("https://test.example.com.evil.example/", False),
        ("https://test.example.com@evil.example/", False),
        ("http://127.0.0.1:8001/web/", True),
        ("http://127.0.0.1:8002/web/", False),
        ("https://ported.example/", True),
        ("http://ported.example/", False),
        ("https://[2001:db8::1]:9/", False),
        ("https://live.example.com/", False),
        ("https://x:99999/", False),
        ("", False),
    ],
)
def test_outside_live_only_listed_hosts_and_the_adopted_endpoint_are_called(url, is_called):
    hosts = ("test.example.com", "*.sandbox.example", "ported.example:443")
    found = Environment("test", "test", hosts=hosts, endpoint="http://127.0.0.1:8001/")
    said = leave_of(found).why_not(url)

    assert bool(said) is not is_called
    if not is_called:
        assert said.startswith("This is “test”, and ")
        assert said.endswith(" is not among the hosts that it calls (BRIDGE_TEST_HOSTS).")


@pytest.mark.parametrize(
    ("address", "is_written_to"),
    [
        ("anna@example.com", True),
        ("Anna@Example.com", True),
        ("bob@example.com", False),
        ("x@agency.example", True),
        ("x@evil-agency.example", False),
        ("x@agency.example.evil", False),
    ],
)
def test_outside_live_only_listed_addresses_are_written_to(address, is_written_to):
    found = Environment("test", "test", addresses=("anna@example.com", "@agency.example"))

    assert bool(why_not_written_to(found, address)) is not is_written_to


def test_without_a_list_outside_live_nobody_is_called_or_written_to():
    found = Environment("test", "test")

    assert leave_of(found).why_not("https://orderflow.example/")
    assert why_not_written_to(found, "anna@example.com")


def test_live_and_what_nobody_has_named_call_and_write_to_everybody():
    for found in (Environment(), Environment("live", "live"), Environment("live")):
        assert leave_of(found).why_not("https://orderflow.example/") == ""
        assert why_not_written_to(found, "anna@example.com") == ""
        assert subject_in(found, "Shipped") == "Shipped"


def test_outside_live_a_subject_begins_with_the_environment():
    assert subject_in(Environment("test", "test"), "Shipped") == "[test] Shipped"


@pytest.mark.parametrize("name", ["", "Live", "a b", "-x", "x" * 21, "tést"])
def test_a_name_is_small_letters_digits_and_hyphens(name):
    assert not is_name(name)
    assert is_name("test-2")
