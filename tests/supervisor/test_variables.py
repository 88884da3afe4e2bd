"""A variable that cannot be used is told in one sentence, before anything starts."""

import subprocess
import sys

import pytest

from orderflow_bridge.common.variables import Variables
from tests.supervisor.servers import ROOT, environment

SETTINGS = ("-c", "from orderflow_bridge import settings")
WRONG = {
    "BRIDGE_PROXIES": ("-1", "a whole number, at least 0"),
    "BRIDGE_MAX_BODY_BYTES": ("64M", "a whole number, at least 1024"),
    "BRIDGE_BEHIND_TLS": ("perhaps", "1 or 0"),
    "BRIDGE_TIME_ZONE": ("Europe", "a zone such as Europe/London"),
    "BRIDGE_LOG_LEVEL": ("loud", "one of DEBUG, INFO"),
    "BRIDGE_LOG_FORMAT": ("xml", "one of text, json"),
    "BRIDGE_MAY_CALL": ("everything", "some of public, private"),
}
WITH_PASSWORDS = {
    "DATABASE_URL": ("postgres://bridge:secr/et@host:port/x", "mysql://a:secr@host/x", "secr"),
    "EMAIL_URL": ("mail.example.com", "smtp://bridge:secr@host:port"),
    "REDIS_URL": ("http://:secr@127.0.0.1/", "127.0.0.1:6379"),
}


def said(tmp_path, *command, **values):
    """Return how a program ended, and what it said."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment(tmp_path, **values),
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_cannot_be_meant_is_named_with_what_is_wanted(tmp_path, name):
    value, wanted = WRONG[name]

    code, text = said(tmp_path, *SETTINGS, **{name: value})

    assert code == 1
    assert text.startswith(f"{name}: “{value}” cannot be used. It must be {wanted}")
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize("name", WITH_PASSWORDS)
def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(tmp_path, name):
    for value in WITH_PASSWORDS[name]:
        code, text = said(tmp_path, *SETTINGS, **{name: value})

        assert code == 1
        assert text.startswith(f"{name} is no address that can be used. Write it as ")
        assert len(text.splitlines()) == 1
        assert "secr" not in text


def test_a_data_folder_that_is_none_is_named(tmp_path):
    file = tmp_path / "file"
    file.touch()

    code, text = said(file, *SETTINGS)

    assert (code, len(text.splitlines())) == (1, 1)
    assert text.startswith(f"BRIDGE_DATA_DIR: {file} cannot be used: ")


@pytest.mark.processes
@pytest.mark.one_database
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"DATABASE_URL": "postgres://bridge:secr@127.0.0.1:1/x"},
            "The database cannot be used: connection failed",
        ),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "The broker cannot be used: "),
        ({"CELERY_BROKER_URL": "pigeon://loft"}, "The broker cannot be used: "),
        ({"BRIDGE_ENVIRONMENT": "Our Shop!"}, "BRIDGE_ENVIRONMENT: “our shop!” is no name."),
    ],
)
def test_a_server_that_cannot_be_reached_is_a_sentence_with_its_variable(
    tmp_path, values, sentence
):
    code, text = said(tmp_path, "manage.py", "prepare", **values)

    assert code == 1
    assert sentence in text
    assert next(iter(values)) in text
    assert "Traceback" not in text
    assert "secr" not in text


@pytest.mark.processes
@pytest.mark.one_database
def test_a_database_that_was_not_prepared_is_a_sentence(tmp_path):
    code, text = said(tmp_path, "manage.py", "jobs", "tick")

    assert code == 1
    assert "Traceback" not in text
    assert "Run: manage.py prepare." in text


@pytest.mark.processes
@pytest.mark.one_database
@pytest.mark.parametrize(
    "program",
    [
        ("gunicorn", "-c", "python:orderflow_bridge.http.gunicorn_config"),
        ("celery", "-A", "orderflow_bridge", "worker"),
    ],
)
def test_servers_refuse_to_start_in_the_same_words(tmp_path, program):
    code, text = said(tmp_path, "-m", *program, BRIDGE_CONN_MAX_AGE="never")

    assert code == 1
    assert "Traceback" not in text
    assert text.startswith("BRIDGE_CONN_MAX_AGE: “never” cannot be used.")


def test_values_are_taken_as_they_are():
    found = Variables(
        {"TOKEN": "$ecret", "HOSTS": "a.example, b.example,", "ON": "YES", "EMPTY": "", "ZERO": "0"}
    )

    assert found.text("TOKEN") == "$ecret"
    assert found.words("HOSTS") == ["a.example", "b.example"]
    assert found.switch("ON", default=False)
    assert found.switch("EMPTY", default=True)
    assert found.number("ZERO", 5) == 0
