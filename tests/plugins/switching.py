"""Switching plugins on in a test, without a package: functions by the names of hooks."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from orderflow_bridge.plugins.declaration import InstalledPlugin, Plugin, hook
from orderflow_bridge.plugins.hooks import load_plugins
from orderflow_bridge.plugins.statistics import forget_statistics

Functions = Mapping[str, Callable[..., Any]]


@contextmanager
def switched_on(slow_after: float = 2.0, /, **plugins: Functions) -> Iterator[None]:
    """Have these plugins at work, each of version 1.2, in this order."""
    names = [f"plugin_in_a_test_{name}" for name in plugins]
    for module, functions in zip(names, plugins.values(), strict=True):
        sys.modules[module] = ModuleType(module)
        for name, function in functions.items():
            setattr(sys.modules[module], name, hook(function))
    try:
        load_plugins(
            [
                InstalledPlugin(
                    name,
                    f"orderflow-{name}",
                    "1.2",
                    Plugin(works_with=">=0.1", modules=(module,), slow_after=slow_after),
                )
                for name, module in zip(plugins, names, strict=True)
            ]
        )
        yield
    finally:
        load_plugins(())
        forget_statistics()
        for module in names:
            del sys.modules[module]
