"""Log lines as they may be given away: which line, of which program, where it failed, and no text.

What a line says may hold a name, an address, a password. So of each only what has a closed form is
kept: times, levels, our own event names, the kind of an error and the places in the code.
"""

import builtins
import re
import sys
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.urls import Resolver404, resolve

from orderflow_bridge.version import PACKAGE

MOST_LINES = 2_000
_LONGEST_LINE = 200_000
_LEVELS = ("debug", "info", "warning", "error", "critical")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")
_EVENT = re.compile(r"\blog(?:ger)?\.\w+\(\s*\"([a-z][a-z_]*)\"")
_FRAME = re.compile(r"File \"([^\"]+)\", line (\d+), in (\w+)")
_ERROR = re.compile(r"^([A-Za-z_][\w.]*)(?::|$)", re.MULTILINE)
_NUMBERS = ("code", "status", "run", "import_request", "lines", "count")
_OTHERS = ("request_started", "request_finished", "request_failed")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SITE = "site-packages"


def kept_lines(folder: Path) -> list[dict[str, Any]]:
    """Return the newest lines of the files in a folder, the oldest of them first."""
    lines: deque[dict[str, Any]] = deque(maxlen=MOST_LINES)
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime)
    for file in files:
        with file.open("rb") as opened:
            lines.extend(_kept(raw) for raw in opened if len(raw) < _LONGEST_LINE)
    return list(lines)


def _kept(raw: bytes) -> dict[str, Any]:
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {"event": "(text)"}
    return dict(_fields(line)) if isinstance(line, dict) else {"event": "(text)"}


def _fields(line: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    time, level = str(line.get("timestamp", "")), line.get("level")
    if _TIME.fullmatch(time):
        yield "timestamp", time
    if level in _LEVELS:
        yield "level", level
    logger = str(line.get("logger", ""))
    yield "logger", logger if logger in sys.modules else "(other)"
    event = line.get("event")
    yield "event", event if event in _events() or event in _OTHERS else "(text)"
    for name in _NUMBERS:
        if isinstance(line.get(name), int):
            yield name, line[name]
    if isinstance(line.get("request"), str):
        yield "request", _request(line["request"])
    if isinstance(line.get("exception"), str):
        yield "error", _error(line["exception"])
        yield "frames", list(_frames(line["exception"]))


@cache
def _events() -> frozenset[str]:
    """Return the names of all events of our own code."""
    folders = (PACKAGE, *(PACKAGE.parent / name for name in ("exports", "imports", "soapapi")))
    files = (file for folder in folders for file in folder.rglob("*.py"))
    return frozenset(name for file in files for name in _EVENT.findall(file.read_text("utf-8")))


def _request(text: str) -> str:
    """Return the method and the name of a page, without what its address names."""
    method, _, path = text.partition(" ")
    try:
        name = resolve(path.partition("?")[0]).view_name
    except Resolver404:
        name = "(none)"
    return f"{method if method in _METHODS else '?'} {name}"


def _error(trace: str) -> str:
    """Return the kind of the error that a trace ends with."""
    names = [name for name in _ERROR.findall(trace) if _is_error(name)]
    return names[-1] if names else "(unknown)"


def _is_error(name: str) -> bool:
    module, _, last = name.rpartition(".")
    found = (
        getattr(sys.modules.get(module), last, None) if module else getattr(builtins, last, None)
    )
    return isinstance(found, type) and issubclass(found, BaseException)


def _frames(trace: str) -> Iterator[str]:
    """Yield the places of the code that a trace goes through, as far as they are there."""
    for file, number, function in _FRAME.findall(trace):
        path = Path(file)
        if not path.is_file():
            continue
        if path.is_relative_to(PACKAGE.parent) and _SITE not in path.parts:
            place = str(path.relative_to(PACKAGE.parent))
        elif _SITE in path.parts:
            place = "/".join(path.parts[path.parts.index(_SITE) + 1 :])
        else:
            place = path.name
        yield f"{place}:{number} {function if _is_function(path, function) else '?'}"


def _is_function(path: Path, name: str) -> bool:
    return re.search(rf"\bdef {name}\b", path.read_text("utf-8", errors="replace")) is not None
