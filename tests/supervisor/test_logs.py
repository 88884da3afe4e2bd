"""Log files: one per program and day, never renamed under another process's hands."""

import json
import logging
import logging.config
import os
import threading
import time

import pytest
import time_machine

from orderflow_bridge.configuration.sections import LogCleaning
from orderflow_bridge.jobs.cleaning import remove_own_files
from orderflow_bridge.logs import DailyFileHandler, logging_settings
from tests.configuration.storing import store


@pytest.fixture
def logger():
    """Return a logger of our own, without handlers, and clean it up afterwards."""
    logger = logging.getLogger("tests.supervisor.logs")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    yield logger
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()


def test_a_new_day_begins_a_new_file(tmp_path, logger):
    logger.addHandler(DailyFileHandler(str(tmp_path / "logs"), "web"))

    with time_machine.travel("2026-11-23T23:59:59Z", tick=False):
        logger.info("late")
    with time_machine.travel("2026-11-24T00:00:00Z", tick=False):
        logger.info("early")
        logger.info("second")

    assert (tmp_path / "logs" / "web-2026-11-23.log").read_text() == "late\n"
    assert (tmp_path / "logs" / "web-2026-11-24.log").read_text() == "early\nsecond\n"


def test_two_processes_write_to_one_file_without_overwriting(tmp_path, logger):
    for _ in range(2):
        logger.addHandler(DailyFileHandler(str(tmp_path), "web"))

    for number in range(100):
        logger.info("line %s", number)

    [file] = tmp_path.iterdir()
    assert len(file.read_text().splitlines()) == 200


def test_a_file_that_cannot_be_opened_is_told_once_and_is_nobodys_failure(tmp_path, logger, capsys):
    (tmp_path / "logs").touch()
    logger.addHandler(DailyFileHandler(str(tmp_path / "logs"), "web"))

    logger.info("first")
    logger.info("second")

    assert capsys.readouterr().err.count("The log file cannot be written: ") == 1

    (tmp_path / "logs").unlink()
    logger.info("third")
    [file] = (tmp_path / "logs").iterdir()
    assert file.read_text() == "third\n"


def test_a_disk_that_is_full_is_told_without_a_traceback(tmp_path, logger, capsys):
    handler = DailyFileHandler(str(tmp_path), "web")
    logger.addHandler(handler)
    (tmp_path / f"web-{time.strftime('%Y-%m-%d', time.gmtime())}.log").symlink_to("/dev/full")

    logger.info("first")
    logger.info("second")

    said = capsys.readouterr().err
    assert said.count("The log file cannot be written: [Errno 28] No space left on device") == 1
    assert "Traceback" not in said


def test_a_request_that_is_refused_for_what_it_is_leaves_a_warning_and_no_traceback(
    tmp_path, logger
):
    """Any scanner asks for hosts that there are not."""
    settings = logging_settings(
        directory=tmp_path, role="web", level="INFO", as_text=False, to_files=True
    )
    configurator = logging.config.DictConfigurator(settings)
    handler = DailyFileHandler(str(tmp_path), "web")
    handler.setFormatter(configurator.configure_formatter(settings["formatters"]["json"]))
    configurator.add_filters(handler, settings["handlers"]["file"]["filters"])
    logger.addHandler(handler)
    refused = logging.getLogger("django.security.DisallowedHost")
    refused.addHandler(handler)

    try:
        raise ValueError("Invalid HTTP_HOST header")
    except ValueError as error:
        refused.error(str(error), exc_info=True)
    finally:
        refused.removeHandler(handler)

    [file] = tmp_path.iterdir()
    line = json.loads(file.read_text())
    assert (line["event"], line["level"]) == ("Invalid HTTP_HOST header", "warning")
    assert "exception" not in line


def test_nothing_is_written_before_there_is_something_to_say(tmp_path):
    DailyFileHandler(str(tmp_path / "logs"), "beat").close()

    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize("to_files", [True, False])
def test_a_deployment_chooses_whether_files_are_written(tmp_path, to_files):
    settings = logging_settings(
        directory=tmp_path, role="web", level="INFO", as_text=False, to_files=to_files
    )

    assert ("file" in settings["root"]["handlers"]) is to_files


def test_an_error_is_one_json_line_with_its_traceback(tmp_path, logger):
    settings = logging_settings(
        directory=tmp_path, role="web", level="INFO", as_text=False, to_files=True
    )
    configurator = logging.config.DictConfigurator(settings)
    formatter = configurator.configure_formatter(settings["formatters"]["json"])
    handler = DailyFileHandler(str(tmp_path), "web")
    handler.setFormatter(formatter)
    logger.addHandler(handler)

    try:
        raise ValueError("no such stock")
    except ValueError:
        logger.exception("Import %s failed", 71)

    [file] = tmp_path.iterdir()
    line = json.loads(file.read_text())
    assert line["event"] == "Import 71 failed"
    assert line["level"] == "error"
    assert line["logger"] == "tests.supervisor.logs"
    assert "ValueError: no such stock" in line["exception"]


def test_console_and_file_say_the_same_to_the_microsecond(tmp_path, logger):
    settings = logging_settings(
        directory=tmp_path, role="web", level="INFO", as_text=False, to_files=True
    )
    configurator = logging.config.DictConfigurator(settings)
    formatter = configurator.configure_formatter(settings["formatters"]["json"])
    for name in ("console", "file"):
        handler = DailyFileHandler(str(tmp_path / name), "web")
        handler.setFormatter(formatter)
        logger.addHandler(handler)

    logger.info("first", extra={"sku": "ÄÖ-1"})
    logger.info("second", extra={"seq": 10**30})

    [console], [file] = (list((tmp_path / name).iterdir()) for name in ("console", "file"))
    assert console.read_bytes() == file.read_bytes()
    first, second = map(json.loads, file.read_text().splitlines())
    assert (first["event"], first["sku"]) == ("first", "ÄÖ-1")
    assert (second["event"], second["seq"]) == ("second", 10**30)


@pytest.mark.django_db(transaction=True)
def test_a_new_days_file_has_the_old_ones_of_its_host_removed(tmp_path, logger, settings):
    settings.LOG_DIR = tmp_path
    store(LogCleaning, web_log_duration=5)
    for name, days in (("web-old.log", 9), ("web-new.log", 1)):
        (tmp_path / name).touch()
        at = time.time() - days * 86_400
        os.utime(tmp_path / name, (at, at))
    before = set(threading.enumerate())
    path = f"{remove_own_files.__module__}.{remove_own_files.__name__}"

    logger.addHandler(DailyFileHandler(str(tmp_path), "beat", path))
    logger.info("the first line of a day")
    for thread in set(threading.enumerate()) - before:
        thread.join(60)

    assert not (tmp_path / "web-old.log").exists()
    assert (tmp_path / "web-new.log").exists()


@pytest.mark.parametrize(("role", "cleans"), [("beat", True), ("web", True), ("manage", False)])
def test_what_stays_up_cleans_and_a_command_does_not(tmp_path, role, cleans):
    settings = logging_settings(
        directory=tmp_path, role=role, level="INFO", as_text=False, to_files=True, at_new_day="x.y"
    )

    assert bool(settings["handlers"]["file"]["at_new_day"]) is cleans
