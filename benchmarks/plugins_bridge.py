"""The process that applies pushes with and without plugins (benchmarks/plugins.py starts it)."""

import sys
from collections.abc import Callable
from statistics import median
from types import ModuleType
from typing import Any

from django.core.management import call_command

from benchmarks.bridge import fill, push
from orderflow_bridge.plugins.declaration import InstalledPlugin, Plugin, hook
from orderflow_bridge.plugins.hooks import load_plugins

# Of the times without any; what is idle must be within the noise of a machine at rest.
MOST_IDLE, MOST_LISTENING = 1.05, 1.5


def _hear(messages: Any) -> None:
    """Hear, and do nothing."""


def _leave(lines: Any) -> dict[int, Any]:
    """Look at every line, and leave it."""
    return {}


VARIANTS: dict[str, dict[str, Callable[..., Any]]] = {
    "none": {},
    # Takes a hook that a push never calls.
    "idle": {"shipments_booked": lambda shipments: None},
    "listening": {"adjust_quantities": _leave, "batch_applied": _hear},
}


def main() -> None:
    """Apply one push per variant in each round, and print the ratios."""
    products, rounds = map(int, sys.argv[1:])
    call_command("migrate", verbosity=0)
    fill(products, 0)
    push(products, 1)  # warm
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    for number in range(rounds):
        for place, name in enumerate(VARIANTS):
            load_plugins([_plugin(name)] if VARIANTS[name] else [])
            times[name].append(push(products, 2 + number * len(VARIANTS) + place))
    ratios = {
        name: median(each / none for each, none in zip(found, times["none"], strict=True))
        for name, found in times.items()
    }
    for name, found in times.items():
        speed = products / median(found)
        print(f"{name:10} {speed:9,.0f} lines/s   {ratios[name]:.2f} × without")
    is_good = ratios["idle"] <= MOST_IDLE and ratios["listening"] <= MOST_LISTENING
    print("Targets are met." if is_good else f"Missed: idle ≤ {MOST_IDLE}, ≤ {MOST_LISTENING}.")
    raise SystemExit(int(not is_good))


def _plugin(name: str) -> InstalledPlugin:
    module = ModuleType(f"benchmarked_{name}")
    for hook_name, function in VARIANTS[name].items():
        setattr(module, hook_name, hook(function))
    sys.modules[module.__name__] = module
    plugin = Plugin(works_with=">=0", modules=(module.__name__,))
    return InstalledPlugin(name, "benchmarks", "1", plugin)


if __name__ == "__main__":
    main()
