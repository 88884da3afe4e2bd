"""Log files of past days, and the messages a SQLite broker has delivered."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from kombu import Connection

from orderflow_bridge.jobs.cleaning import (
    broker_file,
    delete_delivered_messages,
    remove_old_files,
)
from orderflow_bridge.jobs.cleaning_steps import Allowance
from tests.jobs.cleaning.samples import JUST_AFTER, MIDNIGHT, NOW, cleaned


def write_log(directory, name, at):
    """Write a log file whose last line is of that moment."""
    path = directory / name
    path.write_text("{}\n")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def names(directory):
    """Return what is in a folder."""
    return sorted(path.name for path in directory.iterdir())


def test_files_last_written_up_to_the_cutoffs_second_go(tmp_path):
    write_log(tmp_path, "web-2026-11-18.log", MIDNIGHT)
    write_log(tmp_path, "web-2026-11-19.log", JUST_AFTER)

    assert remove_old_files(tmp_path, cutoff=MIDNIGHT, now=NOW) == 1
    assert names(tmp_path) == ["web-2026-11-19.log"]


def test_a_file_of_the_last_day_is_in_use_and_stays(tmp_path):
    write_log(tmp_path, "worker-2026-11-22.log", NOW - timedelta(hours=24))
    write_log(tmp_path, "worker-2026-11-21.log", NOW - timedelta(hours=26))

    assert remove_old_files(tmp_path, cutoff=NOW, now=NOW) == 1
    assert names(tmp_path) == ["worker-2026-11-22.log"]


def test_without_a_duration_every_file_stays(tmp_path):
    write_log(tmp_path, "web-2020-01-01.log", MIDNIGHT)

    assert remove_old_files(tmp_path, cutoff=None, now=NOW) == 0
    assert names(tmp_path) == ["web-2020-01-01.log"]


def test_folders_and_links_are_not_touched(tmp_path):
    logs = tmp_path / "logs"
    (logs / "old").mkdir(parents=True)
    elsewhere = write_log(tmp_path, "elsewhere.log", MIDNIGHT)
    (logs / "link.log").symlink_to(elsewhere)

    assert remove_old_files(logs, cutoff=NOW, now=NOW + timedelta(days=9)) == 0
    assert names(logs) == ["link.log", "old"]
    assert elsewhere.exists()


def test_a_missing_folder_is_no_error(tmp_path):
    assert remove_old_files(tmp_path / "logs", cutoff=MIDNIGHT, now=NOW) == 0


@pytest.mark.django_db
def test_the_job_removes_files_of_the_log_folder(settings, tmp_path):
    settings.LOG_DIR = tmp_path
    write_log(tmp_path, "beat-2026-11-18.log", MIDNIGHT)

    assert cleaned().endswith("removed 1 log file.")
    assert names(tmp_path) == []


def broker_url(path):
    """Return the address of a broker in a SQLite file."""
    return f"sqla+sqlite:///{path}"


def deliver(url, *, published, taken):
    """Publish messages and take some of them, as a worker does."""
    with Connection(url) as connection, connection.SimpleQueue("celery") as queue:
        for number in range(published):
            queue.put({"number": number})
        for _ in range(taken):
            queue.get(timeout=5).ack()


def messages(path):
    """Return how many messages a broker's file holds."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM kombu_message").fetchone()[0]


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_delivered_messages_go_and_waiting_ones_stay(tmp_path, rows):
    path = tmp_path / "broker.sqlite3"
    deliver(broker_url(path), published=5, taken=3)
    assert messages(path) == 5

    deleted = delete_delivered_messages(broker_url(path), Allowance(seconds=60, rows=rows))

    assert (deleted, messages(path)) == (3, 2)


def test_the_broker_goes_on_delivering_after_the_cleaning(tmp_path):
    url = broker_url(tmp_path / "broker.sqlite3")
    deliver(url, published=2, taken=1)
    delete_delivered_messages(url, Allowance(seconds=60, rows=10))

    with Connection(url) as connection, connection.SimpleQueue("celery") as queue:
        message = queue.get(timeout=5)

    assert message.payload == {"number": 1}


def test_a_broker_that_has_not_been_used_is_not_made(tmp_path):
    path = tmp_path / "broker.sqlite3"

    assert delete_delivered_messages(broker_url(path), Allowance(seconds=60, rows=10)) == 0
    assert not path.exists()


def test_a_broker_without_its_table_is_no_error(tmp_path):
    path = tmp_path / "broker.sqlite3"
    sqlite3.connect(path).close()
    path.touch()

    assert delete_delivered_messages(broker_url(path), Allowance(seconds=60, rows=10)) == 0


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:6379/0", "memory://", "sqla+postgresql://broker/db", ""]
)
def test_other_brokers_are_left_alone(url):
    assert broker_file(url) is None
    assert delete_delivered_messages(url, Allowance(seconds=60, rows=10)) == 0


def test_the_address_of_the_settings_leads_to_the_file():
    url = "sqla+sqlite:////srv/bridge/var/broker.sqlite3?timeout=30"

    assert str(broker_file(url)) == "/srv/bridge/var/broker.sqlite3"
