"""Every refusal and every problem has a code, and docs/errors.md says under it what to do."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import exports
import imports
import orderflow_bridge
import soapapi
from orderflow_bridge.common.error_codes import ErrorCode, error_code
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.problems.kinds import KINDS

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
# What only a newcomer's own stand-in meets, not a shop.
PLAYED = ("orderflow_bridge.sandbox.", "orderflow_bridge.demo.")


def anchors(section: str) -> list[str]:
    """Return the titles below a section of the page."""
    _, _, rest = PAGE.read_text().partition(f"\n## {section}\n")
    return re.findall(r"^### (\S+)$", rest.partition("\n## ")[0], re.MULTILINE)


def errors_of(cls: type[BridgeError]) -> Iterator[type[BridgeError]]:
    """Yield every class of error below one, of the rooms that a shop has."""
    for below in cls.__subclasses__():
        if not below.__module__.startswith(PLAYED) and not below.__module__.startswith("tests."):
            yield below
        yield from errors_of(below)


def load_every_room() -> None:
    """Import every module, so that every class of error is known."""
    for package in (orderflow_bridge, exports, imports, soapapi):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and ".management.commands." not in module.name:
                importlib.import_module(module.name)


def test_what_calls_are_told_is_explained():
    assert sorted(anchors("What calls are told")) == sorted(ErrorCode)


def test_every_class_of_error_is_explained():
    load_every_room()
    explained = set(anchors("What an action, a job or a call is told")) | set(ErrorCode)

    assert {error_code(each) for each in errors_of(BridgeError)} - explained == set()


def test_no_error_is_explained_that_there_is_not():
    load_every_room()
    there = {error_code(each) for each in errors_of(BridgeError)}

    assert set(anchors("What an action, a job or a call is told")) - there == set()


def test_every_kind_of_problem_is_explained():
    assert anchors("Problems") == sorted(name.replace("_", "-") for name in KINDS)
