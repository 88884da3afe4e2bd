"""The log as it is written: JSON lines, with what is bound to a request, a message or a job."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

Lines = Callable[[str], list[dict[str, Any]]]


@contextmanager
def written_lines() -> Iterator[Lines]:
    """Write the log to memory; yield a function that returns the lines that begin with a text."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_json_formatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)

    def lines(event: str) -> list[dict[str, Any]]:
        written = map(json.loads, stream.getvalue().splitlines())
        return [line for line in written if line["event"].startswith(event)]

    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def _json_formatter() -> logging.Formatter:
    values = dict(settings.LOGGING["formatters"]["json"])
    return values.pop("()")(**values)
