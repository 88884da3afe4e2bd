"""The pages say what is so: the contract lists the hooks, the example is the one that is tested."""

import inspect
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from orderflow_bridge.plugins import events
from orderflow_bridge.plugins.declaration import Plugin
from orderflow_bridge.plugins.specs import Hooks

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = (ROOT / "docs/contract/plugins.md").read_text()
EXTENDING = (ROOT / "docs/extending.md").read_text()
PACKAGE = ROOT / "tests/plugins/packages/gift_wrap"
HOOKS = {name: each for name, each in vars(Hooks).items() if not name.startswith("_")}


def rows(title: str) -> list[list[str]]:
    """Return the cells of the first table below a title of the contract."""
    _, _, below = CONTRACT.partition(f"\n## {title}\n")
    table = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert table is not None
    lines = table[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_contract_lists_every_hook_with_its_arguments_and_since_when_it_is_stable():
    listed = {row[0].strip("`"): (re.findall(r"`(\w+)`", row[1]), row[2]) for row in rows("Hooks")}

    assert listed == {
        name: (
            list(inspect.signature(each).parameters)[1:],
            re.search(r"Stable since (\d+\.\d+)\.", inspect.getdoc(each) or "")[1],
        )
        for name, each in HOOKS.items()
    }


def test_the_contract_lists_what_a_plugin_declares():
    assert [row[0].strip("`") for row in rows("What a package brings")] == [
        each.name for each in fields(Plugin)
    ]


def test_every_hook_is_told_of_where_the_page_says_what_fails():
    said = " ".join(row[0] for row in rows("What a failure touches"))

    for name in ("refuse_exports", "adjust_quantities"):
        assert f"`{name}`" in said


def test_every_name_that_a_plugin_may_call_is_there():
    for name in re.findall(r"`([\w.]+\.add_\w+)\(", CONTRACT):
        module, _, function = name.rpartition(".")
        path = ROOT / "orderflow_bridge" / f"{module.replace('.', '/')}.py"
        assert re.search(rf"^def {function}\(", path.read_text(), re.MULTILINE), name


def test_events_are_plain_values():
    found = [each for each in vars(events).values() if inspect.isclass(each)]
    told = [each for each in found if each.__module__ == events.__name__]

    assert len(told) == 6
    assert all(is_dataclass(each) for each in told)


EXAMPLE = re.findall(r"```(?:python|toml)\n# (gift_wrap/\S+)\n(.*?)```", EXTENDING, re.DOTALL)


@pytest.mark.parametrize(("place", "code"), EXAMPLE, ids=[place for place, _ in EXAMPLE])
def test_the_example_of_the_page_is_what_is_built_and_installed(place, code):
    text = (PACKAGE / place.removeprefix("gift_wrap/")).read_text()

    for part in code.strip().split("\n\n\n"):
        assert part.strip() in text


def test_the_page_has_an_example():
    assert len(EXAMPLE) >= 4
