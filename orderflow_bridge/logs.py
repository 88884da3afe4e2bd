"""Where log lines go: to the console, and to one file per process kind and day in the data folder.

Lines are JSON unless a person is watching the console. The files are never rotated by renaming,
because several processes write to each; a new day simply begins a new file. Then each process has
the old ones of its own host removed (Web Log Duration).
"""

import json
import logging
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import structlog
from django.apps import apps
from django.utils.module_loading import import_string

SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """Write a record as a line once for all handlers that share this formatter.

    A short message costs little more than two lines; console and file mostly want the same one.
    """

    _last: tuple[logging.LogRecord | None, str] = (None, "")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. Another thread's record in between only costs writing it again."""
        last, line = self._last
        if last is not record:
            line = super().format(record)
            self._last = record, line
        return line


class DailyFileHandler(logging.FileHandler):
    """Append to `<role>-<UTC date>.log`; the first line of a new day opens the new file."""

    def __init__(self, directory: str, role: str, at_new_day: str = "") -> None:
        """`at_new_day` is the path of a function that is called, on a thread, with a new file."""
        self.directory = Path(directory)
        self.role = role
        self.at_new_day = at_new_day
        self.day = ""
        self.failures = 0
        super().__init__(self._path(self._today()), encoding="utf-8", delay=True)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, after changing files if the day has changed.

        That no file can be opened must not become the failure of whoever had something to say.
        """
        failures = self.failures
        try:
            self._change_files()
            super().emit(record)
        except OSError:
            self.handleError(record)
        if self.failures == failures:
            self.failures = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Say once that no file can be written; the console has the lines all the same."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        if not self.failures:
            sys.stderr.write(f"The log file cannot be written: {error}\n")
        self.failures += 1

    def close(self) -> None:
        """Close the open file; unlike the parent, be ready to open another one."""
        with suppress(OSError):  # what a full disk has kept from being written is lost
            super().close()
        self._closed = False

    def _change_files(self) -> None:
        today = self._today()
        if today == self.day:
            return
        self.close()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.day = today
        self.baseFilename = str(self._path(today).absolute())
        if self.at_new_day:
            threading.Thread(target=_call, args=(self.at_new_day,), daemon=True).start()

    def _path(self, day: str) -> Path:
        return self.directory / f"{self.role}-{day}.log"

    @staticmethod
    def _today() -> str:
        return time.strftime("%Y-%m-%d", time.gmtime())


def _call(path: str) -> None:
    """Call a function by its path, once the applications are there; its failure is only logged."""
    apps.ready_event.wait()
    try:
        import_string(path)()
    except Exception:
        logging.getLogger(__name__).exception("new_day_failed")


def without_strangers_tracebacks(record: logging.LogRecord) -> bool:
    """Let Django's lines about a refused request be warnings without a traceback.

    Whoever asks for a host that there is not, or sends a broken session, would fill the log of
    errors.
    """
    if record.name.startswith("django.security"):
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


def configure_structlog() -> None:
    """Send structlog's lines through the standard library, so that both kinds look alike.

    No line names its thread or process; looking them up is a good part of what one costs.
    """
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_settings(
    *,
    directory: Path,
    role: str,
    level: str,
    as_text: bool,
    to_files: bool,
    at_new_day: str = "",
) -> dict[str, Any]:
    """Return Django's LOGGING.

    `role` names the log files (web, worker, beat, manage), `as_text` is for a person at a terminal,
    `to_files` adds the files in `directory`.
    """
    handlers: dict[str, Any] = {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "text" if as_text else "json",
            "filters": [without_strangers_tracebacks],
        },
    }
    if to_files:
        handlers["file"] = {
            "()": DailyFileHandler,
            "directory": str(directory),
            "role": role,
            "formatter": "json",
            "filters": [without_strangers_tracebacks],
            # A command that comes and goes cleans nothing.
            "at_new_day": "" if role == "manage" else at_new_day,
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": _formatter(_text()), "json": _formatter(_json())},
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": level},
        "loggers": {
            # Both would bring their own console handlers and say everything twice.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            # Every refused call would be named twice: the request line says it already.
            "django.request": {"level": "ERROR"},
            # Spyne logs whole rejected bodies, passwords included (docs/decisions/spyne.md).
            "spyne": {"level": "ERROR"},
            "axes": {"level": "WARNING"},
            # Celery reports every minute tick three times.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }


def _text() -> list[Any]:
    return [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)]


def _json() -> list[Any]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_as_json)]


def _as_json(line: Any, **options: Any) -> str:
    """Write JSON, quickly; by the standard library what only that can, such as long numbers."""
    try:
        return orjson.dumps(line, default=options.get("default")).decode()
    except TypeError:
        return json.dumps(line, **options)


def _formatter(last: list[Any]) -> dict[str, Any]:
    return {
        "()": LineFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        "foreign_pre_chain": SHARED_PROCESSORS,
    }
